// How long to wait before the next try.

/// Exponential backoff with full jitter: a random time between zero and a ceiling that doubles with each failure.
public struct Backoff: Sendable, Equatable {
    /// The ceiling after the first failure.
    public var base: Duration
    /// The highest ceiling.
    public var cap: Duration

    /// A backoff from its first and highest ceiling.
    public init(base: Duration = .milliseconds(50), cap: Duration = .seconds(2)) {
        self.base = base
        self.cap = cap
    }

    /// The longest possible wait after `failures` failures in a row, of which there is at least one.
    public func ceiling(failures: Int) -> Duration {
        var ceiling = base
        var doublings = failures - 1
        while doublings > 0, ceiling < cap {
            ceiling *= 2
            doublings -= 1
        }
        return min(ceiling, cap)
    }

    /// A random wait after `failures` failures in a row.
    public func delay(failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        ceiling(failures: failures) * Double.random(in: 0...1, using: &generator)
    }
}
