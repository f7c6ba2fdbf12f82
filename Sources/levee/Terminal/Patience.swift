// When a line of progress is due again.

import Synchronization

/// Lets a line through now and then: the first after a while, then one each time as long.
final class Patience: Sendable {
    private let interval: Duration
    private let next: Mutex<ContinuousClock.Instant>

    init(_ interval: Duration) {
        self.interval = interval
        next = Mutex(.now + interval)
    }

    /// Whether it is time; asked, it begins to wait anew.
    func isOver() -> Bool {
        next.withLock { next in
            let now = ContinuousClock.now
            guard now >= next else { return false }
            next = now + interval
            return true
        }
    }
}
