// Nothing runs more often than it must.

import LeveeLedger

/// Without faults nothing runs twice; with faults, at most as often as claims were lost. An attempt that failed and is tried
/// again, or was put off, is no second run of the same attempt; nor one that its worker handed back, for which ``Dismissals``
/// looks. A claim is lost for a reason only.
enum Runs {
    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict(
            evidence.facts.hasFaults ? "nothing runs more often than claims were lost" : "nothing runs twice"
        )
        var starts: [String: [(fence: Int, at: Int64)]] = [:]
        for entry in evidence.handlers {
            if case .started(let id, _, let fence, _, _) = entry.event {
                starts[id, default: []].append((fence, entry.at))
            }
        }
        var surplus = 0
        for (id, runs) in starts.sorted(by: { $0.key < $1.key }) {
            guard let job = evidence.jobs[id] else {
                verdict.fail("\(id) ran at \(runs[0].at) and is not in Redis")
                continue
            }
            let log = job.story
            for (fence, same) in Dictionary(grouping: runs, by: \.fence) where same.count > 1 {
                verdict.fail("\(id) ran \(same.count) times under fence \(fence), at \(same.map { "\($0.at)" })")
            }
            let claimed = Set(job.claims.map(\.fence))
            for run in runs where !claimed.contains(run.fence) {
                verdict.fail("\(id) ran at \(run.at) under fence \(run.fence), which nobody claimed: \(log)")
            }
            let again = job.log.count { ["fail", "throttle"].contains($0.cause) && $0.state == "scheduled" }
            let extra = runs.count - 1 - again
            let excuses =
                (evidence.facts.hasFaults ? job.count(ofCause: "lost") : 0) + job.count(ofCause: "release")
            surplus += max(0, extra)
            if extra > excuses {
                verdict.fail("\(id) ran \(runs.count) times, \(excuses) claims were lost: \(log)")
            }
        }
        let lost = checkLosses(evidence, &verdict)
        if starts.isEmpty { verdict.fail(Verdict.nothing) }
        let count = starts.values.reduce(0) { $0 + $1.count }
        verdict.figures = "\(count) runs of \(starts.count) jobs, \(surplus) of them once more; \(lost) claims lost"
        return verdict
    }

    /// Whether each claim that was lost was lost to something. Returns how many there were.
    private static func checkLosses(_ evidence: Evidence, _ verdict: inout Verdict) -> Int {
        let timeline = Timeline(evidence.run)
        var lost = 0
        for job in evidence.jobs.values.sorted(by: { $0.id < $1.id }) {
            for claim in job.claims where ["lost", "poison"].contains(claim.cause) {
                lost += 1
                if timeline.explainsLoss(of: claim.worker, over: claim.span) { continue }
                verdict.fail("\(job.id) was taken from \(claim.worker), which was whole: \(job.story)")
            }
        }
        return lost
    }
}
