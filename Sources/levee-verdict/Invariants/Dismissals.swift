// A worker that is told to end does so in good order.

import LeveeLedger

/// A worker that drains lets end what ends within its grace, hands back the rest without a stall, and is gone with status 0
/// soon after; one that retires stops nothing at all. Judged is what was under no other fault.
enum Dismissals {
    /// How long a worker may take beside its grace, in microseconds: programs get some seconds to end.
    private static let allowance: Int64 = 10_000_000
    /// How long an outcome may take from the handler to the log, in microseconds.
    private static let settling: Int64 = 2_000_000

    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("a worker that is told to end stops no work that ends in time")
        let timeline = Timeline(evidence.run)
        let grace = evidence.facts.grace * 1_000
        let dismissed = timeline.lives.filter { $0.dismissed != nil && !$0.isKilled }
        var judged = 0
        var held = 0
        for life in dismissed {
            guard let order = life.dismissed else { continue }
            let claims = claims(of: life, evidence)
            let last = claims.map { min($0.claim.span.upperBound, life.ended) }.max() ?? order.at
            let limit = (order.hasGrace ? order.at + grace : max(order.at, last)) + allowance
            let isSound = timeline.sound(life).contains(order.at, min(life.ended - 1, limit))
            guard isSound else { continue }
            judged += 1
            held += claims.count { $0.claim.span.upperBound > order.at }
            if life.ended > limit || life.status != 0 {
                let end = life.status.map { "with status \($0) " } ?? ""
                verdict.fail(
                    "\(life.name) (pid \(life.pid)) was told to end at \(order.at), and ended \(end)at \(life.ended)"
                )
            }
            for (job, claim) in claims where claim.span.upperBound > order.at && claim.cause == "lost" {
                let held = claim.span.lowerBound..<min(claim.span.upperBound, life.ended)
                if timeline.explainsLoss(of: claim.worker, over: held) { continue }
                verdict.fail("\(job.id) was lost with \(life.name), which was told to end at \(order.at): \(job.story)")
            }
        }
        let back = checkReleases(evidence, timeline, grace, &verdict)
        checkStalls(evidence, &verdict)
        let isMaterialDue = Faults.isLong(evidence) || evidence.done["drain-worker"] ?? 0 >= 5
        if judged == 0, isMaterialDue { verdict.fail(Verdict.nothing) }
        verdict.isProof = judged > 0
        verdict.figures =
            "\(dismissed.count) workers told to end, \(judged) of them whole, with \(held) jobs; \(back) handed back"
        return verdict
    }

    private static func claims(of life: Life, _ evidence: Evidence) -> [(job: StoredJob, claim: Claim)] {
        evidence.jobs.values.sorted { $0.id < $1.id }.flatMap { job in
            job.claims.filter(life.holds).map { (job, $0) }
        }
    }

    /// Whether what was handed back was not stopped too soon, and not done. Returns how often something was.
    private static func checkReleases(
        _ evidence: Evidence,
        _ timeline: Timeline,
        _ grace: Int64,
        _ verdict: inout Verdict
    ) -> Int {
        var started: [String: Set<Int>] = [:]
        for entry in evidence.handlers {
            if case .started(let id, _, let fence, _, _) = entry.event { started[id, default: []].insert(fence) }
        }
        let endings = evidence.endings
        var count = 0
        for job in evidence.jobs.values.sorted(by: { $0.id < $1.id }) {
            for claim in job.claims where claim.cause == "release" {
                count += 1
                // A claim whose answer came when the worker had begun to end is given back at once.
                guard started[job.id]?.contains(claim.fence) ?? false else { continue }
                let end = timeline.lives.first { $0.holds(claim) }?.dismissed
                guard let end, end.hasGrace, claim.span.upperBound + settling / 20 >= end.at + grace else {
                    verdict.fail("\(job.id) was stopped on \(claim.worker) before any grace was over: \(job.story)")
                    continue
                }
                if let done = endings[job.id]?[claim.fence], done.at + settling < end.at + grace {
                    verdict.fail("\(job.id) was done at \(done.at) on \(claim.worker), and handed back: \(job.story)")
                }
            }
        }
        return count
    }

    /// Only a claim that was lost counts against a job.
    private static func checkStalls(_ evidence: Evidence, _ verdict: inout Verdict) {
        for job in evidence.jobs.values.sorted(by: { $0.id < $1.id }) {
            let lost = job.count(ofCause: "lost") + job.count(ofCause: "poison")
            if job.stalls > lost {
                verdict.fail("\(job.id) counts \(job.stalls) lost workers, not \(lost): \(job.story)")
            }
        }
    }
}
