// Nothing stays for ever, nothing names what is gone.

import LeveeLedger

/// After the drain no job key lacks a TTL, and no index names a job that is gone.
enum Leftovers {
    /// The keys that live as long as the deployment.
    private static let lasting: Set<String> = ["meta", "upkeep", "workers", "autoscaler"]
    private static let lists = ["q:", "suspect:", "recent:"]
    private static let sets: Set<String> = ["leases", "scheduled", "deadlines"]

    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("every job key has a TTL, every index names jobs that are there")
        var keys = 0
        var names = 0
        for key in evidence.dump.sorted(by: { $0.key < $1.key }) {
            let name = key.name
            var ids: [String] = []
            if ["j:", "p:", "r:", "idem:", "worker:"].contains(where: name.hasPrefix) {
                keys += 1
                if key.life < 0 { verdict.fail("\(key.key) lives for ever") }
                if name.hasPrefix("p:") || name.hasPrefix("r:") { ids = [String(name.dropFirst(2))] }
            } else if lists.contains(where: name.hasPrefix) {
                ids = key.values
            } else if sets.contains(name) || name.hasPrefix("dead:") {
                ids = key.fields.keys.sorted()
            } else if !lasting.contains(name), !name.hasPrefix("stats:"), !name.hasPrefix("wake:") {
                verdict.fail("\(key.key) is no key that Levee knows")
            }
            names += ids.count
            for id in ids where evidence.jobs[id] == nil { verdict.fail("\(key.key) names \(id), which is gone") }
        }
        if keys == 0 || names == 0 { verdict.fail(Verdict.nothing) }
        verdict.figures = "\(keys) keys with a life, \(names) names in indexes"
        return verdict
    }
}
