// All processes of a run, and the proxies between them and Redis.

import Foundation
import LeveeLedger
import LeveeRedis
import Logging

/// Redis, front ends, workers, and workers that know only HTTP. Front ends and workers speak to Redis through a proxy each.
package final class Fleet: Sendable {
    let redis: Member
    let frontEnds: [Member]
    let workers: [Member]
    /// Workers that take their jobs at the front ends' admin doors.
    let outside: [Member]
    let proxies: [String: FaultProxy]
    /// The ports at which the front ends listen.
    let doors: [Int]
    let adminDoors: [Int]
    /// A connection to Redis past all proxies.
    let client: RedisClient
    /// The clock of Redis.
    let clock: SkewedClock
    /// The folder of Redis.
    var redisFolder: String { settings.redisFolder }

    private let settings: ChaosSettings

    /// Finds ports, starts the proxies and prepares everything else.
    init(settings: ChaosSettings, ledger: LedgerWriter) async throws {
        self.settings = settings
        let ports = try await FreePort.find(1 + 2 * settings.frontEnds)
        let redisPort = ports[0]
        doors = Array(ports[1...settings.frontEnds])
        adminDoors = Array(ports[(1 + settings.frontEnds)...])
        clock = try SkewedClock(library: settings.clockLibrary, file: "\(settings.folder)/clock")
        redis = Member(
            name: "redis",
            arguments: [settings.redis, settings.redisFolder]
                + Self.redisArguments(port: redisPort, folder: settings.redisFolder),
            environment: clock.environment.merging(["PATH": settings.path]) { $1 },
            log: "\(settings.folder)/log/redis.log",
            ledger: ledger
        )
        var configuration = RedisConfiguration(
            endpoint: RedisEndpoint(address: .tcp(host: "127.0.0.1", port: redisPort)),
            clientName: "chaos"
        )
        configuration.backoff = Backoff(base: .milliseconds(20), cap: .milliseconds(50))
        client = RedisClient(configuration: configuration, logger: settings.quietLogger)

        var proxies: [String: FaultProxy] = [:]
        func member(_ name: String, _ command: [String]) async throws -> Member {
            let proxy = try await FaultProxy.start(upstream: redisPort)
            proxies[name] = proxy
            let common = ["--config", settings.configurationPath, "--redis", "redis://127.0.0.1:\(proxy.port)"]
            return Member(
                name: name,
                arguments: [settings.levee] + command + common,
                environment: ["PATH": settings.path],
                log: "\(settings.folder)/log/\(name).log",
                ledger: ledger
            )
        }
        var frontEnds: [Member] = []
        for (index, door) in doors.enumerated() {
            let command = ["serve", "--port", "\(door)", "--admin-port", "\(adminDoors[index])"]
            frontEnds.append(try await member("frontend-\(index + 1)", command))
        }
        var workers: [Member] = []
        for index in 1...settings.workers {
            workers.append(try await member("worker-\(index)", ["work", "--name", "worker-\(index)"]))
        }
        self.frontEnds = frontEnds
        self.workers = workers
        self.proxies = proxies
        let (first, second) = (adminDoors, Array(adminDoors.reversed()))
        outside = settings.outside.enumerated().map { index, program in
            Self.outside(program, doors: index.isMultiple(of: 2) ? first : second, settings, ledger)
        }
    }

    /// A worker that takes jobs over HTTP. It is killed and stopped with all that belongs to it, as a machine would be.
    private static func outside(
        _ program: String,
        doors: [Int],
        _ settings: ChaosSettings,
        _ ledger: LedgerWriter
    ) -> Member {
        let name = "outside-\(URL(fileURLWithPath: program).pathExtension)"
        let queues = Set(JobKind.allCases.map(\.queue)).sorted().joined(separator: ",")
        var environment = [
            "PATH": settings.path,
            "LEVEE_ADMIN_URL": doors.map { "http://127.0.0.1:\($0)" }.joined(separator: " "),
            "LEVEE_WORKER": name,
            "LEVEE_WAIT": "5",
            "LEVEE_LEASE": "\(settings.lease)",
            "LEVEE_GRACE": "\(settings.grace)",
            "RESULT_TYPE": "application/json",
        ]
        environment["HOME"] = ProcessInfo.processInfo.environment["HOME"]
        return Member(
            name: name,
            arguments: [program, queues] + settings.handler + [RunFolder(settings.folder).handlers],
            environment: environment,
            log: "\(settings.folder)/log/\(name).log",
            isGroup: true,
            ledger: ledger
        )
    }

    /// All that take jobs.
    var takers: [Member] { workers + outside }

    /// All but Redis.
    var members: [Member] { frontEnds + takers }

    private static func redisArguments(port: Int, folder: String) -> [String] {
        [
            "--bind", "127.0.0.1", "--port", "\(port)", "--dir", folder, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
            "--hash-max-listpack-value", "1024", "--zset-max-listpack-entries", "16", "--daemonize", "no",
            // For faults only: to load data anew, and to answer -BUSY soon.
            "--enable-debug-command", "yes", "--busy-reply-threshold", "100",
        ]
    }

    /// Keeps all processes alive until the task is canceled.
    func keep() async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { [redis, client] in
                try await redis.keep(isPossible: { true }, isReady: { (try? await client.send(["PING"])) != nil })
            }
            for (member, door) in zip(frontEnds, doors) {
                group.addTask { [redis] in
                    let probe = HTTPProbe(port: door)
                    try await member.keep(isPossible: { redis.isReady }, isReady: { await probe.isReady })
                }
            }
            for member in workers {
                group.addTask { [redis, client] in
                    try await member.keep(
                        isPossible: { redis.isReady },
                        isReady: { await Self.isAtWork(member, client: client) }
                    )
                }
            }
            for member in outside {
                group.addTask { [frontEnds, client] in
                    try await member.keep(
                        isPossible: { frontEnds.contains(where: \.isReady) },
                        isReady: { await Self.isAtWork(member, client: client) }
                    )
                }
            }
            try await group.waitForAll()
        }
    }

    /// Whether a worker has shown itself in Redis, by its pid.
    private static func isAtWork(_ member: Member, client: RedisClient) async -> Bool {
        guard let pid = member.process?.pid,
            let names = try? await client.send(["ZRANGE", "levee:{00}:workers", "0", "-1"]).array?.compactMap(\.string)
        else { return false }
        for name in names where name.hasPrefix(member.name) {
            let answer = try? await client.send(["HGET", "levee:{00}:worker:\(name)", "pid"])
            if answer?.int == Int(pid) { return true }
        }
        return false
    }

    /// Ends everything at once.
    package func destroy() {
        for member in members + [redis] { member.destroy() }
    }
}
