// The one bit that a client lives by, and a way to sleep until it turns.

private import NIOConcurrencyHelpers

/// Lasts until it is ended.
final class Lifetime: Sendable {
    private struct State {
        var isOver = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = NIOLockedValueBox(State())

    var isOver: Bool { state.withLockedValue { $0.isOver } }

    func end() {
        let waiters = state.withLockedValue { state in
            state.isOver = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns at the end; cancellation of the task is the end.
    func waitForEnd() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLockedValue { state in
                    if !state.isOver { state.waiters.append(continuation) }
                    return state.isOver
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            end()
        }
    }
}
