// The small signals by which the duties of a process wait for one another.

import Synchronization

/// An event that tasks wait for.
///
/// Not built on `AsyncStream`: canceling one task that waits there ends the stream for all.
package final class Signal: Sendable {
    private struct State {
        var isSet = false
        var tickets = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())
    private let isSticky: Bool

    /// Creates a signal that rings any number of times; rings that nobody waited for count as one.
    package convenience init() {
        self.init(isSticky: false)
    }

    /// Creates a signal that, once it has rung, never needs waiting for.
    package static func latch() -> Signal {
        Signal(isSticky: true)
    }

    private init(isSticky: Bool) {
        self.isSticky = isSticky
    }

    /// Whether a ring waits to be heard; for a latch, whether it is open.
    package var isSet: Bool { state.withLock { $0.isSet } }

    /// Wakes all that wait.
    package func ring() {
        let waiting = state.withLock { state in
            state.isSet = isSticky || state.waiting.isEmpty
            defer { state.waiting = [:] }
            return state.waiting.values.map { $0 }
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits for a ring or the cancellation of the task.
    package func wait() async {
        let ticket = state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // A cancellation from here on finds the continuation; an earlier one has set the flag already.
                    if state.isSet || Task.isCancelled {
                        state.isSet = state.isSet && isSticky
                        return true
                    }
                    state.waiting[ticket] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume()
        }
    }

    /// Waits for a ring, but not for ever.
    package func wait(atMost limit: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            group.addTask { try? await Task.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
    }
}

/// Does something that is canceled when a latch opens.
///
/// - Returns: What the operation came to, also after it was canceled.
package func canceled<Value: Sendable>(
    by latch: Signal,
    _ operation: @escaping @Sendable () async -> Value
) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
        group.addTask { await operation() }
        group.addTask {
            await latch.wait()
            return nil
        }
        var value: Value?
        for await ended in group {
            value = value ?? ended
            group.cancelAll()
        }
        return value
    }
}

/// Does something to its end although the caller's task may be canceled: the one place where a process leaves the
/// structure of its tasks. It is still awaited, so nothing outlives the caller.
package func shielded<Value: Sendable>(_ operation: @escaping @Sendable () async -> Value) async -> Value {
    await Task { await operation() }.value
}
