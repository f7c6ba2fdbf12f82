// A connection on an event loop whose clock the test turns.

import LeveeTestSupport
import NIOConcurrencyHelpers
import NIOCore
import NIOEmbedded

@testable import LeveeRedis

/// A connection whose channels are embedded ones; each connect makes the next.
final class EmbeddedConnection {
    /// Counts what reaches the socket.
    final class Counter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        var writes = 0
        var flushes = 0

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            writes += 1
            context.write(data, promise: promise)
        }

        func flush(context: ChannelHandlerContext) {
            flushes += 1
            context.flush()
        }
    }

    struct Refused: Error, CustomStringConvertible {
        let description = "refused"
    }

    final class Network: Sendable {
        let channels = NIOLockedValueBox<[EmbeddedChannel]>([])
        let isDown = NIOLockedValueBox(false)
    }

    let loop: EmbeddedEventLoop
    let network = Network()
    let connection: RedisConnection
    let statuses = Collector<String>()

    init(overdueGrace: TimeAmount = .seconds(5), failsFast: Bool = true, asksForClientID: Bool = false) {
        let loop = EmbeddedEventLoop()
        self.loop = loop
        let endpoint = RedisEndpoint(address: .unix(path: "/embedded"))
        let handshake = Handshake(endpoint: endpoint, name: "test", asksForClientID: asksForClientID)
        let policy = ConnectionState.Policy(overdueGrace: overdueGrace, failsFast: failsFast)
        connection = RedisConnection(
            eventLoop: loop,
            state: ConnectionState(handshake: handshake, policy: policy),
            settings: ConnectionDriver.Settings(
                connectTimeout: .seconds(2),
                maximumReplyBytes: 1 << 20,
                dial: { [network] loop in
                    if network.isDown.withLockedValue({ $0 }) { return loop.makeFailedFuture(Refused()) }
                    guard let loop = loop as? EmbeddedEventLoop else { return loop.makeFailedFuture(Refused()) }
                    let channel = EmbeddedChannel(handler: Counter(), loop: loop)
                    network.channels.withLockedValue { $0.append(channel) }
                    return loop.makeCompletedFuture {
                        channel.connect(to: try SocketAddress(unixDomainSocketPath: "/embedded"), promise: nil)
                        return channel
                    }
                },
                logger: quietLogger(),
                report: { [statuses] status in
                    switch status {
                    case .up: statuses.add("up")
                    case .down(_, let reason): statuses.add("down: \(reason)")
                    }
                }
            )
        )
    }

    deinit {
        _ = connection.beginShutdown(grace: .zero)
        loop.run()
        loop.advanceTime(by: .zero)
    }

    var isDown: Bool {
        get { network.isDown.withLockedValue { $0 } }
        set { network.isDown.withLockedValue { $0 = newValue } }
    }

    var dials: Int { network.channels.withLockedValue { $0.count } }

    func channel() throws -> EmbeddedChannel {
        guard let channel = network.channels.withLockedValue({ $0.last }) else {
            throw NeverHappened(description: "a dial")
        }
        return channel
    }

    func counter() throws -> Counter {
        try channel().pipeline.syncOperations.handler(type: Counter.self)
    }

    /// Connects and answers the handshake.
    func open() throws {
        connection.start()
        loop.run()
        try greet()
    }

    /// Answers the handshake of the latest channel.
    func greet() throws {
        _ = try sent()
        try receive("+OK\r\n+PONG\r\n")
    }

    func receive(_ text: String) throws {
        try channel().writeInbound(ByteBuffer(string: text))
        loop.run()
    }

    /// All bytes written to the latest channel since the last call.
    func sent() throws -> String {
        loop.run()
        var text = ""
        while let buffer = try channel().readOutbound(as: ByteBuffer.self) { text += String(buffer: buffer) }
        return text
    }

    /// Sends one command; its outcome appears in the collector.
    @discardableResult
    func send(_ command: RedisCommand, timeout: Duration = .seconds(5)) -> Outcome {
        let outcome = Outcome()
        let replies = outcome.replies
        outcome.pending = connection.post([command], timeout: timeout) { replies.add($0) }
        return outcome
    }

    final class Outcome {
        let replies = Collector<PendingReply.Replies>()
        var pending: PendingReply?

        var value: Result<RESPValue, RedisError>? { replies.all.first?.first }
    }
}
