// What can go wrong with a command, sorted by the one thing that a caller must know: may it have been executed?

/// An error line that Redis answered, such as `NOSCRIPT No matching script.`.
public struct RedisServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The whole line without the leading dash.
    public let message: String

    /// An error with the line that Redis sent, without the leading dash.
    public init(_ message: String) {
        self.message = message
    }

    /// The first word, which tells the kind: `ERR`, `NOSCRIPT`, `OOM`, `LOADING`, `BUSY`, `MISCONF`, `READONLY`, ...
    public var code: String {
        String(message.prefix { $0 != " " })
    }

    /// The whole line.
    public var description: String { message }
}

/// Why a command has no reply.
public enum RedisError: Error, Equatable, Sendable {
    /// Redis answered with an error. The command did not run, or a script failed half way: the code tells.
    case server(RedisServerError)
    /// The command was never sent, for the reason in words, so it was surely not executed.
    case unavailable(String)
    /// The command was sent, then the connection broke or the deadline passed. It may have been executed.
    case unknownOutcome(String)
    /// The other side does not speak RESP2, or a reply has a form that the caller cannot use. It may have been executed.
    case protocolViolation(String)
    /// The client was shut down before the command was sent. It was surely not executed.
    case closed
    /// The task that waited was canceled. The command may have been executed; its reply is dropped.
    case canceled
}

extension RedisError: CustomStringConvertible {
    /// The error in words.
    public var description: String {
        switch self {
        case .server(let error): "Redis answered: \(error.message)"
        case .unavailable(let reason): "Redis is unavailable: \(reason)"
        case .unknownOutcome(let reason): "it is not known whether Redis ran the command: \(reason)"
        case .protocolViolation(let reason): "protocol violation: \(reason)"
        case .closed: "the Redis client is shut down"
        case .canceled: "the task that waited for Redis was canceled"
        }
    }
}
