// One request that waits.

import LeveeCore
import Synchronization

/// Sleeps until it is woken; a call that comes while it is awake is kept for the next pause.
final class Waiter: Sendable {
    /// Why it was woken.
    enum Reason: Int, Sendable {
        /// Something may have changed.
        case news
        /// The time is over, the client has left, or the process ends.
        case leaving
    }

    private struct State {
        var call: Reason?
        var continuation: CheckedContinuation<Void, Never>?
    }

    let interest: WaitingRoom.Interest
    let deadline: ContinuousClock.Instant
    private let state = Mutex(State())

    init(interest: WaitingRoom.Interest, deadline: ContinuousClock.Instant) {
        self.interest = interest
        self.deadline = deadline
    }

    /// Waits to be woken.
    ///
    /// - Returns: Why it was; leaving comes before news, and stays.
    /// - Throws: `CancellationError` if its task is canceled.
    func pause() async throws -> Reason {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCalled = state.withLock { state in
                    if state.call == nil { state.continuation = continuation }
                    return state.call != nil
                }
                if isCalled { continuation.resume() }
            }
        } onCancel: {
            wake(for: .leaving)
        }
        try Task.checkCancellation()
        return state.withLock { state in
            defer { if state.call == .news { state.call = nil } }
            return state.call ?? .news
        }
    }

    func wake(for reason: Reason) {
        let continuation = state.withLock { state in
            if state.call != .leaving { state.call = reason }
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume()
    }
}
