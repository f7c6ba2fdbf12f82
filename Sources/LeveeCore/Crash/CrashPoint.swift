// The places at which a process can be made to die, to show that nothing is lost there. Debug builds only.

/// A place between one effect and the next, where a crash leaves something half done.
///
/// In a debug build the environment variable `LEVEE_CRASH_AT` names the one at which the process kills itself
/// (`CrashOrder`); in a release build `reach(if:)` is nothing.
@usableFromInline
package enum CrashPoint: String, CaseIterable, Sendable {
    /// A front end has a job in hand that the store does not know yet.
    case submitSending = "submit.sending"
    /// The store has taken a job in; the client has not been told.
    case submitStored = "submit.stored"
    /// A job was canceled or asked to end; the client has not been told.
    case cancelStored = "cancel.stored"
    /// An ended job was removed; the client has not been told.
    case removeStored = "remove.stored"
    /// A new job was made of a dead letter, perhaps of one among many; the client has not been told.
    case retryStored = "retry.stored"
    /// A tick did what it found to do; there may be more than one does.
    case tickWorked = "tick.worked"
    /// A worker has taken a wake-up and has not claimed.
    case wakeHeard = "wake.heard"
    /// A worker has leased jobs and has started none of them.
    case claimAnswered = "claim.answered"
    /// A program is at work on a job and has written part of its result.
    case handlerRunning = "handler.running"
    /// Attempts have ended; the store does not know how.
    case settleSending = "settle.sending"
    /// The store has the results of attempts that succeeded; jobs that were leased in the same call have not started.
    case finishAnswered = "finish.answered"
    /// The store has the errors of attempts that failed; nothing was claimed in their place yet.
    case failAnswered = "fail.answered"
    /// The leases of what runs were prolonged.
    case beatAnswered = "beat.answered"
    /// A worker was told to stop attempts and has not done so.
    case beatTold = "beat.told"
    /// A draining worker has handed back what it had not done, and has not signed off.
    case drainReleased = "drain.released"

    #if DEBUG
        /// Dies here, if that was ordered.
        ///
        /// - Parameter condition: Whether the place has really been reached.
        package func reach(if condition: @autoclosure () -> Bool = true) {
            if condition() { CrashOrder.note(self) }
        }
    #else
        /// Nothing.
        @inlinable
        package func reach(if condition: @autoclosure () -> Bool = true) {}
    #endif
}
