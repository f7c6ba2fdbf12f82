// How a client behaves: where Redis is, and every limit.

/// Where Redis is and how long anything may take or how big it may get.
public struct RedisConfiguration: Sendable {
    /// Where Redis listens, with credentials and database.
    public var endpoint: RedisEndpoint
    /// What `CLIENT LIST` shows for each connection, followed by its role; without blanks or control characters.
    public var clientName: String
    /// How long a connect together with its handshake may take.
    public var connectTimeout: Duration = .seconds(2)
    /// How long a command may take from the call to the reply unless it says otherwise.
    public var commandTimeout: Duration = .seconds(5)
    /// The wait between attempts to connect.
    public var backoff = Backoff()
    /// How many bytes may arrive without completing a reply, 64 MiB by default; above it the connection is closed.
    public var maximumReplyBytes = 64 << 20
    /// How long a shutdown waits for replies that are on their way.
    public var shutdownGrace: Duration = .seconds(5)
    /// How often a subscription asks whether Redis is alive; it reconnects after two pings without an answer.
    public var pingInterval: Duration = .seconds(1)

    /// The defaults for an endpoint.
    public init(endpoint: RedisEndpoint, clientName: String = "levee") {
        self.endpoint = endpoint
        self.clientName = clientName
    }
}
