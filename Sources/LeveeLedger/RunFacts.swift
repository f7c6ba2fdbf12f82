// What a run is, said at its beginning.

/// What a run was made of.
package struct RunFacts: Codable, Equatable, Sendable {
    /// The kinds of faults that do no harm: workers are told to end.
    private static let orders: Set<String> = ["drain-worker", "retire-worker"]

    package var seed: UInt64
    /// For how long jobs were submitted and faults began, in seconds.
    package var duration: Double
    /// How many faults of each kind were planned.
    package var planned: [String: Int]
    /// How many jobs a worker runs at once.
    package var slots: Int
    /// The lease, in milliseconds.
    package var lease: Int64
    /// How long a worker waits for a wake-up at most, in milliseconds.
    package var wakeTimeout: Int64
    /// How long what runs may go on when its worker is told to end, in milliseconds.
    package var grace: Int64
    /// How often a job is tried that fails.
    package var attempts: Int

    package init(
        seed: UInt64,
        duration: Double,
        planned: [String: Int],
        slots: Int,
        lease: Int64,
        wakeTimeout: Int64,
        grace: Int64,
        attempts: Int
    ) {
        self.seed = seed
        self.duration = duration
        self.planned = planned
        self.slots = slots
        self.lease = lease
        self.wakeTimeout = wakeTimeout
        self.grace = grace
        self.attempts = attempts
    }

    /// Whether anything was to go wrong.
    package var hasFaults: Bool { planned.contains { $0.value > 0 && !Self.orders.contains($0.key) } }
}
