// A job ends as it was meant to.

import LeveeLedger

/// Each job succeeds, but for one whose attempts were to fail, that lost too many workers, that was not to start so late, or
/// whose end was asked for or came due. What the log says of an attempt is what its handler has said, and nothing begins before
/// its time or after it.
enum Outcomes {
    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("every job ends as it was meant to")
        let labels = evidence.labels
        let submitted = evidence.submitted
        let endings = evidence.endings
        let asked = asked(evidence)
        var counts: [String: Int] = [:]
        for job in evidence.jobs.values.sorted(by: { $0.id < $1.id }) where job.isEnded {
            guard let end = job.log.last(where: \.isEnd) else { continue }
            let way = end.state == "succeeded" ? "as planned" : "\(end.state) by \(end.cause)"
            counts[way, default: 0] += 1
            guard let terms = labels[job.id].flatMap({ submitted[$0] }) else {
                // A job that never ran, and of which its client heard nothing, may have no trace but its payload.
                if !["deadline", "expire"].contains(end.cause) {
                    verdict.fail("\(job.id) is nobody's, and ended \(end.text)")
                }
                continue
            }
            if let fault = fault(of: end, job, terms, evidence.facts, asked: asked[job.id]) {
                verdict.fail("\(job.id) ended as \(way), \(fault): \(job.story)")
            }
            checkAttempts(job, terms, endings[job.id] ?? [:], &verdict)
            checkTimes(job, terms, &verdict)
        }
        if counts["as planned"] == nil { verdict.fail(Verdict.nothing) }
        verdict.figures = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return verdict
    }

    /// When the end of each job was first asked for.
    private static func asked(_ evidence: Evidence) -> [String: Int64] {
        var asked: [String: Int64] = [:]
        for entry in evidence.clients {
            if case .canceling(let id) = entry.event { asked[id] = min(entry.at, asked[id] ?? .max) }
        }
        return asked
    }

    /// Why a job should not have ended like that; `nil` if it should.
    private static func fault(
        of end: Change,
        _ job: StoredJob,
        _ terms: JobTerms,
        _ facts: RunFacts,
        asked: Int64?
    ) -> String? {
        let failures = job.count(ofCause: "fail")
        switch (end.state, end.cause) {
        case ("succeeded", "finish"):
            return failures == terms.failures ? nil : "with \(terms.failures) failures planned"
        case ("failed", "fail"):
            // A deadline may leave no time for another attempt.
            let isDue = failures == facts.attempts || terms.cancelAfter != nil
            return isDue && failures <= terms.failures ? nil : "with \(terms.failures) failures planned"
        case ("failed", "poison"):
            let lost = job.count(ofCause: "lost") + 1
            return lost >= Claim.poisonAfter ? nil : "after \(lost) lost workers"
        case ("failed", "expire"):
            return terms.startTimeout == nil ? "although it could start at any time" : nil
        case ("canceled", "cancel"):
            guard let asked else { return "and nobody asked for that" }
            return asked / 1_000 <= end.at ? nil : "before anybody asked for that, at \(asked)"
        case ("canceled", "deadline"):
            return terms.cancelAfter == nil ? "although it had no deadline" : nil
        default: return "which is no way to end"
        }
    }

    /// What the log says of attempts: each that failed, was put off or succeeded had a handler that said so.
    private static func checkAttempts(
        _ job: StoredJob,
        _ terms: JobTerms,
        _ said: [Int: (at: Int64, digest: String?)],
        _ verdict: inout Verdict
    ) {
        for claim in job.claims {
            guard let cause = claim.cause, ["finish", "fail", "throttle"].contains(cause) else { continue }
            guard let ending = said[claim.fence], ending.at / 1_000 <= claim.to ?? 0 else {
                verdict.fail(
                    "\(job.id) has \(cause) under fence \(claim.fence), which its handler had not said: \(job.story)"
                )
                continue
            }
            if (ending.digest == nil) == (cause == "finish") {
                verdict.fail(
                    "\(job.id) has \(cause) under fence \(claim.fence); its handler said otherwise: \(job.story)"
                )
            }
        }
    }

    /// Whether a job began and ended within the times its client set, by the clock that Redis had then.
    private static func checkTimes(_ job: StoredJob, _ terms: JobTerms, _ verdict: inout Verdict) {
        guard let first = job.log.first, let end = job.log.last(where: \.isEnd) else { return }
        // A job that was made of a failed one is not put off again.
        let delay = job.madeOf == nil ? Int64(terms.delay ?? 0) * 1_000 : 0
        let start = job.log.first { $0.cause == "claim" }
        if delay > 0, job.count(ofCause: "clock") == 0 {
            let ready = job.log.first { $0.state == "queued" }
            if first.state != "scheduled" || ready.map({ $0.stamp < first.stamp + delay }) ?? false {
                verdict.fail("\(job.id) was put off for \(delay) ms: \(job.story)")
            }
        }
        if let limit = terms.startTimeout.map({ first.stamp + delay + Int64($0) * 1_000 }) {
            if let start, start.stamp >= limit, job.count(ofCause: "clock") == 0 {
                verdict.fail("\(job.id) has started after \(limit), when it was over: \(job.story)")
            }
            if end.cause == "expire", end.stamp < limit {
                verdict.fail("\(job.id) expired before \(limit): \(job.story)")
            }
        }
        if let limit = terms.cancelAfter.map({ first.stamp + Int64($0) * 1_000 }) {
            if let late = job.log.first(where: { $0.cause == "claim" && $0.stamp >= limit }) {
                verdict.fail("\(job.id) was claimed after its deadline at \(limit): \(late.text): \(job.story)")
            }
            if end.cause == "deadline", end.stamp < limit {
                verdict.fail("\(job.id) was canceled before its deadline at \(limit): \(job.story)")
            }
        }
    }
}
