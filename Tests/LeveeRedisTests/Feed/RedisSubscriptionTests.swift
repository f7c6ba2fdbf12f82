// The feed on a real Redis: messages, and what happens when the connection dies in silence or with a bang.

import Foundation
import LeveeTestSupport
import Testing

@testable import LeveeRedis

@Suite struct RedisSubscriptionTests {
    private func withFeed(
        _ server: RedisServerProcess,
        pingInterval: Duration = .seconds(1),
        body: @Sendable (RedisClient, Collector<RedisSubscription.Event>) async throws -> Void
    ) async throws {
        var configuration = RedisConfiguration(endpoint: server.unix, clientName: "test")
        configuration.pingInterval = pingInterval
        let feed = RedisSubscription(configuration: configuration, channels: ["a", "b"], logger: quietLogger())
        let events = Collector<RedisSubscription.Event>()
        try await withClient(server.unix, adjust: { $0.shutdownGrace = .milliseconds(500) }) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await feed.run { events.add($0) } }
                try await eventually("it is subscribed") { events.all.contains(.subscribed) }
                try await body(client, events)
                group.cancelAll()
            }
        }
    }

    private func count(_ events: Collector<RedisSubscription.Event>) -> Int {
        events.all.count { $0 == .subscribed }
    }

    @Test func messagesComeInOrder() async throws {
        try await RedisServerProcess.run { server in
            try await withFeed(server) { client, events in
                for number in 0..<500 {
                    _ = try await client.send(RedisCommand("PUBLISH", number % 2 == 0 ? "a" : "b", number))
                }
                try await eventually("all are there") { events.all.count == 501 }
                let expected = (0..<500).map {
                    RedisSubscription.Event.message(channel: $0 % 2 == 0 ? "a" : "b", payload: Array("\($0)".utf8))
                }
                #expect(events.all == [.subscribed] + expected)
                #expect(try await client.send(["CLIENT", "LIST"]).string?.contains("name=test:feed") == true)
            }
        }
    }

    @Test func livesThroughManyPings() async throws {
        try await RedisServerProcess.run { server in
            try await withFeed(server) { client, events in
                // Four are those of the handshakes.
                try await eventually("three pings") {
                    let stats = try await client.send(["INFO", "commandstats"]).string ?? ""
                    let ping = stats.split(separator: "cmdstat_ping:calls=").dropFirst().first ?? ""
                    return (Int(ping.prefix { $0.isNumber }) ?? 0) >= 7
                }
                #expect(events.all == [.subscribed])
            }
        }
    }

    @Test func subscribesAgainAfterAKill() async throws {
        try await RedisServerProcess.run { server in
            try await withFeed(server) { client, events in
                for round in 1...3 {
                    _ = try await client.send(["CLIENT", "KILL", "TYPE", "pubsub"])
                    try await eventually("it is subscribed again") { self.count(events) == round + 1 }
                }
                _ = try await client.send(["PUBLISH", "a", "x"])
                try await eventually("the message is there") {
                    events.all.last == .message(channel: "a", payload: [120])
                }
                let losses = events.all.count { if case .disconnected = $0 { true } else { false } }
                #expect(losses >= 3)
            }
        }
    }

    @Test func noticesAConnectionThatDiedInSilence() async throws {
        try await RedisServerProcess.run { server in
            try await withFeed(server, pingInterval: .milliseconds(500)) { client, events in
                server.signal(SIGSTOP)
                try await eventually("silence is noticed") {
                    events.all.contains(.disconnected("Redis does not answer"))
                }
                server.signal(SIGCONT)
                try await eventually("it is subscribed again") { self.count(events) >= 2 }
            }
        }
    }

    @Test func comesBackWhenRedisDoes() async throws {
        try await RedisServerProcess.run { server in
            try await withFeed(server) { client, events in
                server.stop()
                try await eventually("the loss is told") { events.all.count > 2 }
                try await server.start()
                try await eventually("it is subscribed again") { self.count(events) >= 2 }
            }
        }
    }
}
