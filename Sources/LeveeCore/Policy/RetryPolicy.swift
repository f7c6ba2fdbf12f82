// When a failed job is tried again, and how often.

/// Exponential backoff with a cap and jitter.
public struct RetryPolicy: Sendable, Equatable {
    /// How many attempts may fail before the job does; at least 1.
    public var maxAttempts: Int
    /// The delay after the first failure, before jitter; it doubles with each failure.
    public var base: Duration
    /// The longest delay, before jitter.
    public var cap: Duration

    /// Creates a policy.
    ///
    /// - Parameters:
    ///   - maxAttempts: How many attempts may fail before the job does; at least 1.
    ///   - base: The delay after the first failure, before jitter.
    ///   - cap: The longest delay, before jitter.
    public init(maxAttempts: Int = 3, base: Duration = .seconds(1), cap: Duration = .seconds(300)) {
        self.maxAttempts = maxAttempts
        self.base = base
        self.cap = cap
    }

    /// How long to wait before the next attempt: `min(cap, base * 2^(failures - 1))`, of which a random half to the
    /// whole, so that jobs which failed together do not come back together.
    ///
    /// - Parameters:
    ///   - failures: How many attempts have failed, this one included; at least 1.
    ///   - generator: Where the jitter comes from.
    /// - Returns: The delay, in whole milliseconds.
    public func delay(afterFailures failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let doublings = min(max(failures - 1, 0), 40)
        let grown = Double(base.milliseconds) * Double(1 << doublings)
        let full = min(Double(cap.milliseconds), grown)
        return .milliseconds(Int64(full * Double.random(in: 0.5...1, using: &generator)))
    }
}
