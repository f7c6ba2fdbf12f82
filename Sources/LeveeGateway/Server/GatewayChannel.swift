// The pipeline of one connection.

import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Sets connections up: HTTP/1.1 as Hummingbird serves it, with everything between the socket and the requests that keeps
/// a connection within its limits.
struct GatewayChannel: HTTPChannelHandler {
    let responder: HTTPChannelHandler.Responder
    let limits: GatewayConfiguration.Limits
    /// The most bytes that the body of a request may have.
    let maxBodyBytes: @Sendable (HTTPRequest) -> Int
    let connections: ConnectionCount
    let drain: DrainSignal
    let metrics: HTTPMetrics

    func setup(
        channel: any Channel,
        logger: Logger
    ) -> EventLoopFuture<NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>> {
        let hasRoom = connections.enter()
        metrics.connected()
        channel.closeFuture.whenComplete { [connections, metrics] _ in
            connections.leave()
            metrics.disconnected()
        }
        return channel.eventLoop.makeCompletedFuture {
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
            return try NIOAsyncChannel(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
        }
    }

    func handle(value: NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
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
