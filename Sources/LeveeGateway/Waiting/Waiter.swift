// One request that waits.

import LeveeCore
import Synchronization

/// Sleeps until it is called; calls that come while it is awake are kept for the next pause.
final class Waiter: Sendable {
    /// Why it was called: several reasons can come together.
    struct Calls: OptionSet, Sendable {
        let rawValue: Int

        /// Something may have changed.
        static let news = Calls(rawValue: 1)
        /// The time of the pause is over.
        static let late = Calls(rawValue: 2)
        /// The client has left, or the process ends; stays.
        static let leaving = Calls(rawValue: 4)
    }

    private struct State {
        var calls: Calls = []
        var continuation: CheckedContinuation<Void, Never>?
    }

    let interest: WaitingRoom.Interest
    private let state = Mutex(State())

    init(interest: WaitingRoom.Interest) {
        self.interest = interest
    }

    /// Waits to be called.
    ///
    /// - Returns: Why it was.
    /// - Throws: `CancellationError` if its task is canceled.
    func pause() async throws -> Calls {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCalled = state.withLock { state in
                    if state.calls.isEmpty { state.continuation = continuation }
                    return !state.calls.isEmpty
                }
                if isCalled { continuation.resume() }
            }
        } onCancel: {
            call(.leaving)
        }
        try Task.checkCancellation()
        return state.withLock { state in
            defer { state.calls.formIntersection(.leaving) }
            return state.calls
        }
    }

    func call(_ calls: Calls) {
        let continuation = state.withLock { state in
            state.calls.formUnion(calls)
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume()
    }
}
