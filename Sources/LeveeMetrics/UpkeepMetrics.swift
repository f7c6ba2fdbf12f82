// What the ticks of a process have done; front ends and workers both tick.

import CoreMetrics

/// Counts what the ticks of this process did: that of all processes together is what the deployment did.
public struct UpkeepMetrics: Sendable {
    private static let ticks = MetricFamily(
        "levee_upkeep_ticks_total",
        "Ticks of this process: done, skipped since another process had just ticked, or failed."
    )
    private static let jobs = MetricFamily(
        "levee_upkeep_jobs_total",
        "What the ticks of this process did to jobs: reaped from lost workers, expired, or promoted when they were due."
    )

    private let done = Self.ticks.counter(["outcome": "done"])
    private let skipped = Self.ticks.counter(["outcome": "skipped"])
    private let missed = Self.ticks.counter(["outcome": "failed"])
    private let reaped = Self.jobs.counter(["action": "reaped"])
    private let expired = Self.jobs.counter(["action": "expired"])
    private let promoted = Self.jobs.counter(["action": "promoted"])

    /// Makes the counters.
    public init() {}

    /// Counts a tick that worked, with what it did; `nil` if it came too early.
    public func ticked(_ work: (reaped: Int, expired: Int, promoted: Int)?) {
        guard let work else { return skipped.increment() }
        done.increment()
        reaped.increment(by: work.reaped)
        expired.increment(by: work.expired)
        promoted.increment(by: work.promoted)
    }

    /// Counts a tick that failed.
    public func failed() { missed.increment() }
}
