// Whether the process is about to end.

import Synchronization

/// Set once, when a graceful shutdown begins.
final class DrainSignal: Sendable {
    private let flag = Atomic(false)

    var isDraining: Bool { flag.load(ordering: .relaxed) }

    func begin() { flag.store(true, ordering: .relaxed) }
}
