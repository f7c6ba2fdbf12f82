// Nothing runs more often than it must.

import LeveeLedger

/// Without faults nothing runs twice; with faults, at most as often as claims were lost. An attempt that failed and is tried
/// again, or was put off, is no second run of the same attempt.
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
        var lost = 0
        for (id, runs) in starts.sorted(by: { $0.key < $1.key }) {
            guard let job = evidence.jobs[id] else {
                verdict.fail("\(id) ran at \(runs[0].at) and is not in Redis")
                continue
            }
            let log = job.log.map(\.text).joined(separator: "; ")
            for (fence, same) in Dictionary(grouping: runs, by: \.fence) where same.count > 1 {
                verdict.fail("\(id) ran \(same.count) times under fence \(fence), at \(same.map { "\($0.at)" })")
            }
            let claimed = Set(job.claims.map(\.fence))
            for run in runs where !claimed.contains(run.fence) {
                verdict.fail("\(id) ran at \(run.at) under fence \(run.fence), which nobody claimed: \(log)")
            }
            let extra = runs.count - 1 - job.count(ofCause: "fail") - job.count(ofCause: "throttle")
            let excuses = evidence.facts.hasFaults ? job.count(ofCause: "lost") + job.count(ofCause: "release") : 0
            surplus += max(0, extra)
            lost += job.count(ofCause: "lost")
            if extra > excuses {
                verdict.fail("\(id) ran \(runs.count) times, \(excuses) claims were lost: \(log)")
            }
        }
        let count = starts.values.reduce(0) { $0 + $1.count }
        verdict.figures = "\(count) runs of \(starts.count) jobs, \(surplus) of them once more; \(lost) claims lost"
        return verdict
    }
}
