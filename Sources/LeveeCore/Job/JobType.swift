// A kind of job, as the configuration describes it: where it waits, what it takes, how often it is tried.

/// The rules that hold for all jobs of one type.
public struct JobType: Sendable, Equatable {
    /// The name in `POST /jobs/{type}`; see ``Name``.
    public var name: String
    /// The name of the queue its jobs wait in.
    public var queue: String
    /// Media ranges (RFC 9110 section 12.5.1, without parameters: `image/png`, `image/*`) that a payload may be of; empty
    /// for any.
    public var accepts: [String]
    /// What a payload has to look like; where there is one, a payload has to be JSON. `nil` for anything.
    public var schema: JSONSchema?
    /// The most bytes that a payload may have.
    public var maxPayloadBytes: Int
    /// The most bytes that a result may have.
    public var maxResultBytes: Int
    /// How long one attempt may take.
    public var timeout: Duration
    public var retry: RetryPolicy
    /// How long a job may wait for its start, from the submit or its due time on.
    public var ageLimit: Duration
    /// How long an ended job is kept; `nil` for ``defaultRetention``.
    public var retention: Duration?
    /// How long a job may take in all, from the submit on, before it is canceled; `nil` for no limit.
    public var deadline: Duration?
    /// Which header fields of a request a job keeps for its handler, by name, in lower case, beside `Idempotency-Key`; `nil`
    /// where the handler has no use for the request.
    public var requestFields: Set<String>?
    /// What is to be told of the end of its jobs; a callback that a submit asks for replaces the one that is here.
    public var followUps: [FollowUp]

    /// The most bytes of a payload or result that the store of jobs itself can hold, 32 MiB.
    public static let maxStoredBytes = 32 << 20
    /// The most bytes of a payload that is looked into before it is taken, 32 MiB.
    public static let maxCheckedBytes = 32 << 20
    /// 24 hours.
    public static let defaultAgeLimit = Duration.seconds(86_400)
    /// 24 hours.
    public static let defaultRetention = Duration.seconds(86_400)

    /// Creates a type of job; see the properties.
    public init(
        name: String,
        queue: String = "default",
        accepts: [String] = [],
        schema: JSONSchema? = nil,
        maxPayloadBytes: Int = 1 << 20,
        maxResultBytes: Int = 8 << 20,
        timeout: Duration = .seconds(60),
        retry: RetryPolicy = RetryPolicy(),
        ageLimit: Duration = defaultAgeLimit,
        retention: Duration? = nil,
        deadline: Duration? = nil,
        requestFields: Set<String>? = nil,
        followUps: [FollowUp] = []
    ) {
        self.name = name
        self.queue = queue
        self.accepts = accepts
        self.schema = schema
        self.maxPayloadBytes = maxPayloadBytes
        self.maxResultBytes = maxResultBytes
        self.timeout = timeout
        self.retry = retry
        self.ageLimit = ageLimit
        self.retention = retention
        self.deadline = deadline
        self.requestFields = requestFields
        self.followUps = followUps
    }

    /// ``accepts`` as a client has to be told: with a schema, only what can be JSON.
    public var mediaRanges: [String] {
        guard schema != nil else { return accepts }
        return accepts.isEmpty ? ["application/json"] : accepts.filter(Self.canBeJSON)
    }

    /// Whether a media range has room for JSON.
    ///
    /// - Parameter range: One of ``accepts``.
    /// - Returns: Whether it is `application/json`, any `+json`, or a range that holds `application/json`.
    public static func canBeJSON(_ range: String) -> Bool {
        Content.isJSON(range) || ["application/*", "*/*"].contains(range.lowercased())
    }

    /// Whether a payload of a media type may be submitted.
    ///
    /// - Parameter essence: The media type without parameters, in lower case; see ``Content/essence(of:)``.
    /// - Returns: Whether one of ``accepts`` is the type or a range that holds it, and it is JSON if there is a schema.
    public func takes(_ essence: String) -> Bool {
        guard schema == nil || Content.isJSON(essence) else { return false }
        return accepts.isEmpty
            || accepts.contains { range in
                let range = range.lowercased()
                return range == essence || range == "*/*"
                    || range.hasSuffix("/*") && essence.hasPrefix(range.dropLast())
            }
    }
}

/// What the names of job types, queues and workers may look like.
public enum Name {
    /// The most characters that a name may have.
    public static let maxLength = 64

    /// Whether a name is fit for URLs, Redis keys and environment variables alike.
    ///
    /// - Parameter text: The name.
    /// - Returns: Whether it is 1 to 64 letters, digits, `-`, `_` or `.`, and begins with a letter or digit.
    public static func isValid(_ text: some StringProtocol) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= maxLength, first.isLetterOrDigit else { return false }
        return bytes.allSatisfy { $0.isLetterOrDigit || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}
