// The port through which failed jobs are looked after.

/// Dead letters: jobs that have failed for good, kept for somebody to look at.
public protocol DeadLetters: Sendable {
    /// Lists the dead letters of a queue, the last ones first.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - cursor: Where the last page ended; `nil` for the first page.
    ///   - limit: The most to list, 1 to 1,000.
    /// - Returns: A page, empty for a queue that has none.
    /// - Throws: ``StoreError`` if the store was not reached.
    func deadLetters(
        in queue: String,
        after cursor: DeadLetterCursor?,
        limit: Int
    ) async throws(StoreError) -> DeadLetterPage

    /// Makes a new job of one that has failed, with the same type, payload and rules. It can be done once; the dead letter is
    /// then listed no more.
    ///
    /// - Parameters:
    ///   - id: The failed job.
    ///   - newID: The id of the new job, from ``JobSubmission/newID()``.
    /// - Returns: The new job, or why there is none.
    /// - Throws: ``StoreError`` if the store was not reached; trying again is harmless.
    func retry(_ id: JobID, as newID: JobID) async throws(StoreError) -> RetryReply

    /// Removes dead letters of a queue with all that belongs to them, a bounded number at a time.
    ///
    /// - Parameter queue: The queue.
    /// - Returns: How many were removed; call again until there are none.
    /// - Throws: ``StoreError`` if the store was not reached.
    func purgeDeadLetters(in queue: String) async throws(StoreError) -> Int
}

/// Where a page of dead letters ended. It stays good when what it names is gone.
public struct DeadLetterCursor: Sendable, Equatable {
    /// The last dead letter of the page.
    public var id: JobID
    /// Until when it is kept, by which they are ordered.
    public var keptUntil: Timestamp

    /// Creates a cursor.
    ///
    /// - Parameters:
    ///   - id: The last dead letter of the page.
    ///   - keptUntil: Until when it is kept.
    public init(id: JobID, keptUntil: Timestamp) {
        self.id = id
        self.keptUntil = keptUntil
    }
}

/// Some of the dead letters of a queue.
public struct DeadLetterPage: Sendable, Equatable {
    /// How many there are in all.
    public var total: Int
    /// The jobs of this page; how long each is kept is its record's expiry.
    public var jobs: [JobRecord]
    /// Where the next page begins; `nil` if this is the last.
    public var next: DeadLetterCursor?

    /// Creates a page; see the properties.
    public init(total: Int, jobs: [JobRecord], next: DeadLetterCursor?) {
        self.total = total
        self.jobs = jobs
        self.next = next
    }
}

/// What became of a retry.
public enum RetryReply: Sendable, Equatable {
    /// This job was made; the trace is the one that both belong to.
    case retried(JobID, trace: TraceContext? = nil)
    /// This job was made of it before.
    case again(JobID)
    /// There is no such job.
    case missing
    /// Its payload is gone.
    case payloadMissing
    /// It has not failed.
    case notFailed(JobState)
}
