// How many connections a listener has.

import Synchronization

/// Counts connections; asked when one comes whether there is room for it.
final class ConnectionCount: Sendable {
    private let open = Atomic(0)
    private let most: Int

    init(most: Int) {
        self.most = most
    }

    /// Counts a connection that has come.
    ///
    /// - Returns: Whether there is room for it; it counts in any case, until ``leave()``.
    func enter() -> Bool { open.add(1, ordering: .relaxed).newValue <= most }

    /// Counts a connection that has gone.
    func leave() { open.subtract(1, ordering: .relaxed) }
}
