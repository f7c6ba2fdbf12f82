// A server that answers what a test tells it to, also what no Redis would.

import NIOCore
import NIOPosix

@testable import LeveeRedis

/// Answers the handshake as Redis does, and every other command by the script of the test.
final class FakeServer: Sendable {
    enum Answer: Sendable {
        case bytes(String)
        case silence
        case close
    }

    typealias Script = @Sendable (RESPValue) -> Answer

    private let listener: any Channel

    static func run<Result>(
        _ script: @escaping Script,
        body: (RedisEndpoint) async throws -> Result
    ) async throws -> Result {
        let server = try await FakeServer(script)
        do {
            let result = try await body(server.endpoint)
            try await server.listener.close()
            return result
        } catch {
            try await server.listener.close()
            throw error
        }
    }

    private init(_ script: @escaping Script) async throws {
        listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private var endpoint: RedisEndpoint {
        RedisEndpoint(address: .tcp(host: "127.0.0.1", port: listener.localAddress?.port ?? 0))
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var reader = ReplyReader(maximumReplyBytes: 1 << 20)
        private let script: Script

        init(_ script: @escaping Script) { self.script = script }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            do throws(RedisError) {
                try reader.feed(unwrapInboundIn(data))
                while let command = try reader.next() { answer(command, context) }
            } catch {
                context.close(promise: nil)
            }
        }

        private func answer(_ command: RESPValue, _ context: ChannelHandlerContext) {
            switch script(command) {
            case .bytes(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .silence: break
            case .close: context.close(promise: nil)
            }
        }
    }
}

extension FakeServer {
    /// A script for the commands after the handshake.
    static func afterHandshake(_ script: @escaping Script) -> Script {
        { command in
            switch command.array?.first?.string {
            case "CLIENT": .bytes("+OK\r\n")
            case "PING": .bytes("+PONG\r\n")
            default: script(command)
            }
        }
    }
}
