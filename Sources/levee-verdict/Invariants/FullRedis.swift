// What a Redis without memory does, and what clients are told.

import LeveeLedger

/// While Redis is full, no job is accepted, and those it has go on to their ends. Whoever is refused, then or at another time, is
/// told with 503 and `Retry-After`.
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
        verdict.figures =
            "full for \(seconds) s, in which \(refused.inTime) submits were refused, \(begun) attempts begun and "
            + "\(settled) settled; \(refused.all) refused in all"
        return verdict
    }

    private static func checkDoor(
        _ evidence: Evidence,
        _ full: Spans,
        _ verdict: inout Verdict
    ) -> (inTime: Int, all: Int) {
        var sent: [String: Int64] = [:]
        var count = (inTime: 0, all: 0)
        for entry in evidence.clients {
            switch entry.event {
            case .submitting(let label, _):
                sent[label] = entry.at
            case .accepted(let label, let id):
                guard let since = sent[label], full.contains(since, entry.at) else { continue }
                verdict.fail("\(id) was submitted at \(since) and accepted at \(entry.at), while Redis was full")
            case .refused(let label, let status, let hint):
                count.all += 1
                if let since = sent[label], full.contains(since, entry.at) { count.inTime += 1 }
                guard status != 503 || hint.flatMap({ Int($0) }) ?? 0 < 1 else { continue }
                verdict.fail(
                    "\(label) was refused at \(entry.at) with \(status) and Retry-After \(hint ?? "missing")"
                )
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
                claim.worker.hasPrefix("\(life.name)-") && life.launched <= claim.span.lowerBound
                    && sound.contains(entry.at, deadline)
            }
            if timeline.full.contains(entry.at, claim.span.upperBound) { settled += 1 }
            guard isSound, timeline.full.contains(entry.at, deadline), claim.span.upperBound > deadline else {
                continue
            }
            verdict.fail(
                "\(id) was done at \(entry.at) under fence \(fence), while Redis was full, and that was not taken in: "
                    + job.log.map(\.text).joined(separator: "; ")
            )
        }
        return settled
    }
}
