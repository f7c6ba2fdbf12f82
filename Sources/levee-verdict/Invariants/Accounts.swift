// The figures of the queues agree with what is there.

import LeveeLedger

/// After the drain nothing waits, runs or is leased, and what has been counted is what there is.
enum Accounts {
    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("the figures of the queues agree with the jobs")
        let keys = Dictionary(evidence.dump.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for name in ["leases", "scheduled", "deadlines"] {
            if let key = keys[name], !key.values.isEmpty {
                verdict.fail("\(name) still names \(key.fields.keys.sorted())")
            }
        }
        let queues = Dictionary(grouping: evidence.jobs.values) { $0.queue }
        for (queue, jobs) in queues.sorted(by: { $0.key < $1.key }) {
            let figures = keys["stats:\(queue)"]?.figures ?? [:]
            func expect(_ name: String, _ expected: Int) {
                let found = figures[name] ?? 0
                if found != expected { verdict.fail("\(name) of \(queue) is \(found), not \(expected)") }
            }
            for name in ["running", "scheduled", "bytes", "suspect"] { expect(name, 0) }
            expect("submitted", jobs.count)
            for state in StoredJob.endings.sorted() { expect(state, jobs.count { $0.state == state }) }
            func sum(_ prefix: String) -> Int {
                figures.filter { $0.key.hasPrefix(prefix) }.values.reduce(0, +)
            }
            if sum("runs:") != sum("service:") {
                verdict.fail("of \(queue) \(sum("runs:")) attempts are counted by type, \(sum("service:")) by length")
            }
            if let key = keys["suspect:\(queue)"] { verdict.fail("\(key.key) still names \(key.values)") }
            for priority in 0...2 {
                let lying = keys["q:\(queue):\(priority)"]?.values.count ?? 0
                expect("stale:\(priority)", lying)
                let left = figures["out:\(priority)"] ?? 0
                expect("in:\(priority)", left + lying)
            }
        }
        if queues.isEmpty { verdict.fail(Verdict.nothing) }
        verdict.figures = "\(queues.count) queues"
        return verdict
    }
}
