// The port through which jobs get in and are called off: what a front end writes.

/// Takes jobs in and ends them on request.
public protocol JobSubmission: Sendable {
    /// Makes the id of a job that is about to be submitted; asks nobody.
    func newID() -> JobID

    /// Stores a job and puts it in line, durably, in one step.
    ///
    /// Sending the same job again is harmless: it is told to be there. The implementation does so itself once when the
    /// first outcome is unknown.
    ///
    /// - Parameters:
    ///   - job: The job.
    ///   - rules: The limits of its queue.
    /// - Returns: The stored job, or why it was not stored.
    /// - Throws: ``StoreError/unknownOutcome(_:)`` if the job may or may not have been stored.
    func submit(_ job: NewJob, rules: QueueRules) async throws(StoreError) -> SubmitReply

    /// Ends a job that waits, asks a running one to end, leaves an ended one alone.
    ///
    /// - Returns: What the job has come to, or `nil` if there is none.
    func cancel(_ id: JobID) async throws(StoreError) -> CancelReply?

    /// Removes an ended job with all that belongs to it.
    ///
    /// - Returns: Whether it was removed, or why not.
    func remove(_ id: JobID) async throws(StoreError) -> RemoveReply
}

/// What became of a submission.
public enum SubmitReply: Sendable, Equatable {
    /// The job is stored; this is how it stands.
    case accepted(JobRecord)
    /// A job with this id was there already; nothing was changed.
    case duplicate
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
}

/// What a request to remove came to.
public enum RemoveReply: String, Sendable {
    case removed
    /// The job has not ended; cancel it first.
    case pending
    /// There is no such job.
    case missing
}
