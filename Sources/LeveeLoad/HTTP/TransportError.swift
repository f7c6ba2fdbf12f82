// Why no response came.

/// What happened instead of a response.
enum TransportError: Error, Equatable, CustomStringConvertible {
    /// No connection could be made: nothing was sent.
    case connect(String)
    /// The connection ended before the response did.
    case closed
    /// The connection failed.
    case broken(String)
    /// No response in time.
    case timeout
    /// What came was no response.
    case malformed(ResponseError)

    /// Whether the request cannot have reached the server.
    var isBeforeSending: Bool {
        if case .connect = self { true } else { false }
    }

    var description: String {
        switch self {
        case .connect(let reason): "connect \(reason)"
        case .closed: "connection closed"
        case .broken(let reason): "connection \(reason)"
        case .timeout: "timeout"
        case .malformed(let error): "\(error)"
        }
    }
}
