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

    /// Asks the store how much of its memory is in use.
    ///
    /// - Throws: ``StoreError/refused(_:)`` if it does not let itself be asked.
    func memory() async throws(StoreError) -> StoreMemory
}

/// How much of its memory a store uses.
public struct StoreMemory: Sendable, Equatable {
    /// Bytes in use, as far as they count towards the limit.
    public var used: Int
    /// Bytes that it may use before it refuses to take anything in; `nil` for no limit.
    public var limit: Int?

    /// Creates a reading; see the properties.
    public init(used: Int, limit: Int? = nil) {
        self.used = used
        self.limit = limit
    }

    /// What is used, in per cent of the limit; `nil` without one.
    public var percent: Double? { limit.map { 100 * Double(used) / Double(max(1, $0)) } }
}

/// What one tick did.
public struct TickReport: Sendable, Equatable {
    /// How many leases one tick looks at; the next comes at once while there are as many.
    package static let limit = 100

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
