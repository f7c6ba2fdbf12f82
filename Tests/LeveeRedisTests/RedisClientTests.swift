// The client on a real Redis: login, commands, pipelines, large values, many tasks.

import LeveeTestSupport
import NIOCore
import NIOPosix
import Testing

@testable import LeveeRedis

@Suite struct RedisClientTests {
    @Test func speaksOverUnixSocketAndTCP() async throws {
        try await RedisServerProcess.run(listensOnTCP: true) { server in
            for endpoint in [server.unix, server.tcp] {
                try await withClient(endpoint) { client in
                    try await client.waitUntilConnected(timeout: .seconds(10))
                    #expect(client.isConnected)
                    let value: [UInt8] = [0, 13, 10, 255]
                    #expect(try await client.send(RedisCommand("SET", "k", value)) == .simple("OK"))
                    #expect(try await client.send(["GET", "k"]).bytes == value)
                    #expect(try await client.send(["GET", "absent"]).isNull)
                }
            }
        }
    }

    @Test func aServerErrorIsThrown() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                _ = try await client.send(["SET", "k", "text"])
                let error = await redisError { try await client.send(["INCR", "k"]) }
                let line = "ERR value is not an integer or out of range"
                #expect(error == .server(RedisServerError(line)))
            }
        }
    }

    @Test func aPipelineHasOneResultForEachCommandInOrder() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                let results = await client.send(pipeline: [["SET", "k", "x"], ["INCR", "k"], ["GET", "k"]])
                #expect(results.count == 3)
                #expect(results.first == .success(.simple("OK")))
                #expect(results.last == .success(.bulk([120])))
                let notAnInteger = RedisServerError("ERR value is not an integer or out of range")
                #expect(results.dropFirst().first == .failure(.server(notAnInteger)))
                #expect(await client.send(pipeline: []).isEmpty)
            }
        }
    }

    @Test func logsInSelectsAndNamesItsConnections() async throws {
        try await RedisServerProcess.run(["--requirepass", "s3cret"]) { server in
            var endpoint = server.unix
            endpoint.password = "s3cret"
            endpoint.database = 3
            try await withClient(endpoint) { client in
                _ = try await client.send(["SET", "k", "v"])
                _ = try await client.sendLarge(["PING"])
                let list = try await client.send(["CLIENT", "LIST"]).string ?? ""
                #expect(list.contains("name=test:command") && list.contains("name=test:large"))
                #expect(list.contains("db=3"))
                _ = try await client.send(["SELECT", "3"])
                #expect(try await client.send(["DBSIZE"]).int == 1)
            }
        }
    }

    @Test(arguments: [
        (nil, 0, "put it into its URL"), ("wrong", 0, "does not accept the user or password"),
        ("s3cret", 99, "does not give access to database 99"),
    ])
    func saysWhyItCannotLogIn(password: String?, database: Int, says: String) async throws {
        try await RedisServerProcess.run(["--requirepass", "s3cret"], listensOnTCP: true) { server in
            var endpoint = server.tcp
            endpoint.password = password
            endpoint.database = database
            try await withClient(endpoint) { client in
                try await expectUnavailable(client, says: says)
                guard case .unavailable = await redisError({ try await client.send(["PING"]) }) else {
                    Issue.record("a command was sent")
                    return
                }
            }
        }
    }

    /// The first wait may end before the first attempt has failed; then it says no more than that.
    private func expectUnavailable(_ client: RedisClient, says: String) async throws {
        try await eventually("it says: \(says)") {
            let error = await redisError { try await client.waitUntilConnected(timeout: .milliseconds(50)) }
            guard case .unavailable(let reason) = error else { return false }
            return reason.contains(says)
        }
    }

    @Test func saysThatNobodyListens() async throws {
        let endpoint = RedisEndpoint(address: .unix(path: "/tmp/levee-no-such-socket"))
        try await withClient(endpoint) { client in
            try await expectUnavailable(client, says: "there is no such socket")
            #expect(!client.isConnected)
        }
    }

    @Test func manyTasksShareTheConnectionsAndEachGetsItsOwnReply() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                let sums = try await withThrowingTaskGroup(of: [Int].self) { group in
                    for _ in 0..<500 {
                        group.addTask {
                            var seen: [Int] = []
                            for _ in 0..<200 { seen.append(try await client.send(["INCR", "n"]).int ?? 0) }
                            return seen
                        }
                    }
                    return try await group.reduce(into: [Int]()) { $0 += $1 }
                }
                #expect(Set(sums) == Set(1...100_000))
                #expect(try await client.send(["GET", "n"]).int == 100_000)
            }
        }
    }

    @Test func aLargeValueGoesOverItsOwnConnection() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix) { client in
                var value = [UInt8](repeating: 13, count: 20 << 20)
                for index in stride(from: 0, to: value.count, by: 4_099) { value[index] = UInt8(index % 251) }
                _ = try await client.sendLarge(RedisCommand("SET", "large", value))
                let back = try await client.sendLarge(["GET", "large"]).bytes
                #expect(back == value)
            }
        }
    }

    @Test func aReplyAboveTheLimitIsRefusedAndTheClientGoesOn() async throws {
        try await RedisServerProcess.run { server in
            try await withClient(server.unix, adjust: { $0.maximumReplyBytes = 1 << 20 }) { client in
                _ = try await client.sendLarge(RedisCommand("SETRANGE", "large", 3 << 20, "x"))
                let error = await redisError {
                    try await client.sendLarge(["GET", "large"])
                }
                guard case .unknownOutcome(let reason) = error else {
                    Issue.record("got \(String(describing: error))")
                    return
                }
                #expect(reason.contains("1048576 bytes"))
                #expect(try await client.sendLarge(["PING"]) == .simple("PONG"))
            }
        }
    }

    @Test func aCanceledCallerReturnsAndTheOthersGetTheirOwnReplies() async throws {
        let arrived = Collector<Void>()
        let script = FakeServer.afterHandshake { command in
            if command.array?.first?.string == "ECHO" { return .bytes(":1\r\n$4\r\nmine\r\n") }
            arrived.add(())
            return .silence
        }
        try await FakeServer.run(script) { endpoint in
            try await withClient(endpoint, group: MultiThreadedEventLoopGroup.singleton.next()) { client in
                let outcome = try await withThrowingTaskGroup(of: RedisError?.self) { group in
                    group.addTask { await redisError { try await client.send(["INCR", "n"]) } }
                    try await eventually("the command is on its way") { !arrived.all.isEmpty }
                    group.cancelAll()
                    return try await group.next() ?? nil
                }
                #expect(outcome == .canceled)
                #expect(try await client.send(["ECHO", "mine"]).string == "mine")
            }
        }
    }

    @Test func afterTheShutdownEverythingIsRefused() async throws {
        try await RedisServerProcess.run { server in
            let client = RedisClient(configuration: RedisConfiguration(endpoint: server.unix), logger: quietLogger())
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await client.run() }
                #expect(await redisError { try await client.send(["PING"]) } == nil)
                group.cancelAll()
            }
            #expect(!client.isConnected)
            #expect(await redisError { try await client.send(["PING"]) } == .closed)
            let wait = await redisError {
                try await client.waitUntilConnected(timeout: .seconds(10))
            }
            #expect(wait == .closed)
        }
    }
}
