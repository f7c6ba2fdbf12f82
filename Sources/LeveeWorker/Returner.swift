// How jobs that a worker was given and does not do come to others: at once, not only when it ends.

import LeveeCore
import Logging

/// Gives leases back as soon as there are any: those of jobs that a last claim brought while the worker began to drain, and
/// those of attempts that outlived the grace.
struct Returner: Sendable {
    let session: Session

    /// Gives back until nothing is left and nothing will come.
    ///
    /// When all else has ended, it tries for as long as a lease lasts, or until it fails once more after an order to hurry:
    /// heartbeats hold the leases until then, and after that the jobs come back by themselves.
    ///
    /// - Returns: Whether the worker holds nothing any more.
    func run() async -> Bool {
        var backoff = Backoff()
        var failingSince: ContinuousClock.Instant?
        while true {
            let isLast = session.finished.isSet
            let leases = session.withState { $0.handBack }
            if leases.isEmpty {
                if isLast { return true }
                await session.returned.wait()
                continue
            }
            do throws(StoreError) {
                try await session.leasing.release(leases, by: nil)
                CrashPoint.drainReleased.reach()
                session.withState { $0.handBack.removeAll(where: leases.contains) }
                session.succeeded(.release)
                for lease in leases { session.logger.info("job handed back", metadata: ["job": "\(lease.id)"]) }
                backoff.reset()
                failingSince = nil
            } catch {
                let since = failingSince ?? .now
                failingSince = since
                if isLast, session.hurried.isSet || .now - since > session.configuration.lease {
                    session.logger.error(
                        "handing back failed; the jobs run again when their leases end",
                        metadata: ["jobs": "\(leases.count)", "error": "\(error)"]
                    )
                    return false
                }
                let pause = backoff.next()
                session.failed(.release, error, metadata: ["jobs": "\(leases.count)", "pause": "\(pause)"])
                await canceled(by: session.hurried) { try? await Task.sleep(for: pause) }
            }
        }
    }
}
