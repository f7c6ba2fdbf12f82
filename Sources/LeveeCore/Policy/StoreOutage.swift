// What is worth saying of a store that does not do what it is asked to.

/// Follows the calls of one process to its store, and tells when they begin to fail, from time to time that they still do,
/// and when all of them succeed again.
public struct StoreOutage: Sendable {
    /// Something that should be said.
    public enum News: Sendable, Equatable {
        /// The first call has failed.
        case began
        /// Calls have been failing for so long.
        case lasts(Duration)
        /// All that failed succeeds again, so long after the first failure.
        case ended(after: Duration)
    }

    private var failing: Set<String> = []
    private var start = ContinuousClock.now
    private var pace = LogPace()

    /// Creates an outage that has not begun.
    public init() {}

    /// Takes in that a call has failed.
    ///
    /// - Parameters:
    ///   - call: Which one; it counts as failing until it succeeds.
    ///   - now: When.
    /// - Returns: What should be said, if anything.
    public mutating func failed(_ call: String, at now: ContinuousClock.Instant = .now) -> News? {
        let isFirst = failing.isEmpty
        failing.insert(call)
        if isFirst {
            start = now
            pace = LogPace()
        }
        guard pace.admit(at: now) != nil else { return nil }
        return isFirst ? .began : .lasts(now - start)
    }

    /// Takes in that a call has succeeded.
    ///
    /// - Parameters:
    ///   - call: Which one.
    ///   - now: When.
    /// - Returns: What should be said, if anything.
    public mutating func succeeded(_ call: String, at now: ContinuousClock.Instant = .now) -> News? {
        guard failing.remove(call) != nil, failing.isEmpty else { return nil }
        return .ended(after: now - start)
    }
}
