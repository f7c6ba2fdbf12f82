// A receiver of webhooks: a real HTTP server on a free port of this machine, which keeps what it was sent.

import NIOCore
package import NIOHTTP1
import NIOPosix
import Synchronization

/// Answers as it is told and remembers every request.
package final class Receiver: Sendable {
    /// A request that has arrived whole.
    package struct Delivery: Sendable {
        package var target: String
        package var fields: [String: String]
        package var body: [UInt8]
    }

    /// What is answered to a request; its number among all that came, from 0.
    package typealias Answer = @Sendable (Delivery, Int) -> (status: HTTPResponseStatus, fields: HTTPHeaders)

    private let channel: any Channel
    private let box: Box

    private final class Box: Sendable {
        let deliveries = Mutex<[Delivery]>([])
        let answer: Answer

        init(answer: @escaping Answer) { self.answer = answer }
    }

    private init(channel: any Channel, box: Box) {
        self.channel = channel
        self.box = box
    }

    /// What was sent so far.
    package var deliveries: [Delivery] { box.deliveries.withLock { $0 } }

    /// The port on 127.0.0.1.
    package var port: Int { channel.localAddress?.port ?? 0 }

    package var url: String { "http://127.0.0.1:\(port)/hook" }

    /// Runs a receiver for as long as the body takes.
    package static func run(
        answer: @escaping Answer = { _, _ in (.ok, [:]) },
        _ body: @Sendable (Receiver) async throws -> Void
    ) async throws {
        let box = Box(answer: answer)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.pipeline.configureHTTPServerPipeline().flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(Handler(box: box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let receiver = Receiver(channel: channel, box: box)
        do {
            try await body(receiver)
        } catch {
            try? await channel.close()
            throw error
        }
        try await channel.close()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let box: Box
        private var request = Delivery(target: "", fields: [:], body: [])

        init(box: Box) { self.box = box }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                let fields = head.headers.map { ($0.name.lowercased(), $0.value) }
                request = Delivery(target: head.uri, fields: Dictionary(fields) { $0 + ", " + $1 }, body: [])
            case .body(let buffer): request.body += buffer.readableBytesView
            case .end:
                let delivery = request
                let number = box.deliveries.withLock { deliveries in
                    deliveries.append(delivery)
                    return deliveries.count - 1
                }
                let (status, fields) = box.answer(delivery, number)
                var headers = fields
                headers.replaceOrAdd(name: "content-length", value: "0")
                let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
                context.write(wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
