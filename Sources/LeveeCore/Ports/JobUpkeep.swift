// The port through which time passes: what any process does every second, and how operators hold a queue.

/// Keeps the store in order.
public protocol JobUpkeep: Sendable {
    /// Promotes due jobs, reaps expired leases, expires jobs that waited too long, and wakes workers that were missed.
    /// Any process may call it as often as it likes; it does its work at most twice a second over the whole fleet.
    ///
    /// - Parameter lease: How long leases last: after a gap in the ticking nothing is reaped for as long.
    /// - Returns: What was done, or `nil` if it was too early.
    /// - Throws: ``StoreError`` if the store was not reached; the next tick makes up for it.
    @discardableResult
    func tick(lease: Duration) async throws(StoreError) -> TickReport?

    /// Stops or resumes the handing out of a queue's jobs; those that run go on.
    func setPaused(_ paused: Bool, queue: String) async throws(StoreError)

    /// Asks the store for a sign of life.
    func ping() async throws(StoreError)
}

/// What one tick did.
public struct TickReport: Sendable, Equatable {
    /// Leases that had run out.
    public var reaped: Int
    /// Scheduled jobs that were put in line.
    public var promoted: Int
    /// Jobs that ended because they were not started in time.
    public var expired: Int
    /// Whether leases are left alone because nobody looked for a while.
    public var isHolding: Bool

    /// Whether anything was done.
    package var hasWorked: Bool { reaped + promoted + expired > 0 }

    /// Creates a report; see the properties.
    public init(reaped: Int, promoted: Int, expired: Int, isHolding: Bool) {
        self.reaped = reaped
        self.promoted = promoted
        self.expired = expired
        self.isHolding = isHolding
    }
}
