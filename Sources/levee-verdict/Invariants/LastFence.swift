// What is seen is what the last to hold the job has made.

import LeveeLedger

/// The visible result is that of the last fence: no worker that lost its lease has the last word.
enum LastFence {
    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("the visible result is that of the last fence")
        var made: [String: [Int: String]] = [:]
        for entry in evidence.handlers {
            if case .ended(let id, let fence, let digest?) = entry.event { made[id, default: [:]][fence] = digest }
        }
        let fetches = evidence.fetches
        let accepted = evidence.accepted
        let succeeded = evidence.jobs.values.filter { $0.state == "succeeded" }.sorted { $0.id < $1.id }
        for job in succeeded {
            guard let last = job.claims.last?.fence else {
                verdict.fail("\(job.id) has succeeded and was never claimed")
                continue
            }
            let log = job.log.map(\.text).joined(separator: "; ")
            if job.fence != last { verdict.fail("\(job.id) has fence \(job.fence) after the claim of \(last): \(log)") }
            if let fence = job.resultFence, fence != last {
                verdict.fail("\(job.id) holds the result of fence \(fence), the last is \(last): \(log)")
            }
            let results = (fetches[job.id] ?? []).filter { $0.seen.status == 200 }
            if results.isEmpty, accepted[job.id] != nil {
                verdict.fail("\(job.id) has succeeded, and no client has read its result")
            }
            for result in results where result.seen.fence != last {
                verdict.fail(
                    "\(job.id) shows fence \(result.seen.fence.map(String.init) ?? "?") at \(result.received), "
                        + "\(result.seen.door); the last is \(last): \(log)"
                )
            }
            if let result = results.last, made[job.id]?[last] != result.seen.digest {
                verdict.fail("\(job.id) shows \(result.seen.digest), which the handler of fence \(last) did not write")
            }
        }
        if succeeded.isEmpty || fetches.isEmpty { verdict.fail(Verdict.nothing) }
        verdict.figures = "\(succeeded.count) results, \(fetches.values.reduce(0) { $0 + $1.count }) times read"
        return verdict
    }
}
