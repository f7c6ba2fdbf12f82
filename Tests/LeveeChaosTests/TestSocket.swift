// Both ends of a connection in a test.

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// What has come in on a channel.
private final class Inbox: ChannelInboundHandler, Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    struct State {
        var bytes: [UInt8] = []
        var hasEnded = false
    }

    let state = NIOLockedValueBox(State())
    private let isEcho: Bool

    init(isEcho: Bool) {
        self.isEcho = isEcho
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        state.withLockedValue { $0.bytes += bytes.readableBytesView }
        if isEcho { context.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        state.withLockedValue { $0.hasEnded = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}

/// A client that keeps what it gets.
struct TestSocket: Sendable {
    private let channel: any Channel
    private let inbox: Inbox

    static func connect(port: Int) async throws -> TestSocket {
        let inbox = Inbox(isEcho: false)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { $0.pipeline.addHandler(inbox) }
            .connect(host: "127.0.0.1", port: port).get()
        return TestSocket(channel: channel, inbox: inbox)
    }

    var received: [UInt8] { inbox.state.withLockedValue { $0.bytes } }
    var hasEnded: Bool { inbox.state.withLockedValue { $0.hasEnded } }

    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    func close() {
        channel.close(promise: nil)
    }
}

/// A server that sends back what it gets, and keeps what all its connections got.
struct EchoServer: Sendable {
    let port: Int
    private let channel: any Channel
    private let inboxes: NIOLockedValueBox<[Inbox]>

    static func start() async throws -> EchoServer {
        let inboxes = NIOLockedValueBox<[Inbox]>([])
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                let inbox = Inbox(isEcho: true)
                inboxes.withLockedValue { $0.append(inbox) }
                return channel.pipeline.addHandler(inbox)
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return EchoServer(port: channel.localAddress?.port ?? 0, channel: channel, inboxes: inboxes)
    }

    var received: [UInt8] { inboxes.withLockedValue { $0.flatMap { $0.state.withLockedValue { $0.bytes } } } }

    func close() async {
        try? await channel.close()
    }
}
