// How follow-ups are delivered: how many at once, how often, signed with what.

public import LeveeCore

/// The settings of one courier.
public struct CourierConfiguration: Sendable {
    /// How many deliveries are made at once; at least 1.
    public var slots: Int
    /// How long one attempt may take, the lookup of the host's name included.
    public var timeout: Duration
    /// When a delivery that failed is tried again, and how often.
    public var retry: RetryPolicy
    /// The longest that a receiver may ask to be left alone (`Retry-After`).
    public var longestRetryAfter: Duration
    /// How long to wait before looking again where nothing is due; each wait is moved by up to a fifth.
    public var pause: Duration
    /// How long attempts may go on when the courier is told to stop.
    public var grace: Duration
    /// What webhooks are signed with: all of them, so that receivers can go from one to the next.
    public var secrets: [WebhookSecret]
    /// Which receivers there may be.
    public var webhooks: WebhookRules
    /// The types of the jobs that deliveries make, by name.
    public var jobTypes: [String: JobType]
    /// The limits of their queues, by name.
    public var queues: [String: QueueRules]

    /// More than any attempt and its settlement take: nobody else takes a delivery that is being made.
    var lease: Duration { timeout + .seconds(15) }

    /// 15 attempts within about 17 hours.
    public static let defaultRetry = RetryPolicy(maxAttempts: 15, base: .seconds(5), cap: .seconds(21_600))

    /// Creates a configuration; see the properties.
    public init(
        slots: Int = 8,
        timeout: Duration = .seconds(15),
        retry: RetryPolicy = defaultRetry,
        longestRetryAfter: Duration = .seconds(86_400),
        pause: Duration = .seconds(1),
        grace: Duration = .seconds(5),
        secrets: [WebhookSecret] = [],
        webhooks: WebhookRules = WebhookRules(),
        jobTypes: [String: JobType] = [:],
        queues: [String: QueueRules] = [:]
    ) {
        self.slots = slots
        self.timeout = timeout
        self.retry = retry
        self.longestRetryAfter = longestRetryAfter
        self.pause = pause
        self.grace = grace
        self.secrets = secrets
        self.webhooks = webhooks
        self.jobTypes = jobTypes
        self.queues = queues
    }
}
