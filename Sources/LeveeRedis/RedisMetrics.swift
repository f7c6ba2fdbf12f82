// What a client counts of its connections and commands.

import CoreMetrics
import LeveeMetrics

/// The metrics of one client.
struct RedisMetrics: Sendable {
    private static let connections = MetricFamily(
        "levee_redis_connections",
        "Connections to Redis that can be used, by what they are for."
    )
    private static let commands = MetricFamily("levee_redis_commands_total", "Commands that were sent to Redis.")
    private static let failures = MetricFamily(
        "levee_redis_command_failures_total",
        "Commands without a reply that is of use: not sent, sent with an unknown outcome, refused, or not understood."
    )
    private static let duration = MetricFamily(
        "levee_redis_round_trip_duration_seconds",
        "How long replies of Redis took, from the call on."
    )

    private let commands = Self.commands.counter()
    private let unavailable = Self.failures.counter(["reason": "unavailable"])
    private let unknown = Self.failures.counter(["reason": "unknown-outcome"])
    private let refused = Self.failures.counter(["reason": "refused"])
    private let misunderstood = Self.failures.counter(["reason": "protocol"])
    private let duration = Self.duration.timer()
    private let factory = MetricsSystem.factory

    /// Those that can be used of one role.
    struct Connections: Sendable {
        fileprivate let meter: Meter

        /// Counts a connection that comes or goes.
        func note(_ status: ConnectionDriver.Status) {
            switch status {
            case .up: meter.increment()
            case .down(let wasUp, _): if wasUp { meter.decrement() }
            }
        }
    }

    /// What is counted of the connections of a role.
    func connections(of role: String) -> Connections {
        Connections(meter: Self.connections.meter(["role": role], on: factory))
    }

    /// Counts commands that were sent back to back, by what came of them.
    func exchanged(_ replies: PendingReply.Replies, took duration: Duration) {
        self.duration.record(duration)
        commands.increment(by: replies.count)
        for case .failure(let error) in replies { failed(error) }
    }

    private func failed(_ error: RedisError) {
        switch error {
        // A script that has to be loaded first is no failure.
        case .server(let answer): if answer.code != "NOSCRIPT" { refused.increment() }
        case .unavailable: unavailable.increment()
        case .unknownOutcome: unknown.increment()
        case .protocolViolation: misunderstood.increment()
        case .closed, .canceled: break
        }
    }
}
