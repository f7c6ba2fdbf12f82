// Lets the cancellation of a task reach something that is only made once the task is about to sleep.

private import NIOConcurrencyHelpers

/// Runs its action once when it is canceled, or at once when it was canceled before it had an action.
final class Canceler: Sendable {
    private enum State {
        case idle
        case armed(@Sendable () -> Void)
        case canceled
    }

    private let state = NIOLockedValueBox(State.idle)

    func arm(_ action: @escaping @Sendable () -> Void) {
        let isCanceled = state.withLockedValue { state in
            if case .canceled = state { return true }
            state = .armed(action)
            return false
        }
        if isCanceled { action() }
    }

    func cancel() {
        let action: (@Sendable () -> Void)? = state.withLockedValue { state in
            defer { state = .canceled }
            if case .armed(let action) = state { return action }
            return nil
        }
        action?()
    }
}
