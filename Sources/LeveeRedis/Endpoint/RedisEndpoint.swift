// Where Redis listens, who logs in and which database: parsed from a URL.

/// A Redis server as a client sees it.
public struct RedisEndpoint: Sendable, Equatable {
    /// The kind of socket.
    public enum Address: Sendable, Equatable {
        /// A host name or an IP address, and a port.
        case tcp(host: String, port: Int)
        /// The path of a unix domain socket.
        case unix(path: String)
    }

    /// The socket.
    public var address: Address
    /// The ACL user (Redis 6 and later); `nil` is the user `default`.
    public var username: String?
    /// The password; `nil` sends no `AUTH`.
    public var password: String?
    /// The number of the database.
    public var database: Int

    /// An endpoint from its parts.
    public init(address: Address, username: String? = nil, password: String? = nil, database: Int = 0) {
        self.address = address
        self.username = username
        self.password = password
        self.database = database
    }

    /// Parses `redis://[[user]:password@]host[:port][/database]` or `unix://[[user]:password@]/path[?db=database]`.
    ///
    /// User and password may be percent-encoded, an IPv6 address stands in brackets, the port is 6379 by default.
    public init(_ url: String) throws(RedisEndpointError) {
        var parser = try RedisURLParser(url)
        self = try parser.endpoint()
    }
}

extension RedisEndpoint: CustomStringConvertible {
    /// The URL without user and password, fit for a log.
    public var description: String {
        switch address {
        case .tcp(let host, let port):
            "redis://\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)"
        case .unix(let path):
            "unix://\(path)?db=\(database)"
        }
    }
}

/// What is wrong with the URL of a Redis server. No case shows a password.
public enum RedisEndpointError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The URL begins with neither `redis://` nor `unix://`.
    case unknownScheme
    /// `rediss://` was asked for.
    case tlsUnsupported
    /// The host is missing.
    case missingHost
    /// The port is not a number from 1 to 65535.
    case invalidPort(String)
    /// The database is not a number from 0 up.
    case invalidDatabase(String)
    /// The path of the socket is not absolute or longer than the 107 bytes that the system allows.
    case invalidSocketPath(String)
    /// A percent sign is not followed by two hexadecimal digits, or they do not make UTF-8.
    case invalidPercentEncoding
    /// A query parameter that means nothing here.
    case unknownParameter(String)

    /// What is wrong and what to write instead.
    public var description: String {
        switch self {
        case .unknownScheme: "a Redis URL is redis://[user:password@]host:port/database or unix:///path?db=database"
        case .tlsUnsupported: "rediss:// (TLS) is not supported; use redis:// through a TLS tunnel such as stunnel"
        case .missingHost: "the Redis URL names no host; write for example redis://127.0.0.1:6379/0"
        case .invalidPort(let text): "'\(text)' is not a port; write a number from 1 to 65535"
        case .invalidDatabase(let text): "'\(text)' is not a Redis database; write a number such as 0"
        case .invalidSocketPath(let path): "'\(path)' cannot be a socket; write an absolute path of at most 107 bytes"
        case .invalidPercentEncoding: "user and password must be percent-encoded UTF-8; write % itself as %25"
        case .unknownParameter(let name): "'\(name)' is not a parameter of a unix:// Redis URL; only db is"
        }
    }
}
