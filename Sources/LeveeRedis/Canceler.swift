// Lets the cancellation of a task reach something that is only made once the task is about to sleep.

private import Synchronization

/// Runs one action once, when the task is canceled, whichever comes first: the action or the cancellation.
final class Canceler: Sendable {
    private enum State {
        case idle
        case armed(@Sendable () -> Void)
        case canceled
    }

    private let state = Mutex(State.idle)

    func arm(_ action: @escaping @Sendable () -> Void) {
        let isCanceled = state.withLock { state in
            if case .canceled = state { return true }
            state = .armed(action)
            return false
        }
        if isCanceled { action() }
    }

    func cancel() {
        let action: (@Sendable () -> Void)? = state.withLock { state in
            defer { state = .canceled }
            if case .armed(let action) = state { return action }
            return nil
        }
        action?()
    }
}
