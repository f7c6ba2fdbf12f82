// The client when Redis dies, hangs, hangs up, or is not Redis.

import Foundation
import LeveeTestSupport
import NIOCore
import NIOPosix
import Testing

@testable import LeveeRedis

@Suite struct RedisClientFaultsTests {
    private func code(_ error: RedisError?) -> String {
        switch error {
        case .server: "server"
        case .unavailable: "unavailable"
        case .unknownOutcome: "unknownOutcome"
        case .protocolViolation: "protocolViolation"
        case .closed: "closed"
        case .canceled: "canceled"
        case nil: "none"
        }
    }

    private func ping(_ client: RedisClient, timeout: Duration? = nil) async -> String {
        code(await redisError { try await client.send(["PING"], timeout: timeout) })
    }

    @Test func failsFastWhileRedisIsDeadAndResumes() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix, adjust: { $0.backoff.cap = .milliseconds(200) }) { client in
                try await client.waitUntilConnected(timeout: .seconds(10))
                server.stop()
                // With a timeout this long only a fast failure ends the wait.
                try await eventually("it fails fast") {
                    await self.ping(client, timeout: .seconds(600)) == "unavailable"
                }
                try await eventually("no connection is left") { !client.isConnected }
                try await server.start()
                try await eventually("it resumes") { await self.ping(client) == "none" }
                #expect(client.isConnected)
            }
        }
    }

    @Test func aHangingRedisCostsTheDeadlineAndAReconnect() async throws {
        try await RedisServerProcess.run(listensOnTCP: true) { server in
            let adjust = { @Sendable (configuration: inout RedisConfiguration) in
                configuration.commandTimeout = .milliseconds(200)
                configuration.connectTimeout = .milliseconds(200)
            }
            let group = MultiThreadedEventLoopGroup.singleton.next()
            try await withClient(server.tcp, adjust: adjust, group: group) { client in
                try await client.waitUntilConnected(timeout: .seconds(10))
                #expect(await self.ping(client) == "none")
                server.signal(SIGSTOP)
                #expect(await self.ping(client, timeout: .milliseconds(200)) == "unknownOutcome")
                try await eventually("the connection counts as dead") {
                    await self.ping(client, timeout: .milliseconds(200)) == "unavailable"
                }
                server.signal(SIGCONT)
                try await eventually("it resumes") { await self.ping(client) == "none" }
            }
        }
    }

    @Test func aKilledConnectionComesBackAtOnce() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                for _ in 0..<5 {
                    try await client.waitUntilConnected(timeout: .seconds(10))
                    _ = await client.send(pipeline: [["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"]])
                    // The command that meets the break has an unknown outcome; then it works again.
                    try await eventually("it works again") { await self.ping(client) == "none" }
                }
            }
        }
    }

    @Test func commandsOnTheirWayHaveAnUnknownOutcomeWhenRedisHangsUp() async throws {
        let script = FakeServer.afterHandshake { command in
            command.array?.last?.string == "last" ? .close : .silence
        }
        try await FakeServer.run(script) { endpoint in
            try await withClient(endpoint) { client in
                let results = await client.send(pipeline: [["GET", "a"], ["GET", "b"], ["GET", "last"]])
                let hungUp = RedisError.unknownOutcome("Redis closed the connection")
                #expect(results == Array(repeating: .failure(hungUp), count: 3))
                #expect(await self.ping(client) == "none")
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "%1\r\n+a\r\n+b\r\n", "_\r\n", "*2147483647\r\n", "$-5\r\n",
        "$99999999999999999999\r\n", "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", "$1\r\nabc\r\n",
    ])
    func anAnswerThatIsNoneEndsTheConnectionAndTheNextOneWorks(answer: String) async throws {
        let script = FakeServer.afterHandshake { _ in .bytes(answer) }
        try await FakeServer.run(script) { endpoint in
            try await withClient(endpoint) { client in
                let error = await redisError { try await client.send(["GET", "a"]) }
                #expect(self.code(error) == "unknownOutcome" && "\(error as Any)".contains("protocol violation"))
                try await eventually("the next connection works") { await self.ping(client) == "none" }
            }
        }
    }

    @Test func anEndlessLineEndsTheConnection() async throws {
        let script = FakeServer.afterHandshake { _ in .bytes("+" + String(repeating: "x", count: 300_000)) }
        try await FakeServer.run(script) { endpoint in
            try await withClient(endpoint, adjust: { $0.maximumReplyBytes = 200_000 }) { client in
                let error = await redisError { try await client.send(["GET", "a"]) }
                #expect(self.code(error) == "unknownOutcome" && "\(error as Any)".contains("200000 bytes"))
            }
        }
    }

    @Test func twoRepliesToOneCommandEndTheConnection() async throws {
        let script = FakeServer.afterHandshake { _ in .bytes("+one\r\n+two\r\n") }
        try await FakeServer.run(script) { endpoint in
            try await withClient(endpoint) { client in
                let first = try await client.sendLarge(["GET", "a"])
                #expect(first.string == "one")
                let next = await redisError { try await client.sendLarge(["PING"]) }
                #expect(next == nil || self.code(next) == "unknownOutcome")
            }
        }
    }

    @Test func aServerThatIsNoRedisIsNamedAsTheReason() async throws {
        try await FakeServer.run { _ in
            .bytes("HTTP/1.1 400 Bad Request\r\n\r\n")
        } body: { endpoint in
            try await withClient(endpoint) { client in
                try await eventually("the reason is known") {
                    let error = await redisError { try await client.send(["PING"]) }
                    return "\(error as Any)".contains("protocol violation")
                }
            }
        }
    }

    @Test func aRedisThatIsLoadingIsTriedAgain() async throws {
        let answers = Collector<Void>()
        let script: FakeServer.Script = { command in
            switch command.array?.first?.string {
            case "PING":
                answers.add(())
                return .bytes(answers.all.count < 10 ? "-LOADING Redis is loading the dataset\r\n" : "+PONG\r\n")
            default: return .bytes("+OK\r\n")
            }
        }
        try await FakeServer.run(script) { endpoint in
            try await withClient(endpoint, adjust: { $0.backoff.cap = .milliseconds(50) }) { client in
                try await client.waitUntilConnected(timeout: .seconds(10))
                #expect(answers.all.count >= 10)
            }
        }
    }
}
