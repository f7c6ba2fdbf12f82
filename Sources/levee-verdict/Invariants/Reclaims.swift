// What a lost worker ran is taken back in time.

import LeveeLedger

/// A job whose worker was killed, or stopped for longer than its lease, is reclaimed within the lease and two seconds.
///
/// While nobody looked (Redis away, or no process whole), nothing is taken back; then for one lease heartbeats come first. A front
/// end that stands still may have a heartbeat of an outside worker in hand, which counts when it goes on.
enum Reclaims {
    private static let allowance: Int64 = 2_000_000

    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("the jobs of a lost worker are reclaimed in time")
        let timeline = Timeline(evidence.run)
        let (unwatched, doorTroubles) = (timeline.unwatched, timeline.doorTroubles)
        let lease = evidence.facts.lease * 1_000
        var worst: Int64 = 0
        var count = 0
        var excused = 0
        for loss in timeline.losses.sorted(by: { $0.at < $1.at }) {
            let plain = loss.at + lease + allowance
            let isOutside = timeline.lives.contains { $0.name == loss.name && $0.isOutside }
            let excuses = isOutside ? unwatched.union(doorTroubles) : unwatched
            let deadline = deadline(plain, from: loss.at, lease: lease, excuses)
            // A worker that goes on in time need not lose anything.
            if let until = loss.until, until <= deadline { continue }
            for (job, claim) in held(by: loss.name, at: loss.at, timeline, evidence) {
                let end = claim.span.upperBound
                count += 1
                if deadline > plain { excused += 1 } else { worst = max(worst, end - loss.at) }
                if end > deadline {
                    let late = end == .max ? "never" : "\((end - loss.at) / 1_000) ms after that"
                    verdict.fail(
                        "\(job.id) was lost with \(loss.name) at \(loss.at) and taken back \(late), later than "
                            + "\((deadline - loss.at) / 1_000): \(job.log.map(\.text).joined(separator: "; "))"
                    )
                }
            }
        }
        // Not each lost worker had a job; of many some had, and in a long run some when nothing excuses anybody.
        if timeline.losses.count >= 5 && count == 0 || Faults.isLong(evidence) && count == excused {
            verdict.fail(Verdict.nothing)
        }
        verdict.isProof = count > excused
        verdict.figures =
            "\(count) jobs of \(timeline.losses.count) lost workers, the slowest after \(worst / 1_000) ms; "
            + "\(excused) had longer, since Redis was away or nobody looked"
        return verdict
    }

    private static func deadline(_ plain: Int64, from loss: Int64, lease: Int64, _ unwatched: Spans) -> Int64 {
        var deadline = plain
        for span in unwatched.all where span.upperBound > loss && span.lowerBound < deadline {
            deadline = max(deadline, span.upperBound + lease + allowance)
        }
        return deadline
    }

    /// What a worker ran at a moment, by the logs.
    private static func held(
        by name: String,
        at moment: Int64,
        _ timeline: Timeline,
        _ evidence: Evidence
    ) -> [(StoredJob, Claim)] {
        guard let life = timeline.lives.first(where: { $0.name == name && $0.launched <= moment && moment <= $0.ended })
        else { return [] }
        return evidence.jobs.values.sorted { $0.id < $1.id }.flatMap { job in
            job.claims.filter { claim in
                claim.worker.hasPrefix("\(name)-") && claim.span.lowerBound >= life.launched
                    && claim.span.contains(moment)
            }.map { (job, $0) }
        }
    }
}
