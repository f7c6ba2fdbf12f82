// Nobody sees a job go back.

import LeveeLedger

/// A state, version or result never goes back, for any observer on any front end.
///
/// An answer that came before another request was sent must not be newer than the answer to that. Polls do not say a version;
/// the log tells to which ones their state and time belong.
enum Order {
    /// Something that was read: which versions the job may have had then.
    private struct Sight {
        var sent: Int64
        var received: Int64
        var versions: ClosedRange<Int>
        var text: String
    }

    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("no state, version or result goes back")
        let observations = evidence.observations
        let fetches = evidence.fetches
        var count = 0
        for job in evidence.jobs.values.sorted(by: { $0.id < $1.id }) {
            checkLog(job, &verdict)
            var sights: [Sight] = []
            for (received, seen) in observations[job.id] ?? [] where seen.state != nil {
                count += 1
                if let sight = sight(of: job, seen, received, &verdict) { sights.append(sight) }
            }
            for (received, seen) in fetches[job.id] ?? [] {
                count += 1
                if let sight = sight(of: job, seen, received) { sights.append(sight) }
            }
            checkOrder(of: sights, job, &verdict)
            checkResults(fetches[job.id] ?? [], job, &verdict)
        }
        if count == 0 { verdict.fail(Verdict.nothing) }
        verdict.figures = "\(count) answers about \(evidence.jobs.count) jobs"
        return verdict
    }

    private static func checkLog(_ job: StoredJob, _ verdict: inout Verdict) {
        for (before, after) in zip(job.log, job.log.dropFirst())
        where after.version != before.version + 1 || after.at < before.at {
            verdict.fail("\(job.id) has a log that goes back: \(before.text); \(after.text)")
        }
        if let last = job.log.last, last.version != job.version || last.state != job.state {
            verdict.fail("\(job.id) is \(job.state) in version \(job.version), but its log ends \(last.text)")
        }
    }

    private static func sight(
        of job: StoredJob,
        _ seen: Observation,
        _ received: Int64,
        _ verdict: inout Verdict
    ) -> Sight? {
        let text = "\(seen.state ?? "") version \(seen.version.map(String.init) ?? "?") at \(received), \(seen.door)"
        let fitting = job.log.filter { change in
            change.state == seen.state && (seen.version == nil || change.version == seen.version)
                && (seen.updated == nil || change.stamp == seen.updated)
        }
        guard let first = fitting.first, let last = fitting.last else {
            verdict.fail("\(job.id) was \(text), which it never was by its log")
            return nil
        }
        return Sight(sent: seen.sent, received: received, versions: first.version...last.version, text: text)
    }

    /// A result is a sight of the end; the word that there is none yet is one of what was before.
    private static func sight(of job: StoredJob, _ seen: Fetch, _ received: Int64) -> Sight? {
        guard let end = job.log.last(where: \.isEnd)?.version else { return nil }
        let isEnd = seen.status != 409 && seen.status != 404
        return Sight(
            sent: seen.sent,
            received: received,
            versions: isEnd ? end...end : 1...max(1, end - 1),
            text: "result \(seen.status) at \(received), \(seen.door)"
        )
    }

    private static func checkOrder(of sights: [Sight], _ job: StoredJob, _ verdict: inout Verdict) {
        let byReceived = sights.sorted { $0.received < $1.received }
        var next = 0
        var newest: Sight?
        for sight in sights.sorted(by: { $0.sent < $1.sent }) {
            while next < byReceived.count, byReceived[next].received < sight.sent {
                if byReceived[next].versions.lowerBound > newest?.versions.lowerBound ?? 0 { newest = byReceived[next] }
                next += 1
            }
            if let newest, sight.versions.upperBound < newest.versions.lowerBound {
                verdict.fail("\(job.id) was \(newest.text), and later \(sight.text)")
            }
        }
    }

    private static func checkResults(
        _ fetches: [(received: Int64, seen: Fetch)],
        _ job: StoredJob,
        _ verdict: inout Verdict
    ) {
        let results = fetches.filter { $0.seen.status == 200 }
        guard let first = results.first else { return }
        if job.state != "succeeded" { verdict.fail("\(job.id) is \(job.state), but had a result at \(first.received)") }
        for other in results where other.seen.digest != first.seen.digest {
            verdict.fail(
                "\(job.id) had result \(first.seen.digest) at \(first.received), \(first.seen.door), and "
                    + "\(other.seen.digest) at \(other.received), \(other.seen.door)"
            )
        }
    }
}
