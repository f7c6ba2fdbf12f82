// The client: pipelined connections, one per event loop for commands and one for large values.

public import Logging
private import NIOConcurrencyHelpers
public import NIOCore
public import NIOPosix

/// An asynchronous Redis client.
///
/// ``run()`` owns the connections and must be running for commands to be answered. Commands of many tasks share the
/// connection of an event loop: they are pipelined, and all that arrive within one loop turn go out with one flush.
/// Connections come back by themselves; while there is none and the last attempt failed, commands fail at once.
public final class RedisClient: Sendable {
    /// How this client behaves.
    public let configuration: RedisConfiguration
    let eventLoopGroup: any EventLoopGroup
    let logger: Logger
    private let commandConnections: [RedisConnection]
    private let largeConnection: RedisConnection
    private let readiness = Readiness()
    let metrics = RedisMetrics()
    private let lifetime = Lifetime()
    private let turn = NIOLockedValueBox(0)

    /// A client that connects when ``run()`` is called.
    public init(
        configuration: RedisConfiguration,
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) {
        var logger = logger
        logger[metadataKey: "redis"] = "\(configuration.endpoint)"
        self.configuration = configuration
        self.eventLoopGroup = eventLoopGroup
        self.logger = logger
        let maker = ConnectionMaker(configuration: configuration, metrics: metrics, logger: logger)
        commandConnections = eventLoopGroup.makeIterator().map { [readiness] eventLoop in
            maker.makeCommand(on: eventLoop, readiness: readiness)
        }
        largeConnection = maker.makeLarge(on: eventLoopGroup.next())
    }

    // MARK: Life

    /// Keeps the connections up until ``shutdown()`` is called or the task is canceled, and closes them.
    public func run() async {
        for connection in commandConnections + [largeConnection] { connection.start() }
        await lifetime.waitForEnd()
        await shutdown()
    }

    /// Refuses new commands, lets those on their way finish within the grace, and closes the connections.
    ///
    /// Close a ``RedisBlockingConnection`` first: it needs this client to be called off.
    public func shutdown() async {
        lifetime.end()
        readiness.close()
        await withDiscardingTaskGroup { group in
            for connection in commandConnections + [largeConnection] {
                group.addTask { await connection.shutDown(grace: self.configuration.shutdownGrace) }
            }
        }
    }

    /// Whether at least one connection for commands can be used.
    public var isConnected: Bool { readiness.isReady }

    /// Waits for the first connection for commands.
    ///
    /// Throws ``RedisError/unavailable(_:)`` with the last reason when there is none after `timeout`,
    /// ``RedisError/closed`` after the shutdown, and ``RedisError/canceled`` when the task is canceled.
    public func waitUntilConnected(timeout: Duration) async throws(RedisError) {
        try await readiness.wait(timeout: timeout, on: eventLoopGroup.next())
    }

    // MARK: Commands

    /// Sends a command and waits for its reply; an error that Redis answers is thrown as ``RedisError/server(_:)``.
    ///
    /// The command goes to the connection of the current event loop, or else to the next one. `timeout` counts from
    /// the call and is the configured one by default.
    public func send(_ command: RedisCommand, timeout: Duration? = nil) async throws(RedisError) -> RESPValue {
        try await single(command, timeout: timeout, over: commandConnection())
    }

    /// Sends a command over the connection for large values, so that small ones do not wait behind it.
    public func sendLarge(_ command: RedisCommand, timeout: Duration? = nil) async throws(RedisError) -> RESPValue {
        try await single(command, timeout: timeout, over: largeConnection)
    }

    /// Sends commands back to back over one connection; the results are in their order, one for each.
    ///
    /// This saves round trips; it is no transaction: other commands may run in between, and each may fail on its own.
    public func send(
        pipeline commands: [RedisCommand],
        timeout: Duration? = nil
    ) async -> [Result<RESPValue, RedisError>] {
        commands.isEmpty ? [] : await exchange(commands, timeout: timeout, over: commandConnection())
    }

    private func single(
        _ command: RedisCommand,
        timeout: Duration?,
        over connection: RedisConnection
    ) async throws(RedisError) -> RESPValue {
        guard let reply = await exchange([command], timeout: timeout, over: connection).first else {
            throw .protocolViolation("no reply")
        }
        return try reply.get()
    }

    private func exchange(
        _ commands: [RedisCommand],
        timeout: Duration?,
        over connection: RedisConnection
    ) async -> PendingReply.Replies {
        if lifetime.isOver { return commands.map { _ in .failure(.closed) } }
        let begun = ContinuousClock.now
        let replies = await connection.exchange(commands, timeout: timeout ?? configuration.commandTimeout)
        metrics.exchanged(replies, took: .now - begun)
        return replies
    }

    /// Sends a command that nobody waits for, also while the client is being shut down.
    func post(_ command: RedisCommand, completion: @escaping @Sendable (PendingReply.Replies) -> Void) {
        commandConnection().post([command], timeout: configuration.commandTimeout, completion: completion)
    }

    private func commandConnection() -> RedisConnection {
        if let own = commandConnections.first(where: { $0.eventLoop.inEventLoop }) { return own }
        let turn = turn.withLockedValue { turn in
            turn &+= 1
            return turn
        }
        return commandConnections[Int(UInt(bitPattern: turn) % UInt(commandConnections.count))]
    }
}
