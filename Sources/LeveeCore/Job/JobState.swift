// The states of a job and the one table of the ways between them.

/// Where a job stands. The raw values are the tokens of the HTTP contract and of the Redis layout.
public enum JobState: String, Sendable, Hashable, CaseIterable {
    /// Waits for its due time: delayed by the client, or by the backoff after a failure.
    case scheduled
    /// Ready to run, waits for a free slot.
    case queued
    /// Leased to a worker.
    case running
    /// Ended well; the result is stored.
    case succeeded
    /// Ended badly: attempts used up, not retryable, poison or expired.
    case failed
    /// Ended because somebody asked for it.
    case canceled

    /// Whether nothing can change any more.
    public var isTerminal: Bool {
        switch self {
        case .scheduled, .queued, .running: false
        case .succeeded, .failed, .canceled: true
        }
    }
}

/// One way from a state to another.
public struct JobTransition: Hashable, Sendable, CustomStringConvertible {
    /// The state before; `nil` for a job that does not exist yet.
    public let from: JobState?
    /// The state after.
    public let to: JobState

    /// Creates a transition; whether it is allowed is for ``JobTransition/all`` to say.
    ///
    /// - Parameters:
    ///   - from: The state before, `nil` for a job that does not exist yet.
    ///   - to: The state after.
    public init(from: JobState?, to: JobState) {
        self.from = from
        self.to = to
    }

    /// `from>to`, as the scripts write it; a new job comes from `new`.
    public var description: String { "\(from?.rawValue ?? "new")>\(to.rawValue)" }

    /// Every transition that exists. The scripts' table and the drawing in `docs/state-machine.md` are held to it.
    public static let all: Set<JobTransition> = [
        JobTransition(from: nil, to: .scheduled),
        JobTransition(from: nil, to: .queued),
        JobTransition(from: .scheduled, to: .queued),
        JobTransition(from: .scheduled, to: .failed),
        JobTransition(from: .scheduled, to: .canceled),
        JobTransition(from: .queued, to: .running),
        JobTransition(from: .queued, to: .failed),
        JobTransition(from: .queued, to: .canceled),
        JobTransition(from: .running, to: .scheduled),
        JobTransition(from: .running, to: .queued),
        JobTransition(from: .running, to: .succeeded),
        JobTransition(from: .running, to: .failed),
        JobTransition(from: .running, to: .canceled),
    ]
}
