// An HTTP service as jobs find it: answers as a test says, well or badly, and counts what it is asked.

import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on a free port of loopback that lives for one test.
package final class UpstreamServer: Sendable {
    /// What it was asked.
    package struct Request: Sendable {
        package var method: String
        package var target: String
        package var fields: [(name: String, value: String)]
        package var body: [UInt8]

        /// The values of a header field.
        package func values(_ name: String) -> [String] {
            fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }
    }

    /// What it answers.
    package enum Reply: Sendable {
        case answer(Int, headers: [(String, String)] = [], body: String = "")
        /// These very bytes; then it closes the connection, or keeps it open and says no more.
        case raw(String, closes: Bool = true)
    }

    private struct State {
        var current = 0
        var peak = 0
        var requests: [Request] = []
        var connections = 0
    }

    package let port: Int
    private let state = Mutex(State())

    private init(port: Int) { self.port = port }

    /// The address of the server.
    package var url: String { "http://127.0.0.1:\(port)" }
    /// How many requests it works on: one ends with its answer, or with its connection.
    package var current: Int { state.withLock { $0.current } }
    /// The most that ``current`` has been.
    package var peak: Int { state.withLock { $0.peak } }
    /// Every request, in the order in which they came.
    package var requests: [Request] { state.withLock { $0.requests } }
    /// How many connections were opened.
    package var connections: Int { state.withLock { $0.connections } }

    /// Forgets what was counted.
    package func reset() {
        state.withLock { state in
            state.peak = state.current
            state.requests = []
        }
    }

    /// Runs `body` with a server.
    package static func run(
        _ answer: @escaping @Sendable (Request, UpstreamServer) async throws -> Reply,
        _ body: (UpstreamServer) async throws -> Void
    ) async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1_024)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
                    return try NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let server = UpstreamServer(port: listener.channel.localAddress?.port ?? 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await listener.executeThenClose { connections in
                    try await withThrowingDiscardingTaskGroup { group in
                        for try await connection in connections {
                            group.addTask { await server.serve(connection, answer) }
                        }
                    }
                }
            }
            defer { group.cancelAll() }
            try await body(server)
        }
    }

    private func serve(
        _ connection: NIOAsyncChannel<HTTPServerRequestPart, ByteBuffer>,
        _ answer: @Sendable (Request, UpstreamServer) async throws -> Reply
    ) async {
        state.withLock { $0.connections += 1 }
        let busy = Busy()
        connection.channel.closeFuture.whenComplete { _ in self.end(busy) }
        // A client that is gone is no news here.
        try? await connection.executeThenClose { inbound, outbound in
            var request: Request?
            for try await part in inbound {
                switch part {
                case .head(let head):
                    request = Request(
                        method: head.method.rawValue,
                        target: head.uri,
                        fields: head.headers.map { ($0.name, $0.value) },
                        body: []
                    )
                    self.begin(busy)
                case .body(let bytes): request?.body += bytes.readableBytesView
                case .end:
                    guard let whole = request else { continue }
                    self.state.withLock { $0.requests.append(whole) }
                    let reply = try await answer(whole, self)
                    self.end(busy)
                    try await outbound.write(ByteBuffer(string: reply.text(isHead: whole.method == "HEAD")))
                    if case .raw(_, true) = reply { return }
                }
            }
        }
    }

    /// Whether a connection has a request that was not answered.
    private final class Busy: Sendable {
        let flag = Mutex(false)
    }

    private func begin(_ busy: Busy) {
        busy.flag.withLock { $0 = true }
        state.withLock { state in
            state.current += 1
            state.peak = max(state.peak, state.current)
        }
    }

    private func end(_ busy: Busy) {
        let wasBusy = busy.flag.withLock { flag in
            defer { flag = false }
            return flag
        }
        if wasBusy { state.withLock { $0.current -= 1 } }
    }
}

extension UpstreamServer.Reply {
    fileprivate func text(isHead: Bool) -> String {
        switch self {
        case .raw(let text, _): return text
        case .answer(let status, let headers, let body):
            let fields = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
            let length = status == 204 ? "" : "Content-Length: \(body.utf8.count)\r\n"
            return "HTTP/1.1 \(status) Status\r\n\(fields)\(length)\r\n" + (isHead ? "" : body)
        }
    }
}
