// How a worker stops: it lets end what ends in time, and hands back the rest.

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

    /// Gives the jobs that were not done to other workers.
    ///
    /// - Returns: Whether the worker holds nothing any more.
    func handBack() async -> Bool {
        let leases = session.withState { state in
            defer { state.handBack = [] }
            return state.handBack
        }
        guard !leases.isEmpty else { return true }
        do throws(StoreError) {
            try await session.leasing.release(leases, by: nil)
            CrashPoint.drainReleased.reach()
            session.logger.info("handed back", metadata: ["jobs": "\(leases.count)"])
            return true
        } catch {
            session.logger.error(
                "handing back failed; the jobs run again when their leases end",
                metadata: ["jobs": "\(leases.count)", "error": "\(error)"]
            )
            return false
        }
    }
}
