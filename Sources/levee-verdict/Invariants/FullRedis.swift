// What a Redis without memory does, and what clients are told.

import LeveeLedger

/// While Redis is full, no job is accepted, and those it has go on to their ends.
enum FullRedis {
    /// How long an outcome may take from the handler to the log, in microseconds.
    private static let allowance: Int64 = 2_000_000

    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("a full Redis refuses new jobs and ends those it has")
        let timeline = Timeline(evidence.run)
        let refused = checkDoor(evidence, timeline.full, &verdict)
        let settled = checkDrain(evidence, timeline, &verdict)
        let begun = evidence.jobs.values.flatMap(\.claims).count { timeline.full.contains($0.span.lowerBound) }
        let seconds = timeline.full.all.reduce(0) { $0 + $1.upperBound - $1.lowerBound } / 1_000_000
        let wanted = Faults.isLong(evidence) ? evidence.facts.planned : evidence.done
        if wanted["fill-redis"] ?? 0 > 0, refused == 0 || settled + begun == 0 { verdict.fail(Verdict.nothing) }
        verdict.isProof = refused + begun + settled > 0
        verdict.figures =
            "full for \(seconds) s, in which \(refused) submits were refused, \(begun) attempts begun and "
            + "\(settled) settled"
        return verdict
    }

    /// Returns how many submits were refused while Redis was full.
    private static func checkDoor(_ evidence: Evidence, _ full: Spans, _ verdict: inout Verdict) -> Int {
        var count = 0
        for entry in evidence.clients {
            switch entry.event {
            case .accepted(_, let id, let sent) where full.contains(sent, entry.at):
                verdict.fail("\(id) was submitted at \(sent) and accepted at \(entry.at), while Redis was full")
            case .denied(let denial) where denial.label != nil && full.contains(denial.sent, entry.at):
                count += 1
            default: continue
            }
        }
        return count
    }

    /// Whether what handlers ended while Redis was full got into the log then, where a sound worker brought it. Returns how often.
    private static func checkDrain(_ evidence: Evidence, _ timeline: Timeline, _ verdict: inout Verdict) -> Int {
        let workers = timeline.lives.filter { $0.name.hasPrefix("worker-") }.map { ($0, timeline.sound($0)) }
        var settled = 0
        for entry in evidence.handlers {
            guard case .ended(let id, let fence, _) = entry.event, let job = evidence.jobs[id],
                let claim = job.claims.first(where: { $0.fence == fence })
            else { continue }
            let deadline = entry.at + allowance
            let isSound = workers.contains { life, sound in
                life.holds(claim) && sound.contains(entry.at, deadline)
            }
            if timeline.full.contains(entry.at, claim.span.upperBound) { settled += 1 }
            guard isSound, timeline.full.contains(entry.at, deadline), claim.span.upperBound > deadline else {
                continue
            }
            verdict.fail(
                "\(id) was done at \(entry.at) under fence \(fence), while Redis was full, and that was not taken in: "
                    + job.story
            )
        }
        return settled
    }
}
