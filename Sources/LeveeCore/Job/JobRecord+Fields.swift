// The members of a job's record.

extension JobRecord {
    /// What is known of a job.
    public struct Fields: Sendable, Equatable {
        public var id: JobID
        /// Whose job it is.
        public var tenant: Tenant
        /// The name of the job's type.
        public var type: String
        /// The name of the queue that holds it.
        public var queue: String
        public var priority: Priority
        public var state: JobState
        /// Counts the visible changes, from 1; never goes back.
        public var version: Int
        /// Rises with each claim and each retry; a worker may change the job only with the fence of its claim.
        public var fence: Int
        /// The number of the current attempt, or of the last one for a job that does not run: 0 before the first. Never goes back;
        /// an attempt that is made anew, since nothing came of it, keeps its number.
        public var attempt: Int
        /// How many attempts have failed by the handler's own word.
        public var failures: Int
        /// How many times the job lost its worker.
        public var stalls: Int
        /// How many failures end the job.
        public var maxAttempts: Int
        /// The ticket drawn when the job was put in line, compared with what the queue has handed out.
        public var ticket: Int
        public var createdAt: Timestamp
        public var updatedAt: Timestamp
        /// When the current or last attempt was claimed; `nil` before the first.
        public var claimedAt: Timestamp?
        /// When a scheduled job is due.
        public var dueAt: Timestamp?
        /// When nothing of the job will be left.
        public var expiresAt: Timestamp
        /// Whether the end of a running job has been asked for.
        public var isCancelRequested: Bool
        public var progress: Progress
        /// The result of a job that succeeded.
        public var result: StoredResult?
        /// The failure of a job that failed or was canceled.
        public var failure: StoredFailure?
        /// The trace that it belongs to, and the span that it was submitted in.
        public var trace: TraceContext?
    }
}
