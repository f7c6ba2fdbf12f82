// A ready job does not wait beside a free slot.

import LeveeLedger

/// With a free slot, a ready job starts within the tick and the wait for a wake-up: by the clock of Redis, in the log.
///
/// A slot counts as free while its worker is whole and takes jobs, Redis is there, and the log names fewer running jobs of that worker than it
/// has slots. A job that lost its worker twice is left out: it waits for a worker that runs nothing at all, and runs alone there.
enum Starts {
    private static let tick: Int64 = 1_000_000

    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("a ready job starts while a slot is free")
        let timeline = Timeline(evidence.run)
        let workers = timeline.lives.filter { $0.name.hasPrefix("worker-") }
        let free = workers.map { ($0, freeTimes(of: $0, timeline, evidence)) }
        let limit = tick + evidence.facts.wakeTimeout * 1_000
        var worst: (time: Int64, job: String) = (0, "none")
        var count = 0
        var suspects = 0
        for job in evidence.jobs.values.sorted(by: { $0.id < $1.id }) {
            var lost = 0
            for (index, change) in job.log.enumerated() where change.state == "queued" {
                lost += change.cause == "lost" ? 1 : 0
                guard index + 1 < job.log.count else { continue }
                if lost >= Claim.suspectAfter {
                    suspects += 1
                    continue
                }
                count += 1
                let wait = change.at * 1_000..<max(change.at, job.log[index + 1].at) * 1_000
                for (worker, spans) in free {
                    let beside = spans.longest(within: wait)
                    if beside > worst.time { worst = (beside, job.id) }
                    if beside > limit {
                        verdict.fail(
                            "\(job.id) waited \(beside / 1_000) ms beside a free slot of \(worker.name) (pid \(worker.pid)): "
                                + "\(change.text); \(job.log[index + 1].text)"
                        )
                    }
                }
            }
        }
        let sound = free.flatMap { $1.all }.reduce(0) { $0 + $1.upperBound - $1.lowerBound } / 1_000_000
        if count == 0 || sound == 0 { verdict.fail(Verdict.nothing) }
        verdict.figures =
            "\(count) waits, the longest beside a free slot \(worst.time / 1_000) ms "
            + "(\(worst.job)) of \(limit / 1_000) allowed; workers had a slot free for \(sound) s; "
            + "\(suspects) that wait apart left out"
        return verdict
    }

    private static func freeTimes(of worker: Life, _ timeline: Timeline, _ evidence: Evidence) -> Spans {
        let claims = evidence.jobs.values.flatMap(\.claims).filter(worker.holds)
        let full = Spans.crowded(claims.map(\.span), atLeast: evidence.facts.slots)
        let alone = Spans(claims.filter { $0.losses >= Claim.suspectAfter }.map(\.span))
        return timeline.open(worker).subtracting(full).subtracting(alone)
    }
}
