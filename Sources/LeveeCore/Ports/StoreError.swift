// What can go wrong between Levee and its store.

/// Why a call to a port did not do its work.
public enum StoreError: Error, Sendable, Equatable {
    /// The store was not reached: what was asked for has surely not happened.
    case unavailable(String)
    /// The call went out and no answer came: what was asked for may have happened.
    case unknownOutcome(String)
    /// The store answered that it will not, such as when it is out of memory or may not write.
    case refused(String)
    /// The store holds a layout that this program does not know.
    case incompatibleLayout(String)
    /// The store answered something that this program does not understand.
    case unexpectedReply(String)
}

extension StoreError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unavailable(let reason): "the store cannot be reached: \(reason)"
        case .unknownOutcome(let reason): "the store did not answer: \(reason)"
        case .refused(let reason): "the store refused: \(reason)"
        case .incompatibleLayout(let reason): "the store's layout is not known: \(reason)"
        case .unexpectedReply(let reason): "the store's answer was not understood: \(reason)"
        }
    }
}
