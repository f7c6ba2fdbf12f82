// Tests of the end of a connection whose client is slow to take its last response.

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import LeveeGateway

@Suite("The end of a connection")
struct ConnectionHandlerTests {
    /// A socket that takes what is written only when it is told to.
    private final class FullSocket: ChannelOutboundHandler {
        typealias OutboundIn = HTTPResponsePart

        private var promises: [EventLoopPromise<Void>] = []

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            if let promise { promises.append(promise) }
        }

        func drain() {
            for promise in promises { promise.succeed() }
            promises = []
        }
    }

    private func connection(_ drain: DrainSignal = DrainSignal()) throws -> (
        EmbeddedChannel, FullSocket, ExchangeHandler
    ) {
        let (socket, exchange) = (FullSocket(), ExchangeHandler())
        let handler = ConnectionHandler(
            limits: GatewayConfiguration.Limits(),
            maxBodyBytes: { _ in 0 },
            hasRoom: true,
            drain: drain,
            metrics: HTTPMetrics(door: "test", endpoints: [])
        )
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([socket, handler, exchange])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        return (channel, socket, exchange)
    }

    private let request = HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/")

    private func arrive(on channel: EmbeddedChannel) throws {
        try channel.writeInbound(HTTPRequestPart.head(request))
        try channel.writeInbound(HTTPRequestPart.end(nil))
    }

    @Test("what of the last response is on its way out goes before the connection is closed")
    func closesBehindResponse() throws {
        let (channel, socket, exchange) = try connection()
        try arrive(on: channel)
        try exchange.write(.head(HTTPResponse(status: .ok)), flush: false)
        try exchange.write(.end(nil), flush: true)
        channel.close(promise: nil)
        #expect(channel.isActive)
        socket.drain()
        #expect(!channel.isActive)
    }

    @Test("a connection that has nothing to send is closed at once")
    func closesIdle() throws {
        let (channel, _, _) = try connection()
        channel.close(promise: nil)
        #expect(!channel.isActive)
    }

    @Test("a request behind the last response is not taken: nobody would answer it")
    func takesNothingBehindTheLast() async throws {
        let drain = DrainSignal()
        drain.begin()
        let (channel, _, exchange) = try connection(drain)
        try arrive(on: channel)
        try exchange.write(.head(HTTPResponse(status: .ok)), flush: false)
        try arrive(on: channel)
        try exchange.write(.end(nil), flush: true)
        let next = await withCheckedContinuation { exchange.take($0) }
        #expect(next == nil)
    }
}
