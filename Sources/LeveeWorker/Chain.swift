// Attempts that share a task, and how far that has come with them.

import LeveeCore
import Synchronization

/// Jobs whose attempts are made one after the other in one task: the quick ones of a claim, or one that is not quick.
///
/// An attempt has a deadline from when it begins. One that has not begun can be taken out again: it has used nothing up.
final class Chain: Sendable {
    /// What is to be recorded of a chain that goes no further.
    struct Rest: Sendable {
        /// What has ended and is not recorded yet.
        let ended: [EndedAttempt]
        /// Those whose attempts have not begun, and never will.
        let waiting: ArraySlice<LeasedJob>
    }

    private enum Phase {
        /// None has begun.
        case waiting
        /// None runs: the next begins soon, or what has ended is being recorded.
        case between
        case running(Lease, until: ContinuousClock.Instant)
        /// The one that runs takes too long, and the watchdog has seen to it.
        case overdue
    }

    private struct State {
        var phase = Phase.waiting
        var waiting: ArraySlice<LeasedJob>
        var ended: [EndedAttempt] = []

        mutating func withdraw() -> Rest {
            defer { (ended, waiting) = ([], []) }
            return Rest(ended: ended, waiting: waiting)
        }
    }

    let jobs: [LeasedJob]
    /// Opens when the attempt, which then is the only one, is to end; quick ones are not stopped.
    let stop: Signal?
    private let state: Mutex<State>

    init(_ jobs: [LeasedJob], stop: Signal? = nil) {
        self.jobs = jobs
        self.stop = stop
        state = Mutex(State(waiting: jobs[...]))
    }

    /// Begins the next attempt, if there is one.
    ///
    /// - Parameters:
    ///   - last: The one before it, to be kept until it is recorded.
    ///   - handlers: What runs the jobs, by the name of their type.
    /// - Returns: The attempt, with its handler.
    func begin(after last: EndedAttempt?, among handlers: [String: HandlerBinding]) -> Attempt? {
        state.withLock { state in
            if let last { state.ended.append(last) }
            state.phase = .between
            guard let job = state.waiting.popFirst() else { return nil }
            let attempt = Attempt(job: job, startedAt: .now).resolved(among: handlers)
            state.phase = .running(job.lease, until: attempt.deadline)
            return attempt
        }
    }

    /// Hands over what has ended, so that it is recorded once.
    ///
    /// - Parameter last: What ended just now.
    /// - Returns: All that has ended since it was last taken.
    func takeEnded(with last: EndedAttempt?) -> [EndedAttempt] {
        state.withLock { state in
            if let last { state.ended.append(last) }
            state.phase = .between
            defer { state.ended = [] }
            return state.ended
        }
    }

    /// Takes out all but the attempt that runs.
    func withdraw() -> Rest {
        state.withLock { $0.withdraw() }
    }

    /// Takes out all but the attempt that runs if that takes too long: nobody knows when it ends.
    ///
    /// - Returns: The lease of the one that runs, and the others; once.
    func expire(at now: ContinuousClock.Instant) -> (overdue: Lease, rest: Rest)? {
        state.withLock { state in
            guard case .running(let lease, let deadline) = state.phase, deadline <= now else { return nil }
            state.phase = .overdue
            return (lease, state.withdraw())
        }
    }

    /// How long the watchdog may look away.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - longest: How long at most, and between two attempts.
    /// - Returns: The time; `nil` if nothing has begun that could become overdue.
    func respite(at now: ContinuousClock.Instant, atMost longest: Duration) -> Duration? {
        state.withLock { state in
            switch state.phase {
            case .between: longest
            case .running(_, let deadline): min(deadline - now, longest)
            case .waiting, .overdue: nil
            }
        }
    }
}

/// What an attempt has come to; too large a value to be copied from hand to hand.
final class EndedAttempt: Sendable {
    let attempt: Attempt
    let ending: Attempt.Ending
    let time: ContinuousClock.Instant

    init(_ attempt: Attempt, at time: ContinuousClock.Instant) {
        self.attempt = attempt
        ending = attempt.ended(at: time)
        self.time = time
    }
}
