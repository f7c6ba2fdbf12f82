// What is to be said of a job that waits: in line, or until it is due.

import LeveeCore

extension JobExplanation {
    // MARK: In line

    static func queued(_ facts: JobFacts) -> JobExplanation {
        JobExplanation(place: line(facts), reason: whyInLine(facts), next: "\(taking(facts)) \(expiry(facts))")
    }

    private static func line(_ facts: JobFacts) -> String {
        let record = facts.record
        let since = "for \(facts.span(record.updatedAt))"
        let higher = Priority.allCases.filter { $0 < record.priority }.reduce(0) {
            $0 + (facts.queue?.figures.ready($1) ?? 0)
        }
        if record.stalls >= suspectAfter {
            let ahead = facts.place.ahead.map { $0 == 0 ? "the first" : "behind \(count($0, "other"))" } ?? "far back"
            return "It is queued in \(record.queue) \(since), apart from the others: \(ahead) of those that run alone."
        }
        let head = "It is queued in \(record.queue) \(since), with \(record.priority.name) priority:"
        guard let own = facts.place.ahead else { return "\(head) too far back in line to be counted." }
        return own + higher == 0
            ? "\(head) it is the next one."
            : "\(head) \(count(own + higher, "job")) at most before it."
    }

    private static func whyInLine(_ facts: JobFacts) -> String {
        let last = facts.history.last
        let when = last.map { "\(facts.span($0.at)) ago" } ?? "a while ago"
        let lost = "It has lost \(count(facts.record.stalls, "worker")) so far"
        switch last?.cause {
        case .promote: return "Its time came \(when)."
        case .lost where facts.record.stalls >= suspectAfter:
            return "\(lost), the last one \(when): it may be the cause, so it is to run alone."
        case .lost where facts.record.stalls == 0:
            return "The worker that was to have it never got it, so it went back to the front of its line \(when)."
        case .lost: return "Its worker was lost \(when), so it went back to the front of its line. \(lost)."
        case .release: return "A worker handed it back undone to the front of its line \(when)."
        default: return "It was submitted \(when)."
        }
    }

    /// What has to happen for a worker to take it.
    private static func taking(_ facts: JobFacts) -> String {
        let name = facts.record.queue
        let figures = facts.queue?.figures ?? QueueFigures()
        if figures.isPaused { return "Nothing, until somebody resumes the queue: it is paused." }
        let servants = facts.servants
        guard !servants.isEmpty else {
            let draining = facts.overview.workers.contains { $0.queues.contains(name) }
            return draining
                ? "Nothing, until a worker starts that serves \(name): those that do are draining."
                : "Nothing, until a worker starts that serves \(name): there is none."
        }
        if let cap = facts.cap, figures.running >= cap {
            let running = "\(figures.running) running jobs of \(name)"
            return "A worker takes it when one of the \(running) has ended: its cap is \(cap)."
        }
        let serve = servants.count == 1 ? "1 worker serves" : "\(servants.count) workers serve"
        if facts.record.stalls >= suspectAfter {
            return "A worker takes it as soon as it has nothing else to do: \(serve) \(name)."
        }
        let free = servants.reduce(0) { $0 + max(0, $1.slots - $1.running.count) }
        let slots = servants.reduce(0) { $0 + $1.slots }
        return free == 0
            ? "A worker takes it when a slot is free: \(serve) \(name), all of \(count(slots, "slot")) busy."
            : "A worker takes it when it is its turn: \(serve) \(name), \(free) of \(count(slots, "slot")) free."
    }

    // MARK: Until it is due

    static func scheduled(_ facts: JobFacts) -> JobExplanation {
        let due = facts.record.dueAt ?? facts.now
        let isDue = due <= facts.now
        let place =
            isDue
            ? "It is scheduled in \(facts.record.queue), and has been due for \(facts.span(due))."
            : "It is scheduled in \(facts.record.queue), due in \(facts.span(due)) (\(due.rfc3339))."
        let next =
            isDue
            ? "The next tick puts it in line; front ends and workers tick every second, so if it stays none of them runs."
            : "It is put in line when it is due; then a worker takes it."
        return JobExplanation(place: place, reason: whyScheduled(facts), next: "\(next) \(expiry(facts))")
    }

    private static func whyScheduled(_ facts: JobFacts) -> String {
        guard let last = facts.history.last else { return "It is to wait." }
        let note = last.note.map { ": \(LineText.escaped($0))" } ?? ""
        switch last.cause {
        case .fail:
            let record = facts.record
            return "Attempt \(record.failures) of \(record.maxAttempts) failed \(facts.span(last.at)) ago\(note). "
                + "It is tried again after a pause."
        case .clock: return "The clock of Redis was set back \(facts.span(last.at)) ago, so its delay began anew then."
        case .throttle: return "Its handler put it off \(facts.span(last.at)) ago\(note). No attempt was used up."
        default: return "It was submitted \(facts.span(last.at)) ago with a delay."
        }
    }

    private static func expiry(_ facts: JobFacts) -> String {
        if let endBy = facts.place.endBy, endBy <= facts.place.startBy {
            return endBy <= facts.now
                ? "Its deadline is over: it ends as canceled with the next tick."
                : "If it has not ended in \(facts.span(endBy)), it is canceled."
        }
        return facts.place.startBy <= facts.now
            ? "Its time to start is over: it ends as failed (\(JobFailure.expiredCode)) with the next tick."
            : "If it has not started in \(facts.span(facts.place.startBy)), it ends as failed (\(JobFailure.expiredCode))."
    }
}
