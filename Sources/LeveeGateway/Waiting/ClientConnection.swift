// The connection of a waiting client: tells when the client leaves.

import NIOCore
import Synchronization

/// Knows whether a client is still there, for one request at a time.
final class ClientConnection: Sendable {
    private struct State {
        var hasLeft = false
        var watcher: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Whether the client has closed its side, or the connection is gone.
    var hasLeft: Bool { state.withLock { $0.hasLeft } }

    /// Has something done when the client leaves, or at once if it has.
    func watch(_ onLeave: @escaping @Sendable () -> Void) {
        let hasLeft = state.withLock { state in
            state.watcher = onLeave
            return state.hasLeft
        }
        if hasLeft { onLeave() }
    }

    /// Forgets what was to be done.
    func unwatch() {
        state.withLock { $0.watcher = nil }
    }

    /// Notes that the client has closed its side, or that the connection is gone.
    func leave() {
        let watcher = state.withLock { state in
            state.hasLeft = true
            return state.watcher
        }
        watcher?()
    }
}
