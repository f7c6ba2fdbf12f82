// Stops attempts that take too long.

import LeveeCore

/// Looks after the deadlines of what runs, until its task is canceled. One sleep for all jobs: a timer for each would
/// stay behind in the runtime's queue until its time, long after the job has ended.
struct Watchdog: Sendable {
    /// How late a timeout may come.
    private static let precision = Duration.milliseconds(200)

    let session: Session

    func run() async {
        while !Task.isCancelled {
            let now = ContinuousClock.now
            session.stop { $0.stopOverdue(at: now) }
            if let next = session.withState({ $0.nextDeadline }) {
                let rest = max(next - now, .milliseconds(1))
                try? await Task.sleep(for: min(rest, Self.precision), tolerance: .milliseconds(1))
            } else {
                await session.begun.wait()
            }
        }
    }
}
