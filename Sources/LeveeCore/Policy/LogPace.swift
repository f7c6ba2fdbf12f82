// How often the same thing is worth a line in the log.

/// Lets the first of a row of events through, and then one in ten seconds.
public struct LogPace: Sendable {
    /// The least time between two lines.
    public static let interval = Duration.seconds(10)

    private var last: ContinuousClock.Instant?
    private var held = 0

    /// Creates a pace that lets the next event through.
    public init() {}

    /// Decides about an event.
    ///
    /// - Parameter now: When it happened.
    /// - Returns: How many events were held back since the last one that was let through; `nil` if this one is held back too.
    public mutating func admit(at now: ContinuousClock.Instant) -> Int? {
        if let last, now - last < Self.interval {
            held += 1
            return nil
        }
        defer { held = 0 }
        last = now
        return held
    }
}
