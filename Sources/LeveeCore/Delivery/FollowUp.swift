// What is to happen when a job has ended, as it is known from the submit on.

/// Something that is to be told of the end of a job.
public struct FollowUp: Sendable, Hashable {
    /// Which ends it is for. The raw values are what the store keeps: a letter for each end.
    public enum Trigger: String, Sendable, CaseIterable {
        /// The job has succeeded.
        case success = "s"
        /// The job has failed, or was canceled by its deadline; not if somebody called it off.
        case failure = "f"
        /// The job has ended, in whatever way.
        case end = "sfc"
    }

    /// Where it goes.
    public enum Destination: Sendable, Hashable {
        /// A list, which programs read on the admin door.
        case list(String)
        /// A list of the same kind, whose messages are payloads as they came, each with the error that its job ended in.
        case deadLetters(String)
        /// A receiver that is sent the record of the job's end.
        case webhook(String)
        /// A receiver that is sent the status of the job, as its submitter wished.
        case callback(String)
        /// A new job of this type, whose payload is the record of the job's end.
        case job(String)
    }

    /// The most that one job can have: for success, for failure, dead letters, and a callback.
    public static let limit = 4

    public var trigger: Trigger
    public var destination: Destination

    /// Creates a follow-up.
    ///
    /// - Parameters:
    ///   - trigger: Which ends it is for.
    ///   - destination: Where it goes.
    public init(_ trigger: Trigger, to destination: Destination) {
        self.trigger = trigger
        self.destination = destination
    }

    /// Whether it goes to a receiver that is sent the status of the job.
    public var isCallback: Bool {
        if case .callback = destination { true } else { false }
    }
}

extension FollowUp.Destination {
    /// The kind as a token: `list`, `letters`, `webhook`, `callback` or `job`.
    public var kind: String {
        switch self {
        case .list: "list"
        case .deadLetters: "letters"
        case .webhook: "webhook"
        case .callback: "callback"
        case .job: "job"
        }
    }

    /// The name of the list or job type, or the URL.
    public var target: String {
        switch self {
        case .list(let target), .deadLetters(let target), .webhook(let target), .callback(let target),
            .job(let target):
            target
        }
    }

    /// Puts a destination together.
    ///
    /// - Parameters:
    ///   - kind: The token of the kind.
    ///   - target: The name or the URL.
    public init?(kind: String, target: String) {
        switch kind {
        case "list": self = .list(target)
        case "letters": self = .deadLetters(target)
        case "webhook": self = .webhook(target)
        case "callback": self = .callback(target)
        case "job": self = .job(target)
        default: return nil
        }
    }
}
