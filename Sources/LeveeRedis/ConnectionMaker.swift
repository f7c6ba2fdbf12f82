// Puts a connection together from the configuration and the role it has.

internal import Logging
internal import NIOCore

struct ConnectionMaker: Sendable {
    let configuration: RedisConfiguration
    let logger: Logger

    /// A pipelined connection that tells `readiness` whether it can be used.
    func make(role: String, on eventLoop: any EventLoop, readiness: Readiness? = nil) -> RedisConnection {
        let policy = ConnectionState.Policy(
            backoff: configuration.backoff,
            overdueGrace: TimeAmount(configuration.commandTimeout)
        )
        return make(role: role, on: eventLoop, policy: policy, asksForClientID: false, readiness: readiness)
    }

    /// A connection for one blocking command at a time. It waits for Redis where the others fail at once, and when an
    /// answer is overdue it is closed at once, so that Redis does not hand an element to nobody.
    func makeBlocking(on eventLoop: any EventLoop) -> RedisConnection {
        let policy = ConnectionState.Policy(backoff: configuration.backoff, overdueGrace: .zero, failsFast: false)
        return make(role: "blocking", on: eventLoop, policy: policy, asksForClientID: true, readiness: nil)
    }

    private func make(
        role: String,
        on eventLoop: any EventLoop,
        policy: ConnectionState.Policy,
        asksForClientID: Bool,
        readiness: Readiness?
    ) -> RedisConnection {
        let dialer = Dialer(endpoint: configuration.endpoint, connectTimeout: TimeAmount(configuration.connectTimeout))
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
                connectTimeout: TimeAmount(configuration.connectTimeout),
                maximumReplyBytes: configuration.maximumReplyBytes,
                dial: { dialer.dial(on: $0) },
                logger: logger,
                report: { readiness?.note($0) }
            )
        )
    }
}
