// The pipeline of one connection.

import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Sets connections up: HTTP/1.1, with everything between the socket and the requests that keeps a connection within its limits, and
/// all that is done for its requests on its event loop.
struct GatewayChannel: ServerChildChannel {
    /// Buffers for what arrives: a poll fits into the smallest, which a connection keeps while it is idle. They double as long
    /// as more comes than fits.
    private static let receiveBuffers = AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 64 << 10)

    /// What answers a request.
    let respond: @Sendable (Request, any Channel, Logger) async -> Response
    let limits: GatewayConfiguration.Limits
    /// The most bytes that the body of a request may have.
    let maxBodyBytes: @Sendable (HTTPRequest) -> Int
    let connections: ConnectionCount
    let drain: DrainSignal
    let metrics: HTTPMetrics

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<GatewayConnection> {
        let hasRoom = connections.enter()
        metrics.connected()
        channel.closeFuture.whenComplete { [connections, metrics] _ in
            connections.leave()
            metrics.disconnected()
        }
        return channel.eventLoop.makeCompletedFuture {
            try channel.syncOptions?.setOption(.recvAllocator, value: Self.receiveBuffers)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(InboundMeter())
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false,
                withErrorHandling: false,
                withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(),
                withDecoderLimitConfiguration: limits.decoderLimits
            )
            try pipeline.addHandlers([
                RequestHeadCheck(),
                HTTP1ToHTTPServerCodec(secure: false),
                ConnectionHandler(
                    limits: limits,
                    maxBodyBytes: maxBodyBytes,
                    hasRoom: hasRoom,
                    drain: drain,
                    metrics: metrics
                ),
                HTTPConnectionStateHandler(idleTimeout: limits.idleTimeout, logger: logger),
            ])
            return try GatewayConnection(channel, unreadBodyTime: limits.unreadBodyTime)
        }
    }

    func handle(value connection: GatewayConnection, logger: Logger) async {
        await withTaskCancellationHandler {
            await withTaskExecutorPreference(EventLoopExecutor(connection.channel.eventLoop)) {
                await connection.serve(respond, logger: logger)
            }
        } onCancel: {
            connection.channel.close(mode: .input, promise: nil)
        }
    }
}

extension GatewayConfiguration.Limits {
    fileprivate var decoderLimits: NIOHTTPDecoderLimitConfiguration {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = maxHeadBytes
        limits.maxHeaderListSize = maxHeadBytes
        limits.maxHeaderFieldCount = maxFields
        return limits
    }
}
