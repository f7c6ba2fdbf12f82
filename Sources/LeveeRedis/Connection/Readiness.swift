// Who waits for the first connection, and what stands in the way.

private import NIOConcurrencyHelpers
internal import NIOCore

/// Counts the usable connections of a client.
final class Readiness: Sendable {
    private struct State {
        var ready = 0
        var lastError = "not connected yet"
        var isClosed = false
        var nextID = 0
        var waiters: [Int: CheckedContinuation<RedisError?, Never>] = [:]
    }

    private let state = NIOLockedValueBox(State())

    var isReady: Bool { state.withLockedValue { $0.ready > 0 && !$0.isClosed } }

    func note(_ status: ConnectionDriver.Status) {
        switch status {
        case .up:
            wake(with: nil) { $0.ready += 1 }
        case .down(let wasUp, let reason):
            state.withLockedValue { state in
                if wasUp { state.ready -= 1 }
                state.lastError = reason
            }
        }
    }

    func close() {
        wake(with: .closed) { $0.isClosed = true }
    }

    private func wake(with error: RedisError?, _ change: (inout State) -> Void) {
        let waiters = state.withLockedValue { state in
            change(&state)
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: error) }
    }

    /// Waits until a connection can be used, at most `timeout`.
    func wait(timeout: Duration, on eventLoop: any EventLoop) async throws(RedisError) {
        let id = state.withLockedValue { state in
            state.nextID += 1
            return state.nextID
        }
        let timer = eventLoop.scheduleTask(in: TimeAmount(timeout)) { self.giveUp(id, nil) }
        defer { timer.cancel() }
        let error = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: RedisError?? = state.withLockedValue { state in
                    if state.isClosed { return .some(.closed) }
                    if state.ready > 0 { return .some(nil) }
                    state.waiters[id] = continuation
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
                if Task.isCancelled { giveUp(id, .canceled) }
            }
        } onCancel: {
            giveUp(id, .canceled)
        }
        if let error { throw error }
    }

    private func giveUp(_ id: Int, _ error: RedisError?) {
        let (waiter, lastError) = state.withLockedValue { ($0.waiters.removeValue(forKey: id), $0.lastError) }
        waiter?.resume(returning: error ?? .unavailable(lastError))
    }
}
