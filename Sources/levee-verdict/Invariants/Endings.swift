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
        var labels: [String: String] = [:]
        for entry in evidence.handlers {
            if case .started(let id, let label, _, _, _) = entry.event { labels[id] = label }
        }
        for entry in evidence.clients { if case .accepted(let label, let id) = entry.event { labels[id] = label } }
        var submitted: Set<String> = []
        for entry in evidence.clients { if case .submitting(let label, _) = entry.event { submitted.insert(label) } }
        let accepted = evidence.accepted
        var ids: [String: String] = [:]
        for job in evidence.jobs.values.sorted(by: { $0.id < $1.id }) {
            guard let label = job.label ?? labels[job.id] else { continue }
            if !submitted.contains(label) { verdict.fail("\(job.id) is \(label), which nobody submitted") }
            if let other = ids.updateValue(job.id, forKey: label) {
                verdict.fail("\(label) was submitted once and is two jobs: \(other) and \(job.id)")
            }
        }
        return evidence.jobs.keys.count { accepted[$0] == nil }
    }
}
