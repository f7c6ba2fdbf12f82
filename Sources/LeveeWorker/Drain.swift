// How a worker stops: it lets end what ends in time, and stops the rest.

import LeveeCore
import Logging

/// Waits for the order to stop, then for the grace, then stops what still runs.
struct Drain: Sendable {
    let session: Session

    /// Stops the attempts that outlive the grace; ends when it has, or when its task is canceled.
    func run() async {
        await session.stopping.wait()
        guard !Task.isCancelled else { return }
        let grace = session.configuration.drainGrace
        session.logger.info(
            "draining: no more jobs are taken",
            metadata: ["running": "\(session.withState { $0.running.count })", "grace": "\(grace)"]
        )
        await canceled(by: session.hurried) { try? await Task.sleep(for: grace) }
        guard !Task.isCancelled else { return }
        session.expired.ring()
        session.stop { $0.stopAll(for: .drain) }
    }
}
