// A job that a front end has accepted and wants stored.

/// Everything that the store must know of a job to take it in.
public struct NewJob: Sendable, Equatable {
    /// Made by the front end, so that the same submission can be sent again after an unknown outcome.
    public var id: JobID
    public var type: String
    public var queue: String
    public var priority: Priority
    public var payload: Content
    /// How many failures end the job; at least 1.
    public var maxAttempts: Int
    /// How long the job waits before it is ready.
    public var delay: Duration
    /// How long it may then wait for its start before it ends as expired.
    public var ageLimit: Duration
    /// How long the ended job is kept; `nil` for ``JobType/defaultRetention``.
    public var retention: Duration?
    /// How long the job may take in all, from now on, before it is canceled; `nil` for no limit.
    public var deadline: Duration?
    /// Whose job it is.
    public var tenant: Tenant
    /// The client's own name for this submit, if it gave one: a second submit with it makes no second job.
    public var idempotencyKey: IdempotencyKey?
    /// What is to be told of its end; at most ``FollowUp/limit``.
    public var followUps: [FollowUp]
    /// What its handler is to know of the request; `nil` for nothing.
    public var request: RequestHead?
    /// What the client has sent, where the payload was made of it; `nil` where it is the payload.
    public var sent: Sent?
    /// The trace that it belongs to, and the span that it was submitted in.
    public var trace: TraceContext?

    /// A request that became a payload.
    public struct Sent: Sendable, Equatable {
        public var line: RequestHead.Line
        public var body: Content

        /// Creates a request; see the properties.
        public init(line: RequestHead.Line, body: Content) {
            self.line = line
            self.body = body
        }
    }

    /// Creates a job to submit; see the properties.
    public init(
        id: JobID,
        type: String,
        queue: String,
        priority: Priority = .normal,
        payload: Content,
        maxAttempts: Int = 3,
        delay: Duration = .zero,
        ageLimit: Duration = JobType.defaultAgeLimit,
        retention: Duration? = nil,
        deadline: Duration? = nil,
        tenant: Tenant = .standard,
        idempotencyKey: IdempotencyKey? = nil,
        followUps: [FollowUp] = [],
        request: RequestHead? = nil,
        sent: Sent? = nil,
        trace: TraceContext? = nil
    ) {
        self.id = id
        self.type = type
        self.queue = queue
        self.priority = priority
        self.payload = payload
        self.maxAttempts = maxAttempts
        self.delay = delay
        self.ageLimit = ageLimit
        self.retention = retention
        self.deadline = deadline
        self.tenant = tenant
        self.idempotencyKey = idempotencyKey
        self.followUps = followUps
        self.request = request
        self.sent = sent
        self.trace = trace
    }
}
