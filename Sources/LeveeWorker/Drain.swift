// How a worker stops: it lets end what ends in time, and stops the rest.

import LeveeCore
import Logging

/// Waits for the order to stop, then for the grace, then stops what still runs. Says now and then what the end waits for.
struct Drain: Sendable {
    /// How often it is said.
    static let interval = Duration.seconds(3)

    let session: Session

    /// Stops the attempts that outlive the grace; ends when it has, or when its task is canceled.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await tellOfRetirement() }
            await session.stopping.wait()
            group.cancelAll()
        }
        guard !Task.isCancelled else { return }
        let grace = session.configuration.drainGrace
        session.logger.info(
            "draining: no more jobs are taken",
            metadata: ["running": "\(running)", "grace": "\(grace)"]
        )
        let end = ContinuousClock.now + grace
        await canceled(by: session.hurried) { await wait(until: end) }
        guard !Task.isCancelled else { return }
        session.expired.ring()
        session.stop { $0.stopAll(for: .drain) }
        // What has not begun does not wait for what runs: that may not heed the stop.
        for chain in session.chains { await Runner(session: session).record(chain.withdraw()) }
    }

    private var running: Int { session.withState { $0.running.count } }

    /// A worker that retires waits for its jobs without any limit.
    private func tellOfRetirement() async {
        await session.draining.wait()
        while true {
            guard (try? await Task.sleep(for: Self.interval)) != nil else { return }
            session.logger.info("retiring", metadata: ["running": "\(running)"])
        }
    }

    /// Waits for the end of the grace, or for the cancellation of the task.
    private func wait(until end: ContinuousClock.Instant) async {
        while ContinuousClock.now < end {
            guard (try? await Task.sleep(until: min(end, .now + Self.interval))) != nil else { return }
            let left = max(.zero, end - .now)
            if left > .zero {
                session.logger.info(
                    "draining",
                    metadata: ["running": "\(running)", "left": "\(left.components.seconds) s"]
                )
            }
        }
    }
}
