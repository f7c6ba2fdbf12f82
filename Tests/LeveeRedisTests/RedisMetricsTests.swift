// What a client counts of its connections and commands.

import CoreMetrics
import LeveeMetrics
import LeveeTestSupport
import Testing

@testable import LeveeRedis

@Suite(.timeLimit(.minutes(1)))
struct RedisMetricsTests {
    private let registry = MetricRegistry()

    private func value(_ series: String) -> Double? {
        registry.text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    private func failures(_ reason: String) -> Double? {
        value(#"levee_redis_command_failures_total{reason="\#(reason)"}"#)
    }

    @Test("commands are counted with what goes wrong, and connections while they are there")
    func counts() async throws {
        try await withMetricsFactory(registry) {
            try await RedisServerProcess.run { server in
                try await withClient(server.unix) { client in
                    try await client.waitUntilConnected(timeout: .seconds(10))
                    _ = try await client.send(["PING"])
                    _ = try? await client.send(["NONSENSE"])
                    #expect(value("levee_redis_commands_total") == 2)
                    #expect(value("levee_redis_round_trip_duration_seconds_count") == 2)
                    #expect(failures("refused") == 1)
                    #expect(try #require(value(#"levee_redis_connections{role="command"}"#)) >= 1)
                    server.stop()
                    try await eventually("no connection is left") {
                        value(#"levee_redis_connections{role="command"}"#) == 0
                    }
                    // The first may be told that its connection broke.
                    try await eventually("it fails") {
                        _ = try? await client.send(["PING"])
                        return failures("unavailable") ?? 0 >= 1
                    }
                }
            }
        }
    }
}
