// When an attempt that failed is made anew: by the word of its handler, else by the policy of its type.

extension RetryPolicy {
    /// How long to wait after a failure, in whole milliseconds.
    ///
    /// A throttled attempt is no failure, but the longer it goes on, the longer are the pauses: fences rise by two.
    package func delay(
        after failure: JobFailure,
        attempt: Int,
        fence: Int,
        using generator: inout some RandomNumberGenerator
    ) -> Duration {
        var failures = attempt
        switch failure.disposition {
        case .throttle(let delay?), .retry(let delay?): return max(delay, .zero)
        case .throttle(nil): failures = max(failures, (fence + 1) / 2)
        case .retry(nil), .final: break
        }
        return delay(afterFailures: failures, using: &generator)
    }
}
