// The limits of one queue, as the configuration gives them.

/// What a queue may hold and how much of it may run at once.
public struct QueueRules: Sendable, Equatable {
    public var name: String
    /// The most jobs that may be ready; a submit beyond is refused. `nil` for no limit.
    public var maxReady: Int?
    /// The most bytes of payload that jobs which have not ended may hold together. `nil` for no limit.
    public var maxBytes: Int?
    /// The longest that a job may have to wait for its start, as far as can be told when it is submitted; a submit beyond
    /// is refused. `nil` for no limit.
    public var maxExpectedWait: Duration?
    /// How many ready jobs of a job's own and higher priorities come to ``maxExpectedWait`` at the pace of the moment: a
    /// submit at which there are so many is refused. `nil` where there is no such limit, or nobody can tell.
    public var maxAhead: Int?
    /// The most jobs of the queue that may run at once over the whole fleet. `nil` for no limit.
    public var concurrency: Int?
    /// How fast jobs of the queue may start over the whole fleet. `nil` for no limit.
    public var rate: StartRate?

    /// Creates the rules of a queue; see the properties.
    public init(
        name: String,
        maxReady: Int? = nil,
        maxBytes: Int? = nil,
        maxExpectedWait: Duration? = nil,
        maxAhead: Int? = nil,
        concurrency: Int? = nil,
        rate: StartRate? = nil
    ) {
        self.name = name
        self.maxReady = maxReady
        self.maxBytes = maxBytes
        self.maxExpectedWait = maxExpectedWait
        self.maxAhead = maxAhead
        self.concurrency = concurrency
        self.rate = rate
    }
}
