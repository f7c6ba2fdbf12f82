// The shell round RequestHeadRules.

import NIOCore
import NIOHTTP1

/// Sits between the decoder and the rest: applies ``RequestHeadRules`` to every head, and sees to it that nothing is read
/// behind the last request.
final class RequestHeadCheck: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart

    private var isLast = false
    private var isRefused = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            do throws(Problem) {
                isLast = try RequestHeadRules.settle(&head)
                context.fireChannelRead(wrapInboundOut(.head(head)))
            } catch {
                isRefused = true
                context.fireErrorCaught(error)
            }
        case .body: context.fireChannelRead(data)
        case .end:
            context.fireChannelRead(data)
            // After a request to change the protocol the decoder would only gather what comes.
            if isLast { context.triggerUserOutboundEvent(InboundMeter.StopListening(), promise: nil) }
        }
    }
}

@available(*, unavailable)
extension RequestHeadCheck: Sendable {}
