// The port through which changes are heard of as they happen.

/// Tells of changes. Messages are hints: they can be lost, and what counts is what the store says.
public protocol JobFeed: Sendable {
    /// Listens until the task is canceled.
    ///
    /// - Parameter onEvent: Called for each event in order.
    func listen(_ onEvent: @escaping @Sendable (FeedEvent) -> Void) async
}

/// What is heard on the feed.
public enum FeedEvent: Sendable, Equatable {
    /// Listening has begun, or begun anew: what happened before may have been missed.
    case listening
    /// Jobs have changed.
    case changed([JobChange])
    /// Nothing is heard for now.
    case interrupted
}

/// One job that has changed.
public struct JobChange: Sendable, Equatable {
    public var id: JobID
    public var version: Int
    /// The state after the change; `nil` if the job was removed.
    public var state: JobState?

    /// Creates a change.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - version: Its version after the change.
    ///   - state: Its state after the change; `nil` if it was removed.
    public init(id: JobID, version: Int, state: JobState?) {
        self.id = id
        self.version = version
        self.state = state
    }
}
