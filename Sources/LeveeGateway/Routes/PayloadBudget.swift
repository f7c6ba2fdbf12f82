// How much memory bodies may take that have not arrived whole.

import Synchronization

/// The bytes that all connections together may hold while they wait for more.
///
/// Each body has its limit, but a thousand clients that send theirs slowly would otherwise take a thousand times as much.
final class PayloadBudget: Sendable {
    private let left: Atomic<Int>

    init(bytes: Int) {
        left = Atomic(bytes)
    }

    /// Takes bytes out of the budget.
    ///
    /// - Returns: Whether they were there; if not, nothing is taken.
    func take(_ count: Int) -> Bool {
        if left.subtract(count, ordering: .relaxed).newValue >= 0 { return true }
        give(count)
        return false
    }

    /// Puts bytes back.
    func give(_ count: Int) { left.add(count, ordering: .relaxed) }
}
