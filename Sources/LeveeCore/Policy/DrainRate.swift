// How fast a queue drains, estimated from readings of its figures.

/// A running estimate of the jobs that leave a queue in a second.
///
/// Fed with readings of one queue as they come; each moves the estimate by its share of ``window``, so that it does not
/// matter how often they come.
public struct DrainRate: Sendable, Equatable {
    /// The time after which a change of pace has shown for two thirds.
    public static let window = Duration.seconds(30)

    /// Jobs a second; `nil` before two readings.
    public private(set) var perSecond: Double?
    private var last: (left: Int, at: Timestamp)?

    /// Creates an estimate without readings.
    public init() {}

    /// Takes in a reading.
    ///
    /// - Parameters:
    ///   - figures: What the queue showed.
    ///   - time: When, by the store's or the process' clock: only differences count.
    public mutating func observe(_ figures: QueueFigures, at time: Timestamp) {
        let left = figures.left.reduce(0, +)
        defer { last = (left, time) }
        guard let last, time > last.at, left >= last.left else { return }
        let elapsed = (time - last.at).inSeconds
        let current = Double(left - last.left) / elapsed
        guard let previous = perSecond else {
            perSecond = current
            return
        }
        let weight = min(1, elapsed / Self.window.inSeconds)
        perSecond = previous + (current - previous) * weight
    }

    public static func == (left: DrainRate, right: DrainRate) -> Bool {
        left.perSecond == right.perSecond && left.last?.left == right.last?.left && left.last?.at == right.last?.at
    }
}
