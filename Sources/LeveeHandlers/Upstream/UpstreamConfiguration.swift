// Which HTTP service runs the jobs of a type, and what passes between it and the clients.

public import LeveeCore

/// The settings of an ``UpstreamHandler``.
public struct UpstreamConfiguration: Sendable, Equatable {
    /// Where the service is: an absolute `http` or `https` URL without query and fragment. A plain job is a POST to it; one
    /// that was made by a route asks for the target of its request below it.
    public var url: String
    /// The header fields of requests that pass to the service, by name, in lower case.
    public var requestFields: Set<String>
    /// The header fields of its responses that pass to the clients, by name, in lower case.
    public var responseFields: Set<String>
    /// Header fields that every request carries, whatever came with it.
    public var fields: [HeaderField]
    /// What its answers mean for a job.
    public var rules: UpstreamRules
    /// The most connections of this process.
    public var connections: Int
    /// How long it may take to connect.
    public var connectTimeout: Duration
    /// The most bytes that a response may have.
    public var maxResponseBytes: Int

    /// What passes to the service by default: nothing that says who the client is.
    public static let usualRequestFields: Set<String> = [
        "accept", "accept-language", "content-language", "origin", "referer", "user-agent", "x-request-id",
    ]

    /// What passes to clients by default: what describes the body, and no cookies.
    public static let usualResponseFields: Set<String> = [
        "cache-control", "content-disposition", "content-encoding", "content-language", "content-range", "etag",
        "expires", "last-modified", "link", "location", "retry-after", "vary", "www-authenticate", "x-request-id",
    ]

    /// What never passes: fields that concern one connection (RFC 9110 section 7.6.1), that say where a message goes and how
    /// long it is, and those that Levee sets itself.
    public static let heldFields: Set<String> = [
        "connection", "content-length", "content-type", "expect", "host", "http2-settings", "idempotency-key",
        "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "traceparent",
        "tracestate", "trailer", "transfer-encoding", "upgrade",
    ]

    /// Creates a configuration; see the properties.
    ///
    /// - Parameters:
    ///   - url: Where the service is.
    ///   - requestFields: The header fields of requests that pass.
    ///   - responseFields: The header fields of responses that pass.
    ///   - fields: Header fields that every request carries.
    ///   - rules: What its answers mean for a job.
    ///   - connections: The most connections of this process.
    ///   - connectTimeout: How long it may take to connect.
    ///   - maxResponseBytes: The most bytes that a response may have.
    public init(
        url: String,
        requestFields: Set<String> = usualRequestFields,
        responseFields: Set<String> = usualResponseFields,
        fields: [HeaderField] = [],
        rules: UpstreamRules = UpstreamRules(),
        connections: Int = 8,
        connectTimeout: Duration = .seconds(5),
        maxResponseBytes: Int = 8 << 20
    ) {
        self.url = url
        self.requestFields = requestFields
        self.responseFields = responseFields
        self.fields = fields
        self.rules = rules
        self.connections = connections
        self.connectTimeout = connectTimeout
        self.maxResponseBytes = maxResponseBytes
    }
}
