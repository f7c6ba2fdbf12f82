// How long things took, counted by length: what a histogram is drawn from.

/// Counts of durations by their length.
public struct DurationCounts: Sendable, Equatable {
    /// The upper bounds of the lengths, in milliseconds; what is longer than the last has a count of its own.
    public static let bounds = [
        5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000,
    ]

    /// How many durations were at most as long as each bound and longer than the one before; the last count is of those
    /// longer than all.
    public var counts: [Int]
    /// All durations together.
    public var total: Duration

    /// Creates counts.
    ///
    /// - Parameters:
    ///   - counts: A count for each of ``bounds``, and one more.
    ///   - total: All durations together.
    public init(
        counts: [Int] = [Int](repeating: 0, count: DurationCounts.bounds.count + 1),
        total: Duration = .zero
    ) {
        self.counts = counts
        self.total = total
    }

    /// How many durations there were.
    public var count: Int { counts.reduce(0, +) }

    /// Counts one more, in whole milliseconds.
    public mutating func add(_ duration: Duration) {
        let milliseconds = duration.milliseconds
        let index = Self.bounds.firstIndex { milliseconds <= $0 } ?? Self.bounds.count
        counts[index] += 1
        total += .milliseconds(milliseconds)
    }
}
