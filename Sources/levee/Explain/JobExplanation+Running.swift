// What is to be said of a job that runs.

import LeveeCore

extension JobExplanation {
    static func running(_ facts: JobFacts) -> JobExplanation {
        let record = facts.record
        let worker = facts.place.worker ?? "unknown"
        let claimed = record.claimedAt ?? record.updatedAt
        var place = "It runs on worker \(worker)"
        let sighting = facts.overview.workers.first { $0.name == worker }
        if let sighting {
            // Workers that know only HTTP need not tell theirs.
            let process = sighting.processID == 0 ? "" : ", pid \(sighting.processID)"
            place += " (host \(LineText.escaped(sighting.host))\(process))"
            place += ", last seen \(facts.span(sighting.seenAt)) ago."
        } else {
            place += ", which has not shown itself for at least three leases, or has never yet."
        }
        var reason =
            "It was claimed \(facts.span(claimed)) ago, as attempt \(record.attempt) of \(record.maxAttempts)."
        if record.progress != Progress() {
            let words = [record.progress.stage, record.progress.message].compactMap(\.self).joined(separator: ", ")
            reason += " It is at \(record.progress.percent) %\(words.isEmpty ? "" : " (\(LineText.escaped(words)))")."
        }
        if record.isCancelRequested {
            let isLate = facts.history.contains { $0.cause == .deadline }
            reason += isLate ? " Its deadline is over." : " Its end was asked for."
        }
        return JobExplanation(place: place, reason: reason, next: "\(end(facts)) \(loss(facts))")
    }

    private static func end(_ facts: JobFacts) -> String {
        facts.record.isCancelRequested
            ? "Its worker hears of it with the next heartbeat; unless the job has just finished, it ends as canceled."
            : "Its handler ends it, well or not." + deadline(facts)
    }

    private static func deadline(_ facts: JobFacts) -> String {
        guard let endBy = facts.place.endBy else { return "" }
        return endBy > facts.now
            ? " If it has not ended in \(facts.span(endBy)), it is asked to."
            : " Its deadline is over: it is asked to end."
    }

    /// What happens if the worker is lost.
    private static func loss(_ facts: JobFacts) -> String {
        let record = facts.record
        let lease: String
        switch facts.place.leaseUntil {
        case let until? where until > facts.now:
            let rest = facts.span(until)
            lease = "Its lease lasts another \(rest), and is prolonged while the worker lives; if the worker is lost"
        case let until?:
            lease = "Its lease ran out \(facts.span(until)) ago; if the worker is not back before the next tick"
        case nil:
            lease = "It has no lease, which is wrong (levee doctor --repair mends it); if the worker is lost"
        }
        if record.isCancelRequested { return "\(lease), it ends as canceled." }
        switch record.stalls + 1 {
        case poisonAfter...: return "\(lease), it fails as poison: it would be loss \(record.stalls + 1)."
        case suspectAfter...: return "\(lease), it is run again, alone: it would be loss \(record.stalls + 1)."
        default: return "\(lease), it goes back to the front of its line."
        }
    }
}
