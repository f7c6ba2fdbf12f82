// A run proves something only if what was to go wrong went wrong.

import LeveeLedger

/// What was planned was done, but for what could befall nobody at the moment: that is written down, and less than half.
enum Faults {
    /// From how many seconds on a run is long: then there are fixed numbers below which it proves too little.
    private static let long = 120.0
    private static let leastKills = 50
    private static let leastEndsOfRedis = 5

    /// Whether a run is long, and something was to go wrong in it.
    static func isLong(_ evidence: Evidence) -> Bool { evidence.facts.duration >= long && evidence.facts.hasFaults }

    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("the faults that were planned were done")
        let planned = evidence.facts.planned
        let done = evidence.done
        let isLong = isLong(evidence)
        var skipped: [String: Int] = [:]
        for entry in evidence.run { if case .skipped(let kind, _) = entry.event { skipped[kind, default: 0] += 1 } }
        for kind in Set(planned.keys).union(done.keys).union(skipped.keys).sorted() {
            let (plan, did, left) = (planned[kind] ?? 0, done[kind] ?? 0, skipped[kind] ?? 0)
            if did + left != plan {
                verdict.fail("\(kind) was planned \(plan) times, done \(did) times and skipped \(left) times")
            }
            if did == 0, plan > (isLong ? 0 : 1) { verdict.fail("\(kind) was planned \(plan) times and never done") }
        }
        func demand(_ what: String, _ count: ([String: Int]) -> Int, atLeast least: Int) {
            let wanted = max(isLong ? least : 0, (count(planned) + 1) / 2)
            if count(done) < wanted { verdict.fail("\(count(done)) \(what), and at least \(wanted) were to come") }
        }
        demand("kills", Timeline.kills, atLeast: leastKills)
        demand("restarts of Redis", Timeline.endsOfRedis, atLeast: leastEndsOfRedis)
        demand("faults", { $0.values.reduce(0, +) }, atLeast: 0)
        verdict.figures =
            "\(done.values.reduce(0, +)) of \(planned.values.reduce(0, +)), "
            + "\(skipped.values.reduce(0, +)) could befall nobody"
        return verdict
    }
}
