// Whether a Redis is set up to keep what Levee promises.

public import LeveeCore
public import LeveeRedis

/// What is to be said of a Redis server before jobs are entrusted to it.
public struct ServerAdvice: Sendable, Equatable {
    /// The version that the server tells.
    public var version: String
    /// What may lose jobs as the server is set up, each in one sentence with its mend; empty if nothing.
    public var warnings: [String]
    /// What may bring the server down, each in one sentence with its mend; empty if nothing.
    public var risks: [String] = []

    /// Asks a server how it is set up.
    ///
    /// - Parameter client: A client that runs.
    /// - Returns: The advice. Where the server does not let itself be asked, as hosted ones may, that is the warning.
    /// - Throws: ``StoreError`` if the server was not reached.
    public static func read(from client: RedisClient) async throws(StoreError) -> ServerAdvice {
        let reply: RESPValue
        let version: String
        do throws(RedisError) {
            let server = try await client.send(["INFO", "server"]).string ?? ""
            version = ServerInfo.fields(server)["redis_version"] ?? "unknown"
            reply = try await client.send(["CONFIG", "GET", "append*"])
        } catch .server(let answer) {
            return ServerAdvice(version: "unknown", warnings: ["its settings cannot be read: \(answer.message)"])
        } catch {
            throw StoreError(error)
        }
        var settings = Self.settings(reply)
        if let memory = try? await client.send(["CONFIG", "GET", "maxmemory*"]) {
            settings.merge(Self.settings(memory)) { $1 }
        }
        return ServerAdvice(
            version: version,
            warnings: warnings(version: version, settings: settings),
            risks: risks(settings: settings)
        )
    }

    private static func settings(_ reply: RESPValue) -> [String: String] {
        let words = reply.array?.compactMap(\.string) ?? []
        let pairs = stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
        return Dictionary(pairs) { first, _ in first }
    }

    static func risks(settings: [String: String]) -> [String] {
        guard settings["maxmemory"] == "0" else { return [] }
        return [
            "maxmemory is 0, so jobs are taken in until the machine has no memory left: set it below what the machine has"
        ]
    }

    static func warnings(version: String, settings: [String: String]) -> [String] {
        var warnings: [String] = []
        if let major = version.split(separator: ".").first.flatMap({ Int($0) }), major < 7 {
            warnings.append("it is version \(version); Levee needs Redis 7 or newer, or Valkey")
        }
        if settings["appendonly"] == "no" {
            warnings.append(
                "it keeps jobs in memory only, a restart loses them: set appendonly yes and appendfsync always"
            )
        } else if let fsync = settings["appendfsync"], fsync != "always" {
            warnings.append(
                "appendfsync is \(fsync), a crash may lose jobs that were answered with 202: set it to always"
            )
        }
        if let policy = settings["maxmemory-policy"], policy != "noeviction" {
            warnings.append("maxmemory-policy is \(policy), a full server drops jobs: set it to noeviction")
        }
        return warnings
    }
}

extension RedisStore {
    /// Asks the server behind the store whether it is set up to keep what is promised.
    ///
    /// - Returns: The advice.
    /// - Throws: ``StoreError`` if the server was not reached.
    public func advice() async throws(StoreError) -> ServerAdvice {
        try await ServerAdvice.read(from: client)
    }
}
