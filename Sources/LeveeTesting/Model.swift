// What the store has to do, said once more in plain Swift: the model that the scripts are held to.

import LeveeCore

/// All that a store holds, as values: no I/O, no clock of its own.
struct Model: Sendable {
    /// After how many lost workers a job is poison.
    static let poisonAfter = 5
    /// After how many lost workers a job waits apart and runs alone.
    static let suspectAfter = JobRecord.suspectAfter
    static let deadLetterLife = Duration.seconds(14 * 86_400)
    static let payloadLimit = 1 << 20
    static let staleLimit = 200
    /// How long a suspect waits for an idle worker before one is made idle for it, and for how long at a time.
    static let suspectPatience = Duration.seconds(5)
    static let clearingTime = Duration.seconds(30)
    static let sweepLimit = 250
    /// The least time without a tick after which nobody was looking.
    static let gap = Duration.milliseconds(1_300)

    var jobs: [JobID: Job] = [:]
    var outbox = Outbox()
    /// What came of submits with a key.
    var keyed: [SubmitName: KeyedSubmit] = [:]
    var queues: [String: Queue] = [:]
    var leases: [JobID: Timestamp] = [:]
    var workers: [String: Sighting] = [:]
    var autoscaler = AutoscalerOverview()
    /// Until when the autoscaler leads.
    var leadUntil = Timestamp(milliseconds: 0)
    var lastTick: Timestamp?
    /// Whether there was more to reap than one tick does.
    var isRushed = false
    var holdUntil = Timestamp(milliseconds: 0)
    /// Changes since they were last taken: what the feed tells.
    var news: [JobChange] = []
    /// Queues whose idle workers are to be woken, since they were last taken.
    var bells: [String: String] = [:]
    /// Which worker takes nothing until it is idle, and until when at most, for the suspects of a queue.
    var clearing: [String: (worker: String, until: Timestamp)] = [:]

    /// One job.
    struct Job: Sendable {
        var record: JobRecord
        var payload: Content
        var request: RequestHead?
        var result: [UInt8]?
        var history: [HistoryEntry]
        var ageLimit: Duration
        var retention: Duration?
        var startBy: Timestamp
        /// Whether its time to start is looked after by itself, not by its place in the line.
        var hasDeadline: Bool
        var worker: String?
        /// How long after its submit it must have ended, if it must.
        var deadline: Duration?
        /// Whether its deadline asked for its end, and nobody before.
        var isLate = false
        /// The failed job that it was made of.
        var retryOf: JobID?
        /// The job that was made of it after it had failed.
        var retriedAs: JobID?

        /// The key with which it was submitted.
        var name: SubmitName?
        var followUps: [FollowUp] = []
        /// How many bytes were submitted, which a job that was canceled does not keep.
        var payloadLength = 0
        /// When nothing would be left of it if there were no deliveries of it.
        var expiresWithoutDeliveries: Timestamp?

        /// When it must have ended, if it must.
        var endBy: Timestamp? { deadline.map { record.createdAt + $0 } }

        func isOverdue(at now: Timestamp) -> Bool { endBy.map { $0 <= now } ?? false }
    }

    /// A tenant's name for a submit.
    struct SubmitName: Sendable, Hashable {
        var tenant: Tenant
        var key: IdempotencyKey

        init?(_ job: NewJob) {
            guard let key = job.idempotencyKey else { return nil }
            tenant = job.tenant
            self.key = key
        }
    }

    /// What was submitted under a name, and the job that came of it.
    struct KeyedSubmit: Sendable {
        var id: JobID
        var fingerprint: String
        /// Until when the name stays used, where the job was removed before its time was over.
        var goneUntil: Timestamp?
    }

    /// One queue: a list for each priority, oldest first, with entries of jobs that may have ended.
    struct Queue: Sendable {
        var figures = QueueFigures()
        var lists: [[JobID]] = [[], [], []]
        var suspects: [JobID] = []
        var recent: [JobID] = []
        var dead: [JobID: Timestamp] = [:]
    }

    /// A worker as it last showed itself.
    struct Sighting: Sendable {
        var overview: WorkerOverview
        var expires: Timestamp
    }

    subscript(queue name: String) -> Queue {
        get { queues[name] ?? Queue() }
        set { queues[name] = newValue }
    }

    // MARK: Changes

    mutating func change(
        _ id: JobID,
        to state: JobState,
        cause: HistoryEntry.Cause,
        note: String? = nil,
        at now: Timestamp
    ) {
        guard var job = jobs[id] else { return }
        job.record.version += 1
        job.record.state = state
        job.record.updatedAt = now
        job.history.append(
            HistoryEntry(version: job.record.version, state: state, at: now, cause: cause, note: note)
        )
        jobs[id] = job
        news.append(JobChange(id: id, version: job.record.version, state: state))
    }

    mutating func enqueue(_ id: JobID, atFront: Bool) {
        guard let record = jobs[id]?.record else { return }
        let priority = record.priority.rawValue
        bells[record.queue] = id.text
        if record.stalls >= Self.suspectAfter {
            self[queue: record.queue].suspects.append(id)
            self[queue: record.queue].figures.suspect += 1
            jobs[id]?.record.ticket = 0
            return
        }
        self[queue: record.queue].figures.entered[priority] += 1
        if atFront {
            self[queue: record.queue].lists[priority].insert(id, at: 0)
            jobs[id]?.record.ticket = 0
        } else {
            self[queue: record.queue].lists[priority].append(id)
            let ticket = self[queue: record.queue].figures.entered[priority]
            jobs[id]?.record.ticket = ticket
        }
    }

    mutating func conclude(
        _ id: JobID,
        as state: JobState,
        cause: HistoryEntry.Cause,
        note: String? = nil,
        failure: JobRecord.StoredFailure? = nil,
        at now: Timestamp
    ) {
        change(id, to: state, cause: cause, note: note, at: now)
        guard let job = jobs[id] else { return }
        let queue = job.record.queue
        jobs[id]?.record.failure = failure
        if let retention = job.retention { jobs[id]?.record.expiresAt = now + retention }
        self[queue: queue].figures.bytes -= job.payload.length
        switch state {
        case .succeeded: self[queue: queue].figures.succeeded += 1
        case .failed: self[queue: queue].figures.failed += 1
        case .canceled: self[queue: queue].figures.canceled += 1
        case .scheduled, .queued, .running: break
        }
        self[queue: queue].recent.insert(id, at: 0)
        self[queue: queue].recent = Array(self[queue: queue].recent.prefix(1_000))
        followUp(id, as: state, isLate: cause == .deadline, at: now)
    }

    /// Ends a job that somebody wanted to end, or whose deadline is over.
    mutating func endAsCanceled(_ id: JobID, isLate: Bool = false, at now: Timestamp) {
        let failure = JobRecord.StoredFailure(
            code: isLate ? JobFailure.deadlineCode : JobFailure.canceledCode,
            detail: isLate ? "not ended by its deadline" : "canceled on request",
            status: nil
        )
        conclude(id, as: .canceled, cause: isLate ? .deadline : .cancel, failure: failure, at: now)
        guard !isLate || jobs[id]?.followUps.isEmpty ?? true else { return }
        jobs[id]?.payload.bytes = []
        jobs[id]?.payload.blob = nil
    }

    /// Takes the stale entries out of a piece of a list, once there are too many.
    mutating func sweep(_ name: String, _ priority: Int, at now: Timestamp) {
        let list = self[queue: name].lists[priority]
        let stale = self[queue: name].figures.stale[priority]
        guard stale > Self.sweepLimit, 2 * stale > list.count else { return }
        let last = max(list.count - Self.sweepLimit, 0)
        let first = Int(now.milliseconds % 1_000_003 * 7_919 % Int64(last + 1))
        // Counted from the newest entry, which is the last one here.
        let end = list.count - first
        let piece = max(0, end - Self.sweepLimit)..<end
        let kept = list[piece].filter { jobs[$0]?.record.state == .queued }
        let gone = piece.count - kept.count
        self[queue: name].lists[priority].replaceSubrange(piece, with: kept)
        self[queue: name].figures.left[priority] += gone
        self[queue: name].figures.stale[priority] -= gone
    }

    mutating func outdate(_ id: JobID, at now: Timestamp) {
        let failure = JobRecord.StoredFailure(
            code: JobFailure.expiredCode,
            detail: "not started in time",
            status: nil
        )
        conclude(id, as: .failed, cause: .expire, failure: failure, at: now)
    }

    mutating func bury(
        _ id: JobID,
        _ failure: JobRecord.StoredFailure,
        cause: HistoryEntry.Cause,
        note: String?,
        at now: Timestamp
    ) {
        conclude(id, as: .failed, cause: cause, note: note, failure: failure, at: now)
        guard let job = jobs[id] else { return }
        let until = now + max(Self.deadLetterLife, job.retention ?? .zero)
        jobs[id]?.record.expiresAt = until
        if job.expiresWithoutDeliveries != nil { jobs[id]?.expiresWithoutDeliveries = until }
        self[queue: job.record.queue].dead[id] = until
    }

    mutating func handBack(_ id: JobID, cause: HistoryEntry.Cause, note: String? = nil, at now: Timestamp) {
        guard let job = jobs[id] else { return }
        let startBy = max(job.startBy, now + job.ageLimit)
        jobs[id]?.startBy = startBy
        jobs[id]?.hasDeadline = true
        jobs[id]?.record.expiresAt = max(
            job.record.expiresAt,
            startBy + (job.retention ?? JobType.defaultRetention)
        )
        enqueue(id, atFront: true)
        change(id, to: .queued, cause: cause, note: note, at: now)
    }

    mutating func promote(limit: Int, at now: Timestamp) -> Int {
        let due = jobs.values.filter { $0.record.state == .scheduled && ($0.record.dueAt ?? now) <= now }
            .sorted { ($0.record.dueAt ?? now, $0.record.id.text) < ($1.record.dueAt ?? now, $1.record.id.text) }
            .prefix(limit)
        for job in due {
            let id = job.record.id
            enqueue(id, atFront: false)
            self[queue: job.record.queue].figures.scheduled -= 1
            change(id, to: .queued, cause: .promote, at: now)
        }
        return due.count
    }
}
