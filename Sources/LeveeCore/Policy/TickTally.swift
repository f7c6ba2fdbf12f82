// What is worth saying of ticks.

/// Adds up what the ticks of one process have done, until it is time to say so: only what ended jobs or took them back counts,
/// and a mass of it is one line in ten seconds.
public struct TickTally: Sendable {
    private static let nothing = TickReport(reaped: 0, promoted: 0, expired: 0, isHolding: false)

    private var sum = nothing
    private var pace = LogPace()

    /// Creates a tally of nothing.
    public init() {}

    /// Takes in a tick.
    ///
    /// - Parameters:
    ///   - report: What it did; `nil` if it was too early.
    ///   - now: When.
    /// - Returns: What this and the earlier ones have done, if that should be said now.
    public mutating func add(_ report: TickReport?, at now: ContinuousClock.Instant = .now) -> TickReport? {
        if let report {
            sum.reaped += report.reaped
            sum.promoted += report.promoted
            sum.expired += report.expired
            sum.isHolding = report.isHolding
        }
        guard sum.reaped + sum.expired > 0 else {
            sum = Self.nothing
            return nil
        }
        guard pace.admit(at: now) != nil else { return nil }
        defer { sum = Self.nothing }
        return sum
    }
}
