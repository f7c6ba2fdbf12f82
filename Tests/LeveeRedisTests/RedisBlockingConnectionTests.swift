// Blocking pops: elements, timeouts, calling off without loss.

import Foundation
import LeveeTestSupport
import Testing

@testable import LeveeRedis

@Suite struct RedisBlockingConnectionTests {
    private func withPopper(
        _ server: RedisServerProcess,
        body: @Sendable (RedisClient, RedisBlockingConnection) async throws -> Void
    ) async throws {
        try await withClient(server.unix) { client in
            let popper = RedisBlockingConnection(client: client)
            do {
                try await body(client, popper)
                await popper.close()
            } catch {
                await popper.close()
                throw error
            }
        }
    }

    private func isBlocked(_ client: RedisClient) async throws -> Bool {
        try await client.send(["INFO", "clients"]).string?.contains("blocked_clients:1") == true
    }

    @Test func deliversWhatIsThereAndWhatComes() async throws {
        try await RedisServerProcess.run { server in
            try await withPopper(server) { client, popper in
                _ = try await client.send(["LPUSH", "b", "first"])
                var element = try await popper.pop(from: ["a", "b"], timeout: .seconds(10))
                #expect(element?.key == "b" && element?.value == Array("first".utf8))
                async let next = popper.pop(from: ["a", "b"], timeout: .seconds(10))
                try await eventually("the pop blocks") { try await self.isBlocked(client) }
                _ = try await client.send(["LPUSH", "a", "second"])
                element = try await next
                #expect(element?.key == "a" && element?.value == Array("second".utf8))
                #expect(try await client.send(["CLIENT", "LIST"]).string?.contains("name=test:blocking") == true)
            }
        }
    }

    @Test func timesOut() async throws {
        try await RedisServerProcess.run { server in
            try await withPopper(server) { client, popper in
                for timeout in [Duration.milliseconds(20), .zero] {
                    let element = try await popper.pop(from: ["a"], timeout: timeout)
                    #expect(element == nil)
                }
            }
        }
    }

    @Test func unblockLosesNothing() async throws {
        try await RedisServerProcess.run { server in
            try await withPopper(server) { client, popper in
                for round in 0..<50 {
                    async let popped = popper.pop(from: ["a"], timeout: .seconds(60))
                    try await eventually("the pop blocks") { try await self.isBlocked(client) }
                    async let pushed = client.send(RedisCommand("LPUSH", "a", round))
                    popper.unblock()
                    let element = try await popped
                    _ = try await pushed
                    let left = try await client.send(["RPOP", "a"])
                    #expect((element == nil) == !left.isNull, "round \(round)")
                }
            }
        }
    }

    @Test func cancellationCallsThePopOffAndLosesNothing() async throws {
        try await RedisServerProcess.run { server in
            try await withPopper(server) { client, popper in
                for round in 0..<50 {
                    let element = try await withThrowingTaskGroup { group in
                        group.addTask { try await popper.pop(from: ["a"], timeout: .seconds(60))?.value }
                        try await eventually("the pop blocks") { try await self.isBlocked(client) }
                        async let pushed = client.send(RedisCommand("LPUSH", "a", round))
                        group.cancelAll()
                        let element = try await group.next() ?? nil
                        _ = try await pushed
                        return element
                    }
                    let left = try await client.send(["RPOP", "a"])
                    #expect((element == nil) == !left.isNull, "round \(round)")
                }
            }
        }
    }

    @Test func aTaskCanceledBeforehandSendsNothing() async throws {
        try await RedisServerProcess.run { server in
            try await withPopper(server) { client, popper in
                _ = try await client.send(["LPUSH", "a", "1"])
                let error = await withTaskGroup(of: RedisError?.self) { group in
                    group.cancelAll()
                    group.addTask {
                        await redisError {
                            try await popper.pop(from: ["a"], timeout: .seconds(60))
                        }
                    }
                    return await group.next() ?? nil
                }
                #expect(error == .canceled)
                #expect(try await client.send(["LLEN", "a"]).int == 1)
            }
        }
    }

    @Test func comesBackAfterBreaks() async throws {
        try await RedisServerProcess.run { server in
            try await withPopper(server) { client, popper in
                async let broken = redisError {
                    try await popper.pop(from: ["a"], timeout: .seconds(60))
                }
                try await eventually("the pop blocks") { try await self.isBlocked(client) }
                server.stop()
                #expect(await broken == .unknownOutcome("Redis closed the connection"))
                async let waiting = popper.pop(from: ["a"], timeout: .seconds(60))
                try await server.start()
                try await eventually("the element is pushed") {
                    await redisError { try await client.send(["LPUSH", "a", "x"]) } == nil
                }
                #expect(try await waiting?.value == Array("x".utf8))
            }
        }
    }

    @Test func aHangingRedisCostsThePopItsOwnDeadline() async throws {
        try await RedisServerProcess.run { server in
            try await withPopper(server) { client, popper in
                var element = try await popper.pop(from: ["a"], timeout: .milliseconds(1))
                #expect(element == nil)
                server.signal(SIGSTOP)
                let error = await redisError {
                    try await popper.pop(from: ["a"], timeout: .milliseconds(1))
                }
                #expect(error == .unknownOutcome("no answer within the deadline"))
                server.signal(SIGCONT)
                element = try await popper.pop(from: ["a"], timeout: .milliseconds(1))
                #expect(element == nil)
            }
        }
    }

    @Test func closeLetsThePopReturn() async throws {
        try await RedisServerProcess.run { server in
            try await withPopper(server) { client, popper in
                async let popped = popper.pop(from: ["a"], timeout: .seconds(60))
                try await eventually("the pop blocks") { try await self.isBlocked(client) }
                await popper.close()
                #expect(try await popped == nil)
                let error = await redisError {
                    try await popper.pop(from: ["a"], timeout: .seconds(60))
                }
                #expect(error == .closed)
            }
        }
    }
}
