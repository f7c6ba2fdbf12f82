// How the model hands out jobs and takes them back.

import LeveeCore

extension Model {
    mutating func claim(_ request: ClaimRequest, at now: Timestamp) -> [LeasedJob] {
        _ = promote(limit: 16, at: now)
        let open = request.queues.filter { rules in
            let figures = self[queue: rules.name].figures
            return !figures.isPaused && room(rules, at: now) > 0
        }
        if !request.isIdle, open.contains(where: { isToClear(for: $0.name, request.worker, at: now) }) { return [] }
        for rules in request.queues { bells[rules.name] = nil }
        var leased: [LeasedJob] = []
        var limit = request.limit
        var bytes = 0
        var budget = Self.staleLimit

        if request.isIdle {
            for rules in open {
                while leased.isEmpty, budget > 0, let id = popSuspect(rules.name) {
                    budget -= take(id, alone: true, request, into: &leased, bytes: &bytes, at: now) ? 0 : 1
                    clearing[rules.name] = nil
                }
            }
            if !leased.isEmpty { limit = 0 }
        }
        for priority in Priority.allCases.map(\.rawValue) {
            for rules in open {
                while leased.count < limit, bytes < Self.payloadLimit, budget > 0, room(rules, at: now) > 0,
                    let id = self[queue: rules.name].lists[priority].first
                {
                    self[queue: rules.name].lists[priority].removeFirst()
                    self[queue: rules.name].figures.left[priority] += 1
                    let ticket = jobs[id]?.record.ticket ?? 0
                    let taken = self[queue: rules.name].figures.taken[priority]
                    self[queue: rules.name].figures.taken[priority] = max(taken, ticket)
                    if jobs[id]?.record.state != .queued { self[queue: rules.name].figures.stale[priority] -= 1 }
                    budget -= take(id, alone: false, request, into: &leased, bytes: &bytes, at: now) ? 0 : 1
                }
            }
        }
        let stopped = leased.count >= limit || bytes >= Self.payloadLimit || budget <= 0
        for rules in open where stopped && room(rules, at: now) > 0 {
            if self[queue: rules.name].lists.contains(where: { !$0.isEmpty }) { bells[rules.name] = "more" }
        }
        return leased
    }

    /// Whether a worker that runs something is to take nothing until it is idle, for a suspect that has waited too long.
    private mutating func isToClear(for queue: String, _ worker: String, at now: Timestamp) -> Bool {
        guard let first = self[queue: queue].suspects.first, let since = jobs[first]?.record.updatedAt,
            now - since >= Self.suspectPatience
        else { return false }
        if let other = clearing[queue], other.worker != worker, other.until > now,
            other.until - now <= Self.clearingTime
        {
            return false
        }
        clearing[queue] = (worker, now + Self.clearingTime)
        return true
    }

    private func room(_ rules: QueueRules, at now: Timestamp) -> Int {
        let figures = self[queue: rules.name].figures
        let paced = rules.rate?.room(figures.opens, at: now) ?? .max
        return min((rules.concurrency ?? .max) - figures.running, paced)
    }

    private mutating func popSuspect(_ queue: String) -> JobID? {
        guard let id = self[queue: queue].suspects.first else { return nil }
        self[queue: queue].suspects.removeFirst()
        self[queue: queue].figures.suspect -= 1
        return id
    }

    private mutating func take(
        _ id: JobID,
        alone: Bool,
        _ request: ClaimRequest,
        into leased: inout [LeasedJob],
        bytes: inout Int,
        at now: Timestamp
    ) -> Bool {
        guard let job = jobs[id], job.record.state == .queued else { return false }
        guard job.startBy > now else {
            outdate(id, at: now)
            return false
        }
        guard !job.isOverdue(at: now) else {
            endAsCanceled(id, isLate: true, at: now)
            return false
        }
        self[queue: job.record.queue].figures.wait.add(max(.zero, now - job.record.updatedAt))
        let fence = job.record.fence + 1
        jobs[id]?.record.fence = fence
        jobs[id]?.record.attempt = job.record.failures + 1
        jobs[id]?.record.claimedAt = now
        jobs[id]?.worker = request.worker
        change(id, to: .running, cause: .claim, note: "\(fence) \(request.worker)", at: now)
        outlive(id, lease: request.lease, at: now)
        self[queue: job.record.queue].figures.running += 1
        if let rate = request.queues.first(where: { $0.name == job.record.queue })?.rate {
            let opens = self[queue: job.record.queue].figures.opens
            self[queue: job.record.queue].figures.opens = rate.opens(after: opens, starting: 1, at: now)
        }
        leases[id] = now + request.lease
        bytes += job.payload.length
        leased.append(
            LeasedJob(
                lease: Lease(id: id, fence: fence),
                type: job.record.type,
                queue: job.record.queue,
                priority: job.record.priority,
                attempt: job.record.failures + 1,
                maxAttempts: job.record.maxAttempts,
                payload: job.payload,
                createdAt: job.record.createdAt,
                runsAlone: alone,
                request: job.request,
                trace: job.record.trace
            )
        )
        return true
    }

    /// Sees to it that a job which runs is not gone before its lease.
    private mutating func outlive(_ id: JobID, lease: Duration, at now: Timestamp) {
        guard let job = jobs[id] else { return }
        let retention = job.retention ?? JobType.defaultRetention
        guard job.record.expiresAt - now < retention + lease else { return }
        jobs[id]?.record.expiresAt = now + retention + .seconds(86_400)
    }

    /// Ends attempts in the order in which the scripts do: it shows in the means, which the last ones move most.
    mutating func settle(_ settlements: [Settlement], at now: Timestamp) -> [SettleReply.Verdict] {
        var verdicts = [SettleReply.Verdict](repeating: .stale, count: settlements.count)
        func rank(_ outcome: Settlement.Outcome) -> Int {
            switch outcome {
            case .succeeded(let result): result.content.bytes.count > Self.inlineLimit ? 0 : 2
            case .failed, .canceled: 1
            }
        }
        let order = settlements.indices.sorted {
            (rank(settlements[$0].outcome), $0) < (rank(settlements[$1].outcome), $1)
        }
        for index in order { verdicts[index] = settle(settlements[index], at: now) }
        return verdicts
    }

    private mutating func settle(_ settlement: Settlement, at now: Timestamp) -> SettleReply.Verdict {
        let id = settlement.lease.id
        guard let job = jobs[id] else { return .stale }
        guard job.record.fence == settlement.lease.fence else {
            // The fence was bumped when this failure was taken down.
            guard case .failed = settlement.outcome, job.record.state == .scheduled else { return .stale }
            return job.record.fence == settlement.lease.fence + 1 ? .repeated : .stale
        }
        guard job.record.state == .running else {
            return job.record.state.answers(settlement.outcome) ? .repeated : .stale
        }
        leases[id] = nil
        self[queue: job.record.queue].figures.running -= 1
        self[queue: job.record.queue].figures.service.add(settlement.busy)
        let held = max(.zero, now - (job.record.claimedAt ?? now))
        self[queue: job.record.queue].figures.runs[job.record.type, default: MeanRun()].add(held)
        switch settlement.outcome {
        case .succeeded(let result):
            conclude(id, as: .succeeded, cause: .finish, at: now)
            let (bytes, blob) = (result.content.bytes, result.content.blob)
            if blob == nil { jobs[id]?.result = bytes }
            jobs[id]?.record.result = JobRecord.StoredResult(
                status: result.status,
                mediaType: result.content.mediaType,
                length: result.content.length,
                inline: blob != nil || bytes.count > Self.inlineLimit ? nil : bytes,
                fields: result.fields,
                blob: blob
            )
        case .canceled:
            endAsCanceled(id, isLate: job.isLate, at: now)
        case .failed where job.record.isCancelRequested:
            endAsCanceled(id, isLate: job.isLate, at: now)
        case .failed(let failure, let delay):
            fail(id, failure, delay: delay, at: now)
        }
        return .settled
    }

    /// The most bytes that lie beside a record.
    static let inlineLimit = 64 << 10

    private mutating func fail(_ id: JobID, _ failure: JobFailure, delay: Duration, at now: Timestamp) {
        guard let job = jobs[id] else { return }
        var stored = JobRecord.StoredFailure(code: failure.code, detail: failure.detail, status: failure.status)
        stored.answer = failure.answer.map { answer in
            JobRecord.StoredResult(
                status: answer.status,
                mediaType: answer.content.mediaType,
                length: answer.content.bytes.count,
                inline: answer.content.bytes,
                fields: answer.fields
            )
        }
        let note = HistoryEntry.note(of: failure)
        var isThrottled = false
        if case .throttle = failure.disposition { isThrottled = true }
        if !isThrottled { jobs[id]?.record.failures += 1 }
        let failures = job.record.failures + 1
        let due = now + .milliseconds(delay.milliseconds)
        if failure.disposition == .final
            || !isThrottled && (failures >= job.record.maxAttempts || job.isOverdue(at: due))
        {
            bury(id, stored, cause: .fail, note: note, at: now)
            return
        }
        if isThrottled {
            guard due < job.startBy else {
                outdate(id, at: now)
                return
            }
            guard !job.isOverdue(at: due) else {
                endAsCanceled(id, isLate: true, at: now)
                return
            }
            jobs[id]?.hasDeadline = true
        } else {
            let startBy = max(job.startBy, due + job.ageLimit)
            jobs[id]?.startBy = startBy
            jobs[id]?.record.expiresAt = startBy + (job.retention ?? JobType.defaultRetention)
        }
        jobs[id]?.record.fence += 1
        jobs[id]?.record.dueAt = due
        self[queue: job.record.queue].figures.scheduled += 1
        change(id, to: .scheduled, cause: isThrottled ? .throttle : .fail, note: note, at: now)
    }

    mutating func beat(_ beat: Heartbeat, at now: Timestamp) -> [Lease: LeaseVerdict] {
        var verdicts: [Lease: LeaseVerdict] = [:]
        var running: [JobID] = []
        for (lease, progress) in beat.running {
            guard let job = jobs[lease.id], job.record.state == .running, job.record.fence == lease.fence else {
                verdicts[lease] = .lost
                continue
            }
            if job.record.isCancelRequested { verdicts[lease] = .cancel }
            leases[lease.id] = now + beat.lease
            running.append(lease.id)
            if let progress {
                jobs[lease.id]?.record.progress = progress
                let note = "\(progress.percent)% \(progress.stage ?? "")"
                change(lease.id, to: .running, cause: .progress, note: note, at: now)
            }
            outlive(lease.id, lease: beat.lease, at: now)
        }
        workers = workers.filter { $0.value.expires > now }
        let known = workers[beat.worker]?.overview.startedAt
        workers[beat.worker] = Sighting(
            overview: WorkerOverview(
                name: beat.worker,
                host: beat.host,
                processID: beat.processID,
                slots: beat.slots,
                queues: beat.queues,
                running: running,
                isDraining: beat.isDraining,
                startedAt: known ?? now,
                seenAt: now
            ),
            expires: now + beat.lease * 3
        )
        return verdicts
    }

    mutating func release(_ lease: Lease, at now: Timestamp) {
        guard let job = jobs[lease.id], job.record.state == .running, job.record.fence == lease.fence else { return }
        leases[lease.id] = nil
        self[queue: job.record.queue].figures.running -= 1
        if job.record.isCancelRequested {
            endAsCanceled(lease.id, isLate: job.isLate, at: now)
        } else {
            handBack(lease.id, cause: .release, at: now)
        }
    }
}

extension JobState {
    /// Whether a settlement that arrives a second time finds what the first one made.
    fileprivate func answers(_ outcome: Settlement.Outcome) -> Bool {
        switch outcome {
        case .succeeded: self == .succeeded
        case .failed, .canceled: self == .failed || self == .canceled
        }
    }
}
