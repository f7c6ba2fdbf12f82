// Blocking pops, on a connection of their own.

private import NIOConcurrencyHelpers
private import NIOCore

/// A connection for `BRPOP`, one pop at a time.
///
/// It connects at the first pop and comes back by itself. While Redis is away a pop waits for it, at most until its
/// own deadline, so that a loop round ``pop(from:timeout:)`` does not spin.
public final class RedisBlockingConnection: Sendable {
    private let client: RedisClient
    private let connection: RedisConnection
    private let underWay = NIOLockedValueBox<PendingReply?>(nil)

    /// A connection to the Redis of `client`, over whose connections a pop is called off.
    public init(client: RedisClient) {
        self.client = client
        let maker = ConnectionMaker(
            configuration: client.configuration,
            metrics: client.metrics,
            logger: client.logger
        )
        connection = maker.makeBlocking(on: client.eventLoopGroup.next())
    }

    /// Takes the last element of the first list that has one, and waits for one at most `timeout`, rounded to
    /// milliseconds and at least one; `nil` when none came or the pop was called off.
    ///
    /// Cancellation of the task calls the pop off as ``unblock()`` does, and the pop then returns what Redis
    /// answered: an element that was already taken is returned, not lost. ``RedisError/canceled`` is thrown only when
    /// the task was canceled before the call. An answer that is two seconds late is ``RedisError/unknownOutcome(_:)``: then, as when
    /// the connection breaks, an element may have been taken and be lost.
    public func pop(
        from keys: [String],
        timeout: Duration
    ) async throws(RedisError) -> (key: String, value: [UInt8])? {
        if Task.isCancelled { throw .canceled }
        connection.start()
        let canceler = Canceler()
        let replies = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let reply = connection.post(
                    [Self.command(keys, timeout)],
                    timeout: timeout + .seconds(2),
                    completion: { continuation.resume(returning: $0) }
                )
                underWay.withLockedValue { $0 = reply }
                canceler.arm { self.callOff(reply) }
            }
        } onCancel: {
            canceler.cancel()
        }
        underWay.withLockedValue { $0 = nil }
        // Called off before it was sent.
        guard let reply = replies.first, reply != .failure(.canceled) else { return nil }
        return try Self.element(try reply.get())
    }

    /// Calls off the pop that is under way with `CLIENT UNBLOCK`; it returns soon, with an element if it has one.
    ///
    /// A pop that begins afterwards is not affected.
    public func unblock() {
        if let reply = underWay.withLockedValue({ $0 }) { callOff(reply) }
    }

    /// Calls off the pop that is under way, lets it return, and closes the connection; later pops throw
    /// ``RedisError/closed``.
    public func close() async {
        unblock()
        await connection.shutDown(grace: client.configuration.shutdownGrace)
    }

    /// Redis may see the `CLIENT UNBLOCK` before the pop, as they come over two connections: so it is sent until the
    /// pop has its answer. One that comes too late finds nobody blocked.
    private func callOff(_ reply: PendingReply) {
        let connection = connection
        connection.eventLoop.execute {
            if reply.isSettled { return }
            if connection.withdraw(reply) { return reply.fail(.canceled) }
            let again: @Sendable () -> Void = {
                connection.eventLoop.scheduleTask(in: .milliseconds(50)) { self.callOff(reply) }
            }
            guard let id = connection.clientID else { return again() }
            self.client.post(RedisCommand("CLIENT", "UNBLOCK", Int(id))) { _ in again() }
        }
    }

    private static func command(_ keys: [String], _ timeout: Duration) -> RedisCommand {
        var command: RedisCommand = ["BRPOP"]
        for key in keys { command.append(key) }
        let (seconds, attoseconds) = timeout.components
        let milliseconds = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
        let fraction = String(milliseconds % 1000 + 1000).dropFirst()
        command.append("\(milliseconds / 1000).\(fraction)")
        return command
    }

    private static func element(_ reply: RESPValue) throws(RedisError) -> (key: String, value: [UInt8])? {
        if reply.isNull { return nil }
        guard let pair = reply.array, pair.count == 2, let key = pair[0].string, let value = pair[1].bytes else {
            throw .protocolViolation("BRPOP answered something that is no pair of key and value")
        }
        return (key, value)
    }
}
