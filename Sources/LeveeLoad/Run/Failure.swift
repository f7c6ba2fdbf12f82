// What goes wrong with a job, as it is counted in the report.

/// What a client does for a job, one after the other.
enum Step: String, Equatable {
    case submit
    case cancel
    case poll
    case wait
    case events
    case fetch
    case history
}

/// A kind of error. Its description is what the report counts under.
enum Failure: Equatable, CustomStringConvertible {
    /// A status that the contract does not have there.
    case status(Step, Int)
    /// A 503 without what makes it a refusal that a client can go by.
    case refusal(without: String)
    /// No response.
    case transport(Step, TransportError)
    /// A 202 or 302 without a `Location`, or an end among the events without a link to the result, or one that is no path
    /// under any of the base URLs.
    case location(Step)
    /// An event with a version that is not above the one before it, or with none.
    case version
    /// Another result than the job must have.
    case wrongResult
    /// A history that does not tell when the job started and ended.
    case unreadableHistory
    /// A history with another number of ends than one.
    case ends(Int)

    var description: String {
        switch self {
        case .status(let step, let status): "\(step.rawValue) \(status)"
        case .refusal(let missing): "submit 503 without \(missing)"
        case .transport(let step, let error): "\(step.rawValue) \(error)"
        case .location(let step): "\(step.rawValue) location missing or elsewhere"
        case .version: "events version missing, repeated or gone back"
        case .wrongResult: "wrong result"
        case .unreadableHistory: "history unreadable"
        case .ends(let count): "history with \(count) ends"
        }
    }
}
