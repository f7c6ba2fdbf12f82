// Every accepted job comes to one end, and only one.

import LeveeLedger

/// Every 202'd job reaches exactly one terminal state after the faults stop; nothing is there that nobody submitted.
enum Endings {
    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("every accepted job ends once")
        let isWhole = evidence.run.contains { $0.event == .drained }
        if !isWhole { verdict.fail("the run did not come to its end") }
        let accepted = evidence.accepted
        for (id, entry) in accepted.sorted(by: { $0.value.at < $1.value.at }) where evidence.jobs[id] == nil {
            verdict.fail("\(id) was accepted at \(entry.at) and is not in Redis")
        }
        if accepted.isEmpty { verdict.fail("no job was accepted") }
        let observations = evidence.observations
        var counts: [String: Int] = [:]
        for job in evidence.jobs.values.sorted(by: { $0.id < $1.id }) {
            counts[job.state, default: 0] += 1
            check(job, observations[job.id] ?? [], &verdict)
        }
        for (id, seen) in observations { checkPresence(id, seen, &verdict) }
        let unasked = checkLabels(evidence, &verdict)
        let states = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        verdict.figures = "\(accepted.count) accepted; in Redis \(states); \(unasked) of unknown outcome exist"
        return verdict
    }

    private static func check(
        _ job: StoredJob,
        _ seen: [(received: Int64, seen: Observation)],
        _ verdict: inout Verdict
    ) {
        if !job.isEnded { verdict.fail("\(job.id) has not ended: \(job.log.last?.text ?? job.state)") }
        let ends = job.log.filter(\.isEnd)
        if ends.count > 1 {
            verdict.fail("\(job.id) ended \(ends.count) times: \(ends.map(\.text).joined(separator: "; "))")
        } else if let end = ends.first, end != job.log.last {
            verdict.fail("\(job.id) went on after its end: \(end.text); \(job.log.last?.text ?? "")")
        }
        for observation in seen {
            guard let state = observation.seen.state, StoredJob.endings.contains(state), state != job.state else {
                continue
            }
            verdict.fail(
                "\(job.id) is \(job.state), but was \(state) at \(observation.received), \(observation.seen.door)"
            )
        }
    }

    /// A job that was accepted is there for everybody.
    private static func checkPresence(
        _ id: String,
        _ seen: [(received: Int64, seen: Observation)],
        _ verdict: inout Verdict
    ) {
        for observation in seen where observation.seen.state == nil {
            verdict.fail(
                "\(id) answered \(observation.seen.status) at \(observation.received), \(observation.seen.door)"
            )
        }
    }

    /// Each job was submitted by a client, and made one job. Returns how many there are that nobody was told of.
    private static func checkLabels(_ evidence: Evidence, _ verdict: inout Verdict) -> Int {
        let labels = evidence.labels
        let submitted = evidence.submitted
        var ids: [String: String] = [:]
        for job in evidence.jobs.values.sorted(by: { $0.id < $1.id }) {
            guard let label = labels[job.id] else { continue }
            if submitted[label] == nil { verdict.fail("\(job.id) is \(label), which nobody submitted") }
            if job.madeOf != nil { continue }
            if let other = ids.updateValue(job.id, forKey: label) {
                verdict.fail("\(label) was submitted once and is two jobs: \(other) and \(job.id)")
            }
        }
        checkAnswers(evidence, ids, &verdict)
        checkRetries(evidence, &verdict)
        let accepted = evidence.accepted
        return evidence.jobs.keys.count { accepted[$0] == nil }
    }

    /// However often a job was submitted, it has one id; and who was told that there is none was told the truth.
    private static func checkAnswers(_ evidence: Evidence, _ ids: [String: String], _ verdict: inout Verdict) {
        var named: [String: String] = [:]
        var denied: [String: Int64] = [:]
        var open: Set<String> = []
        for entry in evidence.clients {
            switch entry.event {
            case .accepted(let label, let id, _):
                if let other = named.updateValue(id, forKey: label), other != id {
                    verdict.fail("\(label) was accepted as \(other), and at \(entry.at) as \(id)")
                }
            case .unknown(let label, _): open.insert(label)
            case .denied(let denial): if let label = denial.label { denied[label] = entry.at }
            default: continue
            }
        }
        for (label, at) in denied where named[label] == nil && !open.contains(label) {
            guard let id = ids[label] else { continue }
            verdict.fail("\(label) was turned away at \(at), and is \(id)")
        }
    }

    /// A job was made of a failed one if that was asked for, and then one only.
    private static func checkRetries(_ evidence: Evidence, _ verdict: inout Verdict) {
        var asked: Set<String> = []
        for entry in evidence.clients {
            switch entry.event {
            case .retrying(let id): asked.insert(id)
            case .retried(let id, let made) where evidence.jobs[id]?.madeAgain != made:
                let other = evidence.jobs[id]?.madeAgain ?? "none"
                verdict.fail("\(made) was made of \(id) at \(entry.at), whose next is \(other)")
            default: continue
            }
        }
        for job in evidence.jobs.values {
            guard let old = job.madeOf else { continue }
            if !asked.contains(old) { verdict.fail("\(job.id) was made of \(old), and nobody asked for that") }
            if evidence.jobs[old]?.madeAgain != job.id { verdict.fail("\(job.id) is not the only one made of \(old)") }
        }
    }
}
