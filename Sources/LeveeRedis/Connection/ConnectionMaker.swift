// Puts a connection together from the configuration and the role it has.

internal import Logging
internal import NIOCore

struct ConnectionMaker: Sendable {
    let configuration: RedisConfiguration
    let metrics: RedisMetrics
    let logger: Logger

    /// A pipelined connection for commands, which tells `readiness` whether it can be used.
    func makeCommand(on eventLoop: any EventLoop, readiness: Readiness) -> RedisConnection {
        make(role: "command", on: eventLoop, policy: pipelined, report: readiness.note)
    }

    /// A pipelined connection for large values.
    func makeLarge(on eventLoop: any EventLoop) -> RedisConnection {
        make(role: "large", on: eventLoop, policy: pipelined, maximumReadSize: 1 << 20)
    }

    private var pipelined: ConnectionState.Policy {
        ConnectionState.Policy(
            backoff: configuration.backoff,
            overdueGrace: TimeAmount(configuration.commandTimeout)
        )
    }

    /// A connection for one blocking command at a time. It waits for Redis where the others fail at once, and when an
    /// answer is overdue it is closed at once, so that Redis does not hand an element to nobody.
    func makeBlocking(on eventLoop: any EventLoop) -> RedisConnection {
        let policy = ConnectionState.Policy(backoff: configuration.backoff, overdueGrace: .zero, failsFast: false)
        return make(role: "blocking", on: eventLoop, policy: policy, asksForClientID: true)
    }

    private func make(
        role: String,
        on eventLoop: any EventLoop,
        policy: ConnectionState.Policy,
        asksForClientID: Bool = false,
        maximumReadSize: Int = 64 << 10,
        report: @escaping @Sendable (ConnectionDriver.Status) -> Void = { _ in }
    ) -> RedisConnection {
        let connectTimeout = TimeAmount(configuration.connectTimeout)
        let dialer = Dialer(
            endpoint: configuration.endpoint,
            connectTimeout: connectTimeout,
            maximumReadSize: maximumReadSize
        )
        var logger = logger
        logger[metadataKey: "connection"] = "\(role)"
        let handshake = Handshake(
            endpoint: configuration.endpoint,
            name: "\(configuration.clientName):\(role)",
            asksForClientID: asksForClientID
        )
        return RedisConnection(
            eventLoop: eventLoop,
            state: ConnectionState(handshake: handshake, policy: policy),
            settings: ConnectionDriver.Settings(
                connectTimeout: connectTimeout,
                maximumReplyBytes: configuration.maximumReplyBytes,
                dial: { dialer.dial(on: $0) },
                logger: logger,
                report: { [connections = metrics.connections(of: role)] status in
                    connections.note(status)
                    report(status)
                }
            )
        )
    }
}
