// Tells the store how attempts ended: everything that ended during one call goes into the next.

import LeveeCore
import Logging

/// Settles in batches until the worker is done. What the store has not taken is kept and sent again.
struct Settler: Sendable {
    let session: Session

    /// Settles until nothing is left to settle and nothing will come.
    ///
    /// When all attempts have ended and the grace is over, one more failure ends it: whoever stops the worker does not
    /// want to wait for the store any longer, and the jobs come back when their leases run out.
    func run() async {
        var backoff = Backoff()
        var count = session.configuration.batchCount
        var failures = 0
        while !session.withState({ $0.isDone }) {
            let begun = session.withState { $0.beginSettling(count: count, bytes: session.configuration.batchBytes) }
            guard let call = begun else {
                await session.ended.wait()
                continue
            }
            CrashPoint.settleSending.reach()
            do throws(StoreError) {
                let reply = try await session.leasing.settle(call.settlements, claiming: session.request(call))
                session.finish(call, isKnown: true, claimed: reply.claimed)
                session.succeeded(.settle)
                await report(reply.verdicts, on: call.settlements)
                backoff.reset()
                count = session.configuration.batchCount
                failures = 0
            } catch {
                session.finish(call, isKnown: false, claimed: [])
                let isLast = session.expired.isSet && session.withState { $0.running.isEmpty }
                let pause = backoff.next()
                session.failed(
                    .settle,
                    error,
                    metadata: ["kept-outcomes": "\(call.settlements.count)", "pause": "\(pause)"]
                )
                if isLast { return session.abandon() }
                failures += 1
                // One that is too large for the way to the store does not hold up the others.
                count = error.mayPass && failures < 2 ? session.configuration.batchCount : 1
                await canceled(by: session.expired) { try? await Task.sleep(for: pause) }
            }
        }
    }

    private func report(_ verdicts: [SettleReply.Verdict], on settlements: [Settlement]) async {
        for (verdict, settlement) in zip(verdicts, settlements) where verdict == .stale {
            session.metrics.cameTooLate()
            session.logger.warning(
                "an outcome came too late: the lease was lost",
                metadata: ["job": "\(settlement.lease.id)", "fence": .stringConvertible(settlement.lease.fence)]
            )
            if case .succeeded(let result) = settlement.outcome, let blob = result.content.blob {
                await session.discard([blob])
            }
        }
    }
}

extension Session {
    /// Gives up the outcomes that the store would not take.
    fileprivate func abandon() {
        let count = withState { state in
            defer { state.pending = [] }
            return state.pending.count
        }
        logger.error(
            "stopping with outcomes that the store has not taken; the jobs run again when their leases end",
            metadata: ["outcomes": "\(count)"]
        )
    }
}

extension StoreError {
    /// Whether the same call may well succeed later, whatever is in it.
    fileprivate var mayPass: Bool {
        switch self {
        case .unavailable, .unknownOutcome: true
        case .refused, .incompatibleLayout, .unexpectedReply: false
        }
    }
}
