// The limits of one queue, as the configuration gives them.

/// What a queue may hold and how much of it may run at once.
public struct QueueRules: Sendable, Equatable {
    public var name: String
    /// The most jobs that may be ready; a submit beyond is refused. `nil` for no limit.
    public var maxReady: Int?
    /// The most bytes of payload that jobs which have not ended may hold together. `nil` for no limit.
    public var maxBytes: Int?
    /// The most jobs of the queue that may run at once over the whole fleet. `nil` for no limit.
    public var concurrency: Int?

    /// Creates the rules of a queue; see the properties.
    public init(name: String, maxReady: Int? = nil, maxBytes: Int? = nil, concurrency: Int? = nil) {
        self.name = name
        self.maxReady = maxReady
        self.maxBytes = maxBytes
        self.concurrency = concurrency
    }
}
