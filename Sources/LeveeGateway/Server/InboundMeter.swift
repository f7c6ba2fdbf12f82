// The first thing that bytes meet: counts them for those who only see what they mean, and can stop them.

import NIOCore

/// Says how many bytes have come before they are decoded, and throws them away once nobody wants them any more.
///
/// A decoder tells nothing of a head that does not end, and keeps what comes after the last request it understands.
final class InboundMeter: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = IOData

    /// Sent ahead of the bytes, to the handlers behind the decoder.
    struct Arrival {
        let byteCount: Int
    }

    /// Sent by handlers behind the decoder: nothing that comes from now on is of interest.
    struct StopListening {}

    private var isDeaf = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        context.fireUserInboundEventTriggered(Arrival(byteCount: unwrapInboundIn(data).readableBytes))
        context.fireChannelRead(data)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is StopListening else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isDeaf = true
        promise?.succeed()
    }
}

@available(*, unavailable)
extension InboundMeter: Sendable {}
