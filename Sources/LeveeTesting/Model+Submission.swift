// How the model takes jobs in, ends them on request, and shows them.

import LeveeCore

extension Model {
    mutating func submit(_ job: NewJob, rules: QueueRules, at now: Timestamp) -> SubmitReply {
        guard jobs[job.id] == nil, outbox.hidden[job.id] == nil else { return .duplicate }
        let name = SubmitName(job)
        if let name, let reply = replay(job, under: name, at: now) { return reply }
        let figures = self[queue: job.queue].figures
        if let limit = rules.maxReady, figures.ready >= limit { return .full(.count) }
        let ahead = Priority.allCases.filter { $0 <= job.priority }.reduce(0) { $0 + figures.ready($1) }
        if let limit = rules.maxAhead, ahead >= limit { return .full(.wait) }
        if let limit = rules.maxBytes, figures.bytes + job.payload.length > limit { return .full(.bytes) }
        let due = now + job.delay
        let waits = job.delay > .zero
        let startBy = due + job.ageLimit
        let state: JobState = waits ? .scheduled : .queued
        let record = JobRecord(
            accepting: job,
            as: state,
            ticket: 0,
            at: now,
            due: due,
            expiresAt: startBy + (job.retention ?? JobType.defaultRetention)
        )
        jobs[job.id] = Job(
            record: record,
            payload: job.payload,
            request: job.request,
            history: [HistoryEntry(version: 1, state: state, at: now, cause: .submit)],
            ageLimit: job.ageLimit,
            retention: job.retention,
            startBy: startBy,
            hasDeadline: job.ageLimit != JobType.defaultAgeLimit || job.deadline != nil,
            deadline: job.deadline,
            name: name,
            followUps: job.followUps,
            payloadLength: job.payload.length
        )
        if let name { keyed[name] = KeyedSubmit(id: job.id, fingerprint: job.fingerprint) }
        if waits {
            self[queue: job.queue].figures.scheduled += 1
        } else {
            enqueue(job.id, atFront: false)
            if figures.isPaused { bells[job.queue] = nil }
        }
        self[queue: job.queue].figures.bytes += job.payload.length
        self[queue: job.queue].figures.submitted += 1
        return .accepted(jobs[job.id]?.record ?? record)
    }

    /// What there is to say of a submit whose name was used before; `nil` if it was not, or if that is over.
    private func replay(_ job: NewJob, under name: SubmitName, at now: Timestamp) -> SubmitReply? {
        guard let first = keyed[name] else { return nil }
        let record = jobs[first.id]?.record
        guard let until = first.goneUntil ?? record?.expiresAt, until > now else { return nil }
        guard first.fingerprint == job.fingerprint else { return .conflict }
        return record.map { .replayed($0) } ?? .gone
    }

    mutating func cancel(
        _ id: JobID,
        by tenant: Tenant?,
        expecting versions: [Int]?,
        at now: Timestamp
    ) -> CancelReply? {
        guard let record = jobs[id]?.record else { return nil }
        guard tenant == nil || record.tenant == tenant else { return .foreign }
        guard versions?.contains(record.version) != false else { return .stale }
        switch record.state {
        case .running:
            if !record.isCancelRequested {
                jobs[id]?.record.isCancelRequested = true
                change(id, to: .running, cause: .ask, at: now)
            }
            return .asked
        case .succeeded, .failed, .canceled:
            return .ended
        case .scheduled:
            endAsCanceled(id, at: now)
            self[queue: record.queue].figures.scheduled -= 1
            return .canceled
        case .queued:
            endAsCanceled(id, at: now)
            if record.stalls < Self.suspectAfter {
                self[queue: record.queue].figures.stale[record.priority.rawValue] += 1
                sweep(record.queue, record.priority.rawValue, at: now)
            }
            return .canceled
        }
    }

    mutating func remove(_ id: JobID, by tenant: Tenant?, expecting versions: [Int]?) -> RemoveReply {
        guard let record = jobs[id]?.record else { return .missing }
        guard tenant == nil || record.tenant == tenant else { return .foreign }
        guard versions?.contains(record.version) != false else { return .stale }
        guard record.state.isTerminal else { return .pending }
        erase(id)
        return .removed(trace: record.trace)
    }

    /// Removes an ended job; the name of its submit stays used until its time would have been over.
    mutating func erase(_ id: JobID) {
        guard let job = jobs.removeValue(forKey: id) else { return }
        if outbox.has(id) { outbox.hidden[id] = job }
        if let name = job.name, keyed[name]?.id == id { keyed[name]?.goneUntil = job.record.expiresAt }
        self[queue: job.record.queue].dead[id] = nil
        news.append(JobChange(id: id, version: job.record.version + 1, state: nil))
    }

    func job(_ id: JobID, at now: Timestamp) -> Job? {
        guard let job = jobs[id], job.record.expiresAt > now else { return nil }
        return job
    }

    func claim(of id: JobID, at now: Timestamp) -> BlobClaim {
        guard let job = job(id, at: now) ?? outbox.hidden[id] else { return .nobody }
        guard job.record.state.isTerminal else { return .open(payload: job.payload.blob) }
        return .ended([job.payload.blob, job.record.result?.blob].compactMap(\.self))
    }

    func line(of name: String, at now: Timestamp) -> QueueLine {
        let queue = self[queue: name]
        let serving = workers.values.filter { $0.expires > now && !$0.overview.isDraining }.map(\.overview)
            .filter { $0.queues.contains(name) }
        let others = Set(serving.flatMap(\.queues)).subtracting([name])
        return QueueLine(
            time: now,
            slots: serving.reduce(0) { $0 + $1.slots },
            runningElsewhere: others.reduce(0) { $0 + self[queue: $1].figures.running },
            stretches: queue.lists.enumerated().map { priority, list in
                QueueLine.Stretch(
                    left: queue.figures.left[priority],
                    length: list.count,
                    types: QueueLine.sample(of: list.count).map { index in
                        jobs[list[index]].flatMap { $0.record.state == .queued ? $0.record.type : nil }
                    }
                )
            }
        )
    }

    func place(of id: JobID, at now: Timestamp) -> JobPlace? {
        guard let job = job(id, at: now) else { return nil }
        let queue = self[queue: job.record.queue]
        let isSuspect = job.record.stalls >= Self.suspectAfter
        let line = isSuspect ? queue.suspects : queue.lists[job.record.priority.rawValue]
        return JobPlace(
            time: now,
            version: job.record.version,
            startBy: job.startBy,
            worker: job.worker,
            leaseUntil: leases[id],
            ahead: job.record.state == .queued ? line.firstIndex(of: id) : nil,
            endBy: job.endBy
        )
    }

    func dossier(of id: JobID, at now: Timestamp) -> JobDossier? {
        guard let job = job(id, at: now) else { return nil }
        return JobDossier(
            payloadType: job.payload.mediaType,
            payloadLength: job.payloadLength,
            request: job.request,
            followUps: Array(job.followUps.prefix(FollowUp.limit)),
            retryOf: job.retryOf,
            retriedAs: job.retriedAs
        )
    }
}
