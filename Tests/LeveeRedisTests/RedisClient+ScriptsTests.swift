// Scripts: loaded when Redis does not have them, run by their digest.

import LeveeTestSupport
import Testing

@testable import LeveeRedis

@Suite struct RedisClientScriptsTests {
    private static func script(_ lua: String) -> RedisScript { RedisScript(name: "test", source: Array(lua.utf8)) }

    @Test func isLoadedOnceAndAgainAfterAFlush() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                let script = Self.script("return {KEYS[1], ARGV[1], redis.call('INCRBY', KEYS[1], 2)}")
                for round in 1...3 {
                    let reply = try await client.evaluate(script, keys: ["n"], arguments: [[0, 255]])
                    #expect(reply == .array([.bulk([110]), .bulk([0, 255]), .integer(Int64(2 * round))]))
                    if round == 2 { _ = try await client.send(["SCRIPT", "FLUSH"]) }
                }
                let stats = try await client.send(["INFO", "commandstats"]).string ?? ""
                #expect(stats.contains("cmdstat_script|load:calls=2,"))
                #expect(stats.contains("cmdstat_evalsha:calls=4,"))
            }
        }
    }

    @Test func isLoadedAgainHoweverOftenSomebodyFlushes() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                let script = Self.script("return 1")
                try await withThrowingTaskGroup { group in
                    group.addTask {
                        while !Task.isCancelled { _ = try await client.send(["SCRIPT", "FLUSH"]) }
                    }
                    for _ in 0..<500 {
                        do throws(RedisError) {
                            _ = try await client.evaluate(script, keys: [], arguments: [])
                        } catch {
                            guard case .unavailable = error else { throw error }
                        }
                    }
                    group.cancelAll()
                    try? await group.waitForAll()
                }
            }
        }
    }

    @Test func mayGoOverTheLargeConnection() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                let script = Self.script("return #ARGV[1]")
                let value = [UInt8](repeating: 1, count: 2 << 20)
                let reply = try await client.evaluate(script, keys: [], arguments: [value], large: true)
                #expect(reply.int == 2 << 20)
            }
        }
    }

    @Test func anErrorOfTheScriptIsThrown() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                for (lua, says) in [
                    ("return redis.error_reply('MINE no')", "MINE no"), ("not lua", "compiling script"),
                ] {
                    let error = await redisError {
                        try await client.evaluate(Self.script(lua), keys: [], arguments: [])
                    }
                    guard case .server(let answer) = error else {
                        Issue.record("got \(String(describing: error))")
                        return
                    }
                    #expect(answer.message.contains(says))
                }
            }
        }
    }

    @Test func aScriptThatCouldNotBeLoadedWasSurelyNotRun() async throws {
        try await FakeServer.run(FakeServer.afterHandshake { _ in .close }) { endpoint in
            try await withClient(endpoint) { client in
                let error = await redisError {
                    try await client.evaluate(Self.script("return 1"), keys: [], arguments: [])
                }
                #expect(
                    error
                        == .unavailable("the script 'test' could not be loaded: Redis closed the connection")
                )
            }
        }
    }
}
