// The heartbeat: one call for all that the worker holds.

import LeveeCore
import LeveeTracing
import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Beats each third of a lease, and sooner when there is progress to tell, until its task is canceled.
struct Pulse: Sendable {
    /// The shortest time between two heartbeats.
    private static let shortest = Duration.milliseconds(500)

    let session: Session
    let host = WorkerConfiguration.hostName()

    func run() async {
        while !Task.isCancelled {
            let sentAt = ContinuousClock.now
            let isHeard = await beat()
            // One that was not heard is sent again soon: there may be another connection by then.
            await session.news.wait(atMost: isHeard ? session.configuration.lease / 3 : Self.shortest)
            let rest = min(Self.shortest, session.configuration.lease / 3) - (.now - sentAt)
            if rest > .zero { try? await Task.sleep(for: rest) }
        }
    }

    /// - Returns: Whether the store has answered.
    private func beat() async -> Bool {
        let (news, isDraining) = session.withState { ($0.takeNews(), $0.isDraining) }
        let beat = Heartbeat(
            worker: session.configuration.name,
            host: host,
            processID: Int(getpid()),
            slots: session.configuration.slots,
            queues: session.configuration.queues.map(\.name),
            isDraining: isDraining,
            lease: session.configuration.lease,
            running: news
        )
        do throws(StoreError) {
            let verdicts = try await session.leasing.beat(beat)
            CrashPoint.beatAnswered.reach(if: !news.isEmpty)
            CrashPoint.beatTold.reach(if: !verdicts.isEmpty)
            session.withState { $0.lastContact = .now }
            session.succeeded(.beat)
            session.metrics.beat(lost: verdicts.values.count { $0 == .lost })
            guard !verdicts.isEmpty else { return true }
            session.stop { state in
                let told = state.judge(verdicts)
                for lease in told {
                    var metadata = state.running[lease]?.job.logged() ?? ["job": "\(lease.id)"]
                    metadata["verdict"] = "\(verdicts[lease]?.rawValue ?? "")"
                    session.logger.notice("told to stop a job", metadata: metadata)
                }
                return told
            }
            session.ended.ring()
            session.room.ring()
            return true
        } catch {
            // The handlers run on: only the store can say that a lease is lost.
            session.withState { $0.putBack(news) }
            session.failed(.beat, error)
            session.metrics.beatFailed()
            return false
        }
    }
}
