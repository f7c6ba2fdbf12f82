// What a random walk compares after each step.

import LeveeCore
import LeveeTesting

extension RandomWalk {
    /// What differs between the two stores, if anything does.
    mutating func difference() async throws -> String? {
        if let mismatch { return mismatch }
        let ended = jobs.filter { histories[$0]?.last?.state.isTerminal ?? false }
        let some = ended.shuffled(using: &generator).prefix(3)
        let views = try await Self.views(of: jobs.filter { !ended.contains($0) } + some, left, right)
        for (id, view, wanted) in views {
            if view != wanted { return "job \(id) is \(view), in the model \(wanted)" }
            if let log = view.log { histories[id] = log }
            if let record = view.record, view.log?.last?.state != record.state {
                return "the log of \(id) does not end in \(record.state)"
            }
        }
        let records = views.compactMap { $0.1.record }
        for queue in Self.queues {
            if let wrong = try await untruth(of: queue, records.filter { $0.queue == queue && !$0.state.isTerminal }) {
                return wrong
            }
            let (first, second) = (try await left.figures(of: queue), try await right.figures(of: queue))
            if first != second { return "queue \(queue) shows \(first), in the model \(second)" }
            let (line, wanted) = (try await left.line(of: queue), try await right.line(of: queue))
            if line != wanted { return "the line of \(queue) is \(line), in the model \(wanted)" }
        }
        let (lists, known) = (try await left.messageLists(), try await right.messageLists())
        if lists != known { return "the lists are \(lists), in the model \(known)" }
        let (dead, wanted) = (
            try await left.undelivered(after: nil, limit: 100), try await right.undelivered(after: nil, limit: 100)
        )
        if dead != wanted { return "undelivered are \(dead), in the model \(wanted)" }
        let (first, second) = (try await left.overview(), try await right.overview())
        // A queue that was never used has no figures; the model learns of it only then.
        let used = Set(second.queues.map(\.name))
        var shown = first
        shown.queues.removeAll { !used.contains($0.name) }
        if shown != second { return "the overview shows \(shown), in the model \(second)" }
        return nil
    }

    /// What the figures of a queue say that its jobs do not bear out, if anything.
    private func untruth(of queue: String, _ jobs: [JobRecord]) async throws -> String? {
        let figures = try await left.figures(of: queue)
        func count(_ state: JobState) -> Int { jobs.count { $0.state == state } }
        let bytes = jobs.reduce(0) { $0 + sizes[$1.id, default: 0] }
        // A suspect that was canceled is counted until it is popped.
        let ready = figures.ready
        guard figures.running == count(.running), figures.scheduled == count(.scheduled), figures.bytes == bytes,
            (count(.queued)...count(.queued) + figures.suspect).contains(ready)
        else { return "queue \(queue) shows \(figures), but its jobs are \(jobs.map(\.state)) of \(bytes) bytes" }
        return nil
    }

    /// What a client sees of a job.
    private struct View: Equatable, Sendable {
        var record: JobRecord?
        var log: [HistoryEntry]?
        var place: JobPlace?
        var claim: BlobClaim?
        var dossier: JobDossier?
        var payload: Content?

        init(_ store: AnyStore, _ id: JobID) async throws {
            record = try await store.job(id)
            log = try await store.history(of: id)
            place = try await store.place(of: id)
            claim = try await store.claims(of: [id]).first
            dossier = try await store.dossier(of: id)
            payload = try await store.storedPayload(of: id)
        }
    }

    private static func views(
        of ids: [JobID],
        _ left: AnyStore,
        _ right: AnyStore
    ) async throws -> [(JobID, View, View)] {
        try await withThrowingTaskGroup(of: (JobID, View, View).self) { group in
            for id in ids { group.addTask { (id, try await View(left, id), try await View(right, id)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// The transitions that the logs of all jobs show.
    func transitions() async throws -> Set<JobTransition> {
        var found: Set<JobTransition> = []
        for log in histories.values {
            var before: JobState?
            for entry in log {
                if entry.state != before { found.insert(JobTransition(from: before, to: entry.state)) }
                before = entry.state
            }
        }
        return found
    }
}
