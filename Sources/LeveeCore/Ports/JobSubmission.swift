// The port through which jobs get in and are called off: what a front end writes.

/// Takes jobs in and ends them on request.
public protocol JobSubmission: Sendable {
    /// Makes the id of a job that is about to be submitted; asks nobody.
    func newID() -> JobID

    /// Stores a job and puts it in line, durably, in one step.
    ///
    /// Sending the same job again is harmless: it is told to be there. The implementation does so itself once when the
    /// first outcome is unknown. A job with an idempotency key is stored only if its tenant has stored none with that key
    /// whose time is not over.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - rules: The limits of its queue.
    /// - Returns: The stored job, or why it was not stored.
    /// - Throws: ``StoreError/unknownOutcome(_:)`` if the job may or may not have been stored.
    func submit(_ job: NewJob, rules: QueueRules) async throws(StoreError) -> SubmitReply

    /// Ends a job that waits, asks a running one to end, leaves an ended one alone.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - tenant: Who asks; `nil` for one who may call off any tenant's jobs.
    ///   - versions: The versions of which the job has to be one, compared in the same step; `nil` if any will do.
    /// - Returns: What the job has come to, or `nil` if there is none.
    /// - Throws: What is wrong with the store.
    func cancel(_ id: JobID, by tenant: Tenant?, expecting versions: [Int]?) async throws(StoreError) -> CancelReply?

    /// Removes an ended job with all that belongs to it; its idempotency key stays used until its time is over.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - tenant: Who asks; `nil` for one who may remove any tenant's jobs.
    ///   - versions: The versions of which the job has to be one, compared in the same step; `nil` if any will do.
    /// - Returns: Whether it was removed, or why not.
    /// - Throws: What is wrong with the store.
    func remove(_ id: JobID, by tenant: Tenant?, expecting versions: [Int]?) async throws(StoreError) -> RemoveReply
}

extension JobSubmission {
    /// Ends a job, whatever its version, and for `nil` whosesoever it is; see ``cancel(_:by:expecting:)``.
    public func cancel(_ id: JobID, by tenant: Tenant? = nil) async throws(StoreError) -> CancelReply? {
        try await cancel(id, by: tenant, expecting: nil)
    }

    /// Removes an ended job, whatever its version, and for `nil` whosesoever it is; see ``remove(_:by:expecting:)``.
    public func remove(_ id: JobID, by tenant: Tenant? = nil) async throws(StoreError) -> RemoveReply {
        try await remove(id, by: tenant, expecting: nil)
    }
}

/// What became of a submission.
public enum SubmitReply: Sendable, Equatable {
    /// The job is stored; this is how it stands.
    case accepted(JobRecord)
    /// A job with this id was there already; nothing was changed.
    case duplicate
    /// The same was submitted before with the same idempotency key; this is how the job stands that came of it.
    case replayed(JobRecord)
    /// Something else was submitted before with the same idempotency key; nothing was stored.
    case conflict
    /// The same was submitted before with the same idempotency key, and nothing of the job is left; nothing was stored.
    case gone
    /// The queue is full; nothing was stored.
    case full(QueueLimit)

    /// The limit that a full queue has reached.
    public enum QueueLimit: String, Sendable {
        case count
        case bytes
        case wait
    }
}

/// What a request to cancel came to.
public enum CancelReply: String, Sendable {
    /// The job waited and has ended.
    case canceled
    /// The job runs; its worker will be told at its next heartbeat.
    case asked
    /// The job had ended before.
    case ended
    /// The job is another tenant's; nothing was changed.
    case foreign
    /// The job is in none of the versions that were expected; nothing was changed.
    case stale
}

/// What a request to remove came to.
public enum RemoveReply: Sendable, Equatable {
    /// It is gone; the trace is the one that it belonged to.
    case removed(trace: TraceContext? = nil)
    /// The job has not ended; cancel it first.
    case pending
    /// There is no such job.
    case missing
    /// The job is another tenant's; nothing was changed.
    case foreign
    /// The job is in none of the versions that were expected; nothing was changed.
    case stale
}
