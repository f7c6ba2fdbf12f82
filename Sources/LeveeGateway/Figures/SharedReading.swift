// One value that many ask for at once: fetched by one of them, shared with all, good for a short while.

import LeveeCore
import Synchronization

/// A value that is read from elsewhere at most once in a while, however many ask for it.
final class SharedReading<Value: Sendable>: Sendable {
    private struct State {
        var held: (value: Value, at: Timestamp)?
        var isFetching = false
        var waiters: [CheckedContinuation<Value, Never>] = []
    }

    private let life: Duration
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())

    /// - Parameters:
    ///   - life: How long a value is good for.
    ///   - now: The time by which it ages.
    init(life: Duration, now: @escaping @Sendable () -> Timestamp) {
        self.life = life
        self.now = now
    }

    private enum Step {
        case take(Value)
        case fetch
        case wait
    }

    /// Gives the held value while it is good, else the one that is being fetched, else a new one.
    ///
    /// - Parameter fetch: Reads the value; must return even if its task is canceled, since others wait for it.
    /// - Returns: The value.
    func value(_ fetch: () async -> Value) async -> Value {
        let step = state.withLock { state -> Step in
            // An age below zero means that the clock was set back: of such a value nothing is known.
            if let held = state.held, (.zero..<life).contains(now() - held.at) { return .take(held.value) }
            if state.isFetching { return .wait }
            state.isFetching = true
            return .fetch
        }
        switch step {
        case .take(let value):
            return value
        case .fetch:
            let value = await fetch()
            settle(value)
            return value
        case .wait:
            return await withCheckedContinuation { continuation in
                // The fetch may have ended since the first look.
                let landed = state.withLock { state -> Value? in
                    if !state.isFetching, let held = state.held { return held.value }
                    state.waiters.append(continuation)
                    return nil
                }
                if let landed { continuation.resume(returning: landed) }
            }
        }
    }

    private func settle(_ value: Value) {
        let waiters = state.withLock { state in
            state.held = (value, now())
            state.isFetching = false
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: value) }
    }
}
