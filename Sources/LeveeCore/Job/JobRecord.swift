// A job as its store knows it, without its payload.

/// What the store holds of a job: enough to answer every poll.
public struct JobRecord: Sendable, Equatable {
    /// After how many lost workers a job waits apart, until it can run alone.
    public static let suspectAfter = 2

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

    /// A result as it is stored: its bytes beside the record while they are few, elsewhere when they are many.
    public struct StoredResult: Sendable, Equatable {
        /// The HTTP status under which the result is served.
        public var status: Int
        public var mediaType: String
        /// How many bytes the result has.
        public var length: Int
        /// The bytes, or `nil` where ``JobInspection/result(of:)`` must be asked for them.
        public var inline: [UInt8]?
        /// Header fields to serve with the bytes.
        public var fields: [HeaderField]
        /// The blob that has the bytes, if one does.
        public var blob: Blob?

        /// Creates a stored result.
        ///
        /// - Parameters:
        ///   - status: The HTTP status under which the result is served.
        ///   - mediaType: The media type with its parameters.
        ///   - length: How many bytes the result has.
        ///   - inline: The bytes, if they lie beside the record.
        ///   - fields: Header fields to serve with the bytes.
        ///   - blob: The blob that has the bytes, if one does.
        public init(
            status: Int,
            mediaType: String,
            length: Int,
            inline: [UInt8]?,
            fields: [HeaderField] = [],
            blob: Blob? = nil
        ) {
            self.status = status
            self.mediaType = mediaType
            self.length = length
            self.inline = inline
            self.fields = fields
            self.blob = blob
        }
    }

    /// A failure as it is stored.
    public struct StoredFailure: Sendable, Equatable {
        /// A token for programs.
        public var code: String
        /// Words for people.
        public var detail: String
        /// The HTTP status that the handler itself meant, if any.
        public var status: Int?
        /// What the handler itself has to say to the client; its bytes lie beside the record.
        public var answer: StoredResult?

        /// Creates a stored failure.
        ///
        /// - Parameters:
        ///   - code: A token for programs.
        ///   - detail: Words for people.
        ///   - status: The HTTP status that the handler itself meant, if any.
        ///   - answer: What the handler itself has to say to the client.
        public init(code: String, detail: String, status: Int?, answer: StoredResult? = nil) {
            self.code = code
            self.detail = detail
            self.status = status
            self.answer = answer
        }
    }

    /// Creates the record of a job; see the properties.
    public init(
        id: JobID,
        type: String,
        queue: String,
        priority: Priority,
        state: JobState,
        version: Int,
        fence: Int = 0,
        attempt: Int = 0,
        failures: Int = 0,
        stalls: Int = 0,
        maxAttempts: Int,
        ticket: Int,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        claimedAt: Timestamp? = nil,
        dueAt: Timestamp? = nil,
        expiresAt: Timestamp,
        isCancelRequested: Bool = false,
        progress: Progress = Progress(),
        result: StoredResult? = nil,
        failure: StoredFailure? = nil,
        tenant: Tenant = .standard,
        trace: TraceContext? = nil
    ) {
        self.id = id
        self.tenant = tenant
        self.type = type
        self.queue = queue
        self.priority = priority
        self.state = state
        self.version = version
        self.fence = fence
        self.attempt = attempt
        self.failures = failures
        self.stalls = stalls
        self.maxAttempts = maxAttempts
        self.ticket = ticket
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.claimedAt = claimedAt
        self.dueAt = dueAt
        self.expiresAt = expiresAt
        self.isCancelRequested = isCancelRequested
        self.progress = progress
        self.result = result
        self.failure = failure
        self.trace = trace
    }

    /// Creates the record of a job that has just been taken in.
    ///
    /// - Parameters:
    ///   - job: What was submitted.
    ///   - state: Scheduled or queued.
    ///   - ticket: The ticket it drew; 0 while it is not in line.
    ///   - now: When, by the store's clock.
    ///   - due: When it is due; kept only while it is scheduled.
    ///   - expiresAt: When nothing of it will be left.
    public init(
        accepting job: NewJob,
        as state: JobState,
        ticket: Int,
        at now: Timestamp,
        due: Timestamp,
        expiresAt: Timestamp
    ) {
        self.init(
            id: job.id,
            type: job.type,
            queue: job.queue,
            priority: job.priority,
            state: state,
            version: 1,
            maxAttempts: job.maxAttempts,
            ticket: ticket,
            createdAt: now,
            updatedAt: now,
            dueAt: state == .scheduled ? due : nil,
            expiresAt: expiresAt,
            tenant: job.tenant,
            trace: job.trace
        )
    }
}
