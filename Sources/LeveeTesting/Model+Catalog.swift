// How the model lists jobs, and empties queues.

import LeveeCore

extension Model {
    /// How many places and entries one listing looks at.
    private static let looks = 500
    private static let emptyingLimit = 100

    /// A place that names jobs: what the cursor calls it, and its entries with the position after each.
    private struct Place {
        var name: String
        var states: Set<JobState>
        var entries: (_ position: String) -> [(id: JobID, position: String)]
    }

    func jobs(_ filter: JobFilter, after cursor: JobCursor?, limit: Int, at now: Timestamp) -> JobListing {
        if let queue = filter.queue, queues[queue] == nil { return .unknownQueue }
        let places = places(for: filter)
        var start = 0
        var position = ""
        if let cursor {
            let parts = cursor.text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 3, let index = places.firstIndex(where: { $0.name == parts[0] + "/" + parts[1] })
            else { return .unknownCursor }
            start = index
            position = String(parts[2])
        }
        var jobs: [JobRecord] = []
        var looked = 0
        for place in places[start...] {
            func end() -> JobListing { .page(JobPage(jobs: jobs, next: JobCursor(place.name + "/" + position))) }
            if looked >= Self.looks { return end() }
            looked += 1
            for entry in place.entries(position) {
                looked += 1
                position = entry.position
                if var record = job(entry.id, at: now)?.record, place.states.contains(record.state),
                    filter.type ?? record.type == record.type, filter.queue ?? record.queue == record.queue
                {
                    record.result?.inline = nil
                    record.failure?.answer?.inline = nil
                    jobs.append(record)
                }
                if jobs.count == limit || looked >= Self.looks { return end() }
            }
            position = ""
        }
        return .page(JobPage(jobs: jobs, next: nil))
    }

    /// The places in which jobs are that may be wanted.
    private func places(for filter: JobFilter) -> [Place] {
        let names = filter.queue.map { [$0] } ?? queues.keys.sorted()
        let ended = filter.states.filter(\.isTerminal)
        var places: [Place] = []
        if filter.states.contains(.running) {
            let ids = leases.keys.sorted { $0.text < $1.text }
            places.append(
                Place(name: "running/", states: [.running]) { position in
                    let last = position.drop { $0 != "." }.dropFirst()
                    return ids.filter { $0.text > last }.map { ($0, "0.\($0)") }
                }
            )
        }
        for name in names where filter.states.contains(.queued) {
            let queue = self[queue: name]
            places.append(
                Place(name: "suspect/\(name)", states: [.queued]) { Self.rest(of: queue.suspects, after: $0) }
            )
            for priority in 0..<3 {
                let (list, out) = (queue.lists[priority], queue.figures.left[priority])
                places.append(
                    Place(name: "queued/\(name):\(priority)", states: [.queued]) { position in
                        let depth = max(0, (Int(position) ?? out) - out)
                        return list.enumerated().dropFirst(depth).map { ($0.element, "\(out + $0.offset + 1)") }
                    }
                )
            }
        }
        if filter.states.contains(.scheduled) {
            places.append(
                Place(name: "scheduled/", states: [.scheduled]) { position in
                    let parts = position.split(separator: ".").map(String.init)
                    return self.schedule(after: parts.count == 2 ? (parts[0], parts[1]) : nil)
                        .map { ($0.id, "\($0.due.milliseconds).\($0.id)") }
                }
            )
        }
        for name in names where !ended.isEmpty {
            let queue = self[queue: name]
            let total = queue.figures.succeeded + queue.figures.failed + queue.figures.canceled
            places.append(
                Place(name: "ended/\(name)", states: ended) { position in
                    let first = Int(position).map { max(0, total - $0 + 1) } ?? 0
                    return queue.recent.enumerated().dropFirst(first).map { ($0.element, "\(total - $0.offset)") }
                }
            )
        }
        return places
    }

    private static func rest(of ids: [JobID], after position: String) -> [(id: JobID, position: String)] {
        let first = ids.firstIndex { $0.text == position }.map { $0 + 1 } ?? 0
        return ids[first...].map { ($0, $0.text) }
    }

    /// The scheduled jobs after one that may be gone, the next due first.
    private func schedule(after last: (due: String, id: String)?) -> [(due: Timestamp, id: JobID)] {
        let all = jobs.values.filter { $0.record.state == .scheduled }
            .compactMap { job in job.record.dueAt.map { (due: $0, id: job.record.id) } }
            .sorted { ($0.due, $0.id.text) < ($1.due, $1.id.text) }
        guard let last, let milliseconds = Int64(last.due) else { return all }
        let due = Timestamp(milliseconds: milliseconds)
        let index = all.firstIndex { $0.id.text == last.id && $0.due == due }
        let first = index.map { $0 + 1 } ?? all.count { $0.due < due }
        return Array(all[first...])
    }

    mutating func cancelWaiting(in queue: String, after cursor: EmptyingCursor?, at now: Timestamp) -> Emptying {
        var (looked, canceled) = (0, 0)
        var position = cursor?.text ?? ""
        if position.isEmpty || position == "line" {
            while looked < Self.emptyingLimit, let id = self[queue: queue].suspects.first {
                self[queue: queue].suspects.removeFirst()
                self[queue: queue].figures.suspect -= 1
                looked += 1
                canceled += cancelEntry(id, at: now) ? 1 : 0
            }
            for priority in 0..<3 {
                while looked < Self.emptyingLimit, let id = self[queue: queue].lists[priority].first {
                    self[queue: queue].lists[priority].removeFirst()
                    self[queue: queue].figures.left[priority] += 1
                    looked += 1
                    if cancelEntry(id, at: now) {
                        canceled += 1
                    } else {
                        self[queue: queue].figures.stale[priority] -= 1
                    }
                }
            }
            position = looked < Self.emptyingLimit ? "" : "line"
        }
        guard position != "line" else { return Emptying(canceled: canceled, next: EmptyingCursor(position)) }
        let parts = position.split(separator: ".").map(String.init)
        let due = schedule(after: parts.count == 2 ? (parts[0], parts[1]) : nil).prefix(Self.emptyingLimit - looked)
        for entry in due {
            if jobs[entry.id]?.record.queue == queue {
                endAsCanceled(entry.id, at: now)
                self[queue: queue].figures.scheduled -= 1
                canceled += 1
            } else {
                position = "\(entry.due.milliseconds).\(entry.id)"
            }
        }
        if due.count < Self.emptyingLimit - looked { return Emptying(canceled: canceled, next: nil) }
        return Emptying(canceled: canceled, next: EmptyingCursor(position.isEmpty ? "0.0" : position))
    }

    /// Ends a job whose entry was taken out of its line, if it still waits.
    private mutating func cancelEntry(_ id: JobID, at now: Timestamp) -> Bool {
        guard jobs[id]?.record.state == .queued else { return false }
        endAsCanceled(id, at: now)
        return true
    }
}
