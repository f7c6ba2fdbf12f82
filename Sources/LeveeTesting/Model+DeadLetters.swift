// How the model keeps dead letters, and makes new jobs of them.

import LeveeCore

extension Model {
    private static let purgeLimit = 100

    func deadLetters(in queue: String, after cursor: DeadLetterCursor?, limit: Int) -> DeadLetterPage {
        let all = self[queue: queue].dead.map { DeadLetterCursor(id: $0.key, keptUntil: $0.value) }
            .sorted { ($1.keptUntil, $1.id.text) < ($0.keptUntil, $0.id.text) }
        let first =
            cursor.map { cursor in
                all.firstIndex { $0.id == cursor.id }.map { $0 + 1 } ?? all.count { $0.keptUntil > cursor.keptUntil }
            } ?? 0
        let page = all.dropFirst(first).prefix(limit)
        return DeadLetterPage(
            total: all.count,
            jobs: page.compactMap { jobs[$0.id]?.record },
            next: page.count == limit ? page.last : nil
        )
    }

    mutating func retry(_ id: JobID, as newID: JobID, at now: Timestamp) -> RetryReply {
        guard let job = jobs[id] else { return .missing }
        if let made = job.retriedAs { return .again(made) }
        guard job.record.state == .failed else { return .notFailed(job.record.state) }
        var payload = job.payload
        payload.blob?.name = .payload(of: newID)
        let again = NewJob(
            id: newID,
            type: job.record.type,
            queue: job.record.queue,
            priority: job.record.priority,
            payload: payload,
            maxAttempts: job.record.maxAttempts,
            ageLimit: job.ageLimit,
            retention: job.retention,
            deadline: job.deadline,
            tenant: job.record.tenant,
            followUps: job.followUps,
            request: job.request,
            trace: job.record.trace
        )
        _ = submit(again, rules: QueueRules(name: again.queue), at: now)
        jobs[newID]?.retryOf = id
        jobs[id]?.retriedAs = newID
        self[queue: again.queue].dead[id] = nil
        return .retried(newID, trace: again.trace)
    }

    mutating func purgeDeadLetters(in queue: String) -> Int {
        let ids = self[queue: queue].dead.sorted { ($0.value, $0.key.text) < ($1.value, $1.key.text) }
            .prefix(Self.purgeLimit).map(\.key)
        for id in ids {
            erase(id)
            self[queue: queue].dead[id] = nil
        }
        return ids.count
    }
}
