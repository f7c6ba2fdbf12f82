// How time passes in the model.

import LeveeCore

extension Model {
    mutating func tick(lease: Duration, at now: Timestamp) -> TickReport? {
        if let last = lastTick, now >= last, now - last < .milliseconds(500), !isRushed { return nil }
        if let last = lastTick, now >= last, now - last <= max(lease / 2, Self.gap) {} else { holdUntil = now + lease }
        if let last = lastTick, now < last { setBack(lease: lease, at: now) }
        lastTick = now
        let isHolding = now < holdUntil

        var reaped = 0
        if !isHolding {
            let due = leases.filter { $0.value <= now }.sorted { ($0.value, $0.key.text) < ($1.value, $1.key.text) }
            for (id, _) in due.prefix(TickReport.limit) {
                leases[id] = nil
                reap(id, at: now)
                reaped += 1
            }
        }
        isRushed = reaped == TickReport.limit
        var expired = expireDated(at: now)
        let promoted = promote(limit: 100, at: now)
        expired += clearTails(at: now)
        for name in queues.keys { for priority in 0..<3 { sweep(name, priority, at: now) } }
        for (name, queue) in queues {
            if queue.figures.ready > 0 || queue.lists.contains(where: { !$0.isEmpty }) { bells[name] = "tick" }
            if queue.figures.isPaused { bells[name] = nil }
            for (id, until) in queue.dead where until <= now { queues[name]?.dead[id] = nil }
        }
        return TickReport(reaped: reaped, promoted: promoted, expired: expired, isHolding: isHolding)
    }

    /// The clock was set back: what was reckoned from times that are yet to come is reckoned anew from now.
    private mutating func setBack(lease: Duration, at now: Timestamp) {
        leases = leases.mapValues { min($0, now + lease) }
        for (name, sighting) in workers where sighting.expires > now + lease * 3 {
            workers[name]?.expires = now + lease * 3
            workers[name]?.overview.seenAt = now
        }
        for job in jobs.values where job.record.state == .scheduled && job.record.updatedAt > now {
            let delay = (job.record.dueAt ?? now) - job.record.updatedAt
            jobs[job.record.id]?.record.dueAt = now + delay
            change(job.record.id, to: .scheduled, cause: .clock, at: now)
        }
    }

    private mutating func reap(_ id: JobID, at now: Timestamp) {
        guard let job = jobs[id], job.record.state == .running else { return }
        self[queue: job.record.queue].figures.running -= 1
        let sighting = job.worker.flatMap { workers[$0] }.flatMap { $0.expires > now ? $0 : nil }
        let isLost =
            sighting.map { $0.overview.seenAt <= (job.record.claimedAt ?? now) || $0.overview.running.contains(id) }
            ?? true
        if isLost { jobs[id]?.record.stalls += 1 }
        let stalls = job.record.stalls + (isLost ? 1 : 0)
        if job.record.isCancelRequested {
            jobs[id]?.record.stalls = job.record.stalls
            endAsCanceled(id, isLate: job.isLate, at: now)
        } else if stalls < Self.poisonAfter {
            handBack(id, cause: .lost, note: job.worker, at: now)
        } else {
            let failure = JobRecord.StoredFailure(
                code: JobFailure.poisonCode,
                detail: "lost its worker \(stalls) times",
                status: nil
            )
            bury(id, failure, cause: .poison, note: job.worker, at: now)
        }
    }

    /// Ends waiting jobs whose time to start or whose deadline is over, and asks those to end that run past it.
    private mutating func expireDated(at now: Timestamp) -> Int {
        var expired = 0
        for job in jobs.values where job.hasDeadline && (job.startBy <= now || job.isOverdue(at: now)) {
            let id = job.record.id
            switch job.record.state {
            case .running where job.isOverdue(at: now) && !job.record.isCancelRequested:
                jobs[id]?.record.isCancelRequested = true
                jobs[id]?.isLate = true
                change(id, to: .running, cause: .deadline, at: now)
            case .scheduled, .queued:
                end(job, at: now)
                expired += 1
                if job.record.state == .scheduled {
                    self[queue: job.record.queue].figures.scheduled -= 1
                } else if job.record.stalls < Self.suspectAfter {
                    self[queue: job.record.queue].figures.stale[job.record.priority.rawValue] += 1
                }
            case .running, .succeeded, .failed, .canceled: continue
            }
        }
        return expired
    }

    /// Ends a job that waited too long.
    private mutating func end(_ job: Job, at now: Timestamp) {
        if job.startBy <= now {
            outdate(job.record.id, at: now)
        } else {
            endAsCanceled(job.record.id, isLate: true, at: now)
        }
    }

    /// Ends what waited too long at the old ends of the lists, and clears away entries of jobs that have ended.
    private mutating func clearTails(at now: Timestamp) -> Int {
        var expired = 0
        for name in queues.keys {
            while let id = self[queue: name].suspects.first, !waits(id, at: now, &expired) {
                self[queue: name].suspects.removeFirst()
                self[queue: name].figures.suspect -= 1
            }
            for priority in 0..<3 {
                while let id = self[queue: name].lists[priority].first {
                    let wasQueued = jobs[id]?.record.state == .queued
                    guard !waits(id, at: now, &expired) else { break }
                    self[queue: name].lists[priority].removeFirst()
                    self[queue: name].figures.left[priority] += 1
                    if !wasQueued { self[queue: name].figures.stale[priority] -= 1 }
                }
            }
        }
        return expired
    }

    private mutating func waits(_ id: JobID, at now: Timestamp, _ expired: inout Int) -> Bool {
        guard let job = jobs[id], job.record.state == .queued else { return false }
        guard job.startBy <= now || job.isOverdue(at: now) else { return true }
        end(job, at: now)
        expired += 1
        return false
    }
}
