// When the store last answered: what a probe of an autoscaler goes by.

import Synchronization

/// Keeps the time of the last answer.
final class StoreContact: Sendable {
    private let answered = Mutex<ContinuousClock.Instant?>(nil)

    /// When the store last answered; `nil` if it never has.
    var last: ContinuousClock.Instant? { answered.withLock { $0 } }

    /// Notes an answer.
    func note() { answered.withLock { $0 = .now } }
}
