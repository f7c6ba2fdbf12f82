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
            let chains = session.chains
            for chain in chains { await look(at: chain, now) }
            if let respite = chains.compactMap({ $0.respite(at: now, atMost: Self.precision) }).min() {
                try? await Task.sleep(for: max(respite, .milliseconds(1)), tolerance: .milliseconds(1))
            } else {
                await session.begun.wait()
            }
        }
    }

    /// Stops the attempt that runs if it is overdue. What waits behind it goes to other workers at once: it may never return.
    private func look(at chain: Chain, _ now: ContinuousClock.Instant) async {
        guard let (overdue, rest) = chain.expire(at: now) else { return }
        session.stop { $0.stop(overdue, for: .timeout) ? [overdue] : [] }
        await Runner(session: session).record(rest)
    }
}
