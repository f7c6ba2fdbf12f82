// One line of a ledger: an event and its time.

import Foundation

/// An event and when it was written.
package struct Entry: Codable, Equatable, Sendable {
    /// Microseconds since 1970, by the clock of the machine that Redis goes by as well.
    package var at: Int64
    package var event: Event

    package init(at: Int64 = WallTime.now, _ event: Event) {
        self.at = at
        self.event = event
    }
}

/// The time by which ledgers live.
package enum WallTime {
    /// Microseconds since 1970.
    package static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
