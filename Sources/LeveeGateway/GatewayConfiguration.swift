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
        /// The most bytes that a request target may have (RFC 9110 section 4.1 recommends to take 8000 at least).
        public var maxTargetBytes: Int
        /// The most bytes that all header fields of a request may have together.
        public var maxHeaderBytes: Int
        /// How long a request may take from its first line to its last byte.
        public var requestTimeout: Duration
        /// How long a connection may lie idle.
        public var idleTimeout: Duration

        /// Creates limits; see the properties.
        public init(
            maxRequestBytes: Int = 64 << 20,
            maxTargetBytes: Int = 8 << 10,
            maxHeaderBytes: Int = 32 << 10,
            requestTimeout: Duration = .seconds(60),
            idleTimeout: Duration = .seconds(75)
        ) {
            self.maxRequestBytes = maxRequestBytes
            self.maxTargetBytes = maxTargetBytes
            self.maxHeaderBytes = maxHeaderBytes
            self.requestTimeout = requestTimeout
            self.idleTimeout = idleTimeout
        }
    }

    /// Creates a configuration; see the properties.
    public init(
        host: String = "127.0.0.1",
        port: Int = 8080,
        publicURL: String? = nil,
        jobTypes: [String: JobType],
        queues: [String: QueueRules] = [:],
        maxMemoryPercent: Int = 90,
        lease: Duration = .seconds(5),
        limits: Limits = Limits()
    ) {
        self.host = host
        self.port = port
        self.publicURL = publicURL
        self.jobTypes = jobTypes
        self.queues = queues
        self.maxMemoryPercent = maxMemoryPercent
        self.lease = lease
        self.limits = limits
    }

    /// The limits of a queue, none if the configuration does not name it.
    func rules(ofQueue name: String) -> QueueRules {
        queues[name] ?? QueueRules(name: name)
    }

    /// The most bytes that the payload of a type may have here.
    func maxPayloadBytes(of type: JobType) -> Int {
        min(type.maxPayloadBytes, limits.maxRequestBytes)
    }

    /// The most bytes that any payload may have here.
    var maxPayloadBytes: Int {
        jobTypes.values.reduce(0) { max($0, maxPayloadBytes(of: $1)) }
    }
}
