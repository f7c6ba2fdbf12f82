// A front end that does what a test tells it to, on a real socket.

import NIOCore
import NIOPosix
import Synchronization

/// A request as the server saw it.
struct SeenRequest: Sendable, Equatable {
    var method: String
    var path: String
    /// The header fields, a line each.
    var fields: [String]
    var body: String
    /// Which of the connections it came over, from 0.
    var connection: Int
}

/// Listens on a free port of loopback and answers each request as the script says.
final class ScriptedServer: Sendable {
    /// What to do about a request.
    enum Answer: Sendable {
        /// Sends these bytes as they are.
        case raw(String)
        /// Sends these bytes and closes the connection.
        case rawThenClose(String)
        /// Never answers.
        case silence
    }

    private let requests = Mutex<[SeenRequest]>([])
    private let connections = Mutex(0)
    private let script: @Sendable (SeenRequest, Int) -> Answer
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let channel: any Channel

    // The script makes the answer to a request; its number is how often the same method and path were seen before.
    private init(script: @escaping @Sendable (SeenRequest, Int) -> Answer) async throws {
        self.script = script
        let box = Mutex<(@Sendable (any Channel) -> EventLoopFuture<Void>)?>(nil)
        channel = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in box.withLock { $0 }?(channel) ?? channel.close() }
            .childChannelOption(.autoRead, value: true)
            .bind(host: "127.0.0.1", port: 0).get()
        box.withLock {
            $0 = { [self] channel in
                channel.eventLoop.makeCompletedFuture {
                    let number = connections.withLock { count in
                        defer { count += 1 }
                        return count
                    }
                    try channel.pipeline.syncOperations.addHandler(ServerHandler(server: self, connection: number))
                }
            }
        }
    }

    /// Runs a server for the length of a test.
    static func run<Value>(
        _ script: @escaping @Sendable (SeenRequest, Int) -> Answer,
        body: (ScriptedServer) async throws -> Value
    ) async throws -> Value {
        let server = try await ScriptedServer(script: script)
        do {
            let value = try await body(server)
            try await server.group.shutdownGracefully()
            return value
        } catch {
            try await server.group.shutdownGracefully()
            throw error
        }
    }

    var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// All requests so far.
    var seen: [SeenRequest] { requests.withLock { $0 } }

    var connectionCount: Int { connections.withLock { $0 } }

    fileprivate func answer(_ request: SeenRequest) -> Answer {
        let before = requests.withLock { log in
            defer { log.append(request) }
            return log.count { $0.method == request.method && $0.path == request.path }
        }
        return script(request, before)
    }
}

/// Takes requests apart just as far as the generator's own need it.
private final class ServerHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let server: ScriptedServer
    private let connection: Int
    private var input = ""

    init(server: ScriptedServer, connection: Int) {
        self.server = server
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        input += String(buffer: unwrapInboundIn(data))
        while let request = takeRequest() {
            switch server.answer(request) {
            case .raw(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .rawThenClose(let text):
                context.write(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                context.flush()
                context.close(promise: nil)
            case .silence:
                break
            }
        }
    }

    private func takeRequest() -> SeenRequest? {
        guard let end = input.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = input[..<end.lowerBound].split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        let length = lines.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        let rest = input[end.upperBound...]
        guard rest.utf8.count >= length else { return nil }
        let body = String(rest.prefix(length))
        input = String(rest.dropFirst(length))
        return SeenRequest(
            method: String(words[0]),
            path: String(words[1]),
            fields: lines.dropFirst().map(String.init),
            body: body,
            connection: connection
        )
    }
}
