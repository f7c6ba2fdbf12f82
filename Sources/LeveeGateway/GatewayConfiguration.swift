// What a front end must know: where it listens, what it takes in, and how much of it.

public import LeveeCore

/// The configuration of one front end.
public struct GatewayConfiguration: Sendable {
    /// The address to listen on: a name or an IP address.
    public var host: String
    /// The port to listen on; 0 for any free one.
    public var port: Int
    /// What clients see in front of the paths, such as `https://jobs.example.com`: absolute, without a slash at the end.
    /// `nil` to take the `Host` of each request, with `http`.
    public var publicURL: String?
    /// The types of job that are taken in, by name.
    public var jobTypes: [String: JobType]
    /// The limits of queues, by name; a queue that is not named has none.
    public var queues: [String: QueueRules]
    /// Paths of the user's own that make jobs.
    public var routes: [FacadeRoute]
    /// How polls are answered that do not say how they want to be.
    public var polling: PollingStyle
    /// Whether a submit is answered with 201 instead of 202.
    public var answersCreated: Bool
    /// Who may come in; without any key, everybody, as one tenant.
    public var keys: APIKeyRing
    /// Whose pages may use the clients' door from browsers.
    public var origins: AllowedOrigins
    /// Which receivers callbacks may go to.
    public var webhooks: WebhookRules
    /// From how many per cent of the store's memory on jobs are refused.
    public var maxMemoryPercent: Int
    /// How long leases last; only the upkeep needs it.
    public var lease: Duration
    /// What one connection may ask of the server.
    public var limits: Limits

    /// What one connection may ask of the server.
    public struct Limits: Sendable, Equatable {
        /// The most bytes that any body may have, whatever its job type allows.
        public var maxRequestBytes: Int
        /// The most bytes of a payload in JSON, which is checked in memory.
        public var maxJSONBytes: Int
        /// The most bytes of bodies that have not arrived whole, over all connections.
        public var maxPendingBytes: Int
        /// The most bytes that a request target may have. RFC 9110 section 4.1 recommends to take 8000; no path of Levee
        /// has a hundred.
        public var maxTargetBytes: Int
        /// The most bytes that the target and all header fields of a request may have together.
        public var maxHeadBytes: Int
        /// The most header fields that a request may have, those behind its body included.
        public var maxFields: Int
        /// How long a request may take from its first byte to its last.
        public var requestTimeout: Duration
        /// How long an answer waits for a body that nobody reads, if it is short: many clients see a broken connection instead of
        /// an answer that comes while they are sending.
        public var unreadBodyTime: Duration
        /// How long a connection may lie idle.
        public var idleTimeout: Duration
        /// How long a client may take no byte of a response that waits for it.
        public var writeTimeout: Duration
        /// How many connections there may be at once; one more is answered 503 and closed.
        public var maxConnections: Int

        /// Those of the doors for operators and probes, of which there are few.
        static let operators = Limits(maxConnections: 256)

        /// Creates limits; see the properties.
        public init(
            maxRequestBytes: Int = 64 << 20,
            maxJSONBytes: Int = JobType.maxCheckedBytes,
            maxPendingBytes: Int = 256 << 20,
            maxTargetBytes: Int = 2 << 10,
            maxHeadBytes: Int = 16 << 10,
            maxFields: Int = 64,
            requestTimeout: Duration = .seconds(60),
            unreadBodyTime: Duration = .seconds(1),
            idleTimeout: Duration = .seconds(75),
            writeTimeout: Duration = .seconds(60),
            maxConnections: Int = 16_384
        ) {
            self.maxRequestBytes = maxRequestBytes
            self.maxJSONBytes = maxJSONBytes
            self.maxPendingBytes = maxPendingBytes
            self.maxTargetBytes = maxTargetBytes
            self.maxHeadBytes = maxHeadBytes
            self.maxFields = maxFields
            self.requestTimeout = requestTimeout
            self.unreadBodyTime = unreadBodyTime
            self.idleTimeout = idleTimeout
            self.writeTimeout = writeTimeout
            self.maxConnections = maxConnections
        }
    }

    /// Creates a configuration; see the properties.
    public init(
        host: String = "127.0.0.1",
        port: Int = 8080,
        publicURL: String? = nil,
        jobTypes: [String: JobType],
        queues: [String: QueueRules] = [:],
        routes: [FacadeRoute] = [],
        polling: PollingStyle = PollingStyle(),
        answersCreated: Bool = false,
        keys: APIKeyRing = APIKeyRing(),
        origins: AllowedOrigins = .only([]),
        webhooks: WebhookRules = WebhookRules(),
        maxMemoryPercent: Int = 90,
        lease: Duration = .seconds(5),
        limits: Limits = Limits()
    ) {
        self.host = host
        self.port = port
        self.publicURL = publicURL
        self.jobTypes = jobTypes
        self.queues = queues
        self.routes = routes
        self.polling = polling
        self.answersCreated = answersCreated
        self.keys = keys
        self.origins = origins
        self.webhooks = webhooks
        self.maxMemoryPercent = maxMemoryPercent
        self.lease = lease
        self.limits = limits
    }

    /// The limits of a queue, none if the configuration does not name it.
    func rules(ofQueue name: String) -> QueueRules {
        queues[name] ?? QueueRules(name: name)
    }

    /// The most bytes that the payload of a type may have here: what its queue could not hold either is never taken.
    func maxPayloadBytes(of type: JobType) -> Int {
        min(type.maxPayloadBytes, limits.maxRequestBytes, rules(ofQueue: type.queue).maxBytes ?? .max)
    }

    /// The most bytes of a body that is worth sending to a path: nothing to a type that does not exist.
    func maxBodyBytes(at path: Substring) -> Int {
        let led = routes.filter { $0.pattern.match(String(path)) != nil }.compactMap { jobTypes[$0.type] }
        if let most = led.map(maxPayloadBytes(of:)).max() { return most }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty, parts[1] == "jobs" else { return maxPayloadBytes }
        return jobTypes[String(parts[2])].map(maxPayloadBytes(of:)) ?? 0
    }

    /// The most bytes that any payload may have here.
    private var maxPayloadBytes: Int {
        jobTypes.values.reduce(0) { max($0, maxPayloadBytes(of: $1)) }
    }
}
