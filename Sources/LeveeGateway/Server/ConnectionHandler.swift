// The shell round ConnectionState: does on the channel what the state decides.

import HTTPTypes
import LeveeCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Sits between the HTTP decoder and the server.
///
/// It invites bodies, times requests, answers header fields that are too large, and closes connections in a way that lets
/// the last response arrive: first the outgoing half, then, when the client has closed or a while has passed, the rest.
/// A plain close with unread bytes would make the kernel reset the connection and take the response away (RFC 9112
/// section 9.6).
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How long a connection that is closing waits for the client to close.
    static let lingerTime = TimeAmount.seconds(2)

    private let limits: GatewayConfiguration.Limits
    private let maxBodyBytes: Int
    private var state = ConnectionState()
    private var timer: Scheduled<Void>?
    /// What requests that wait are told of the client.
    let client = ClientConnection()

    init(limits: GatewayConfiguration.Limits, maxBodyBytes: Int) {
        self.limits = limits
        self.maxBodyBytes = maxBodyBytes
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelTimer()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelTimer()
        client.leave()
        context.fireChannelInactive()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !state.isLingering else { return }
        switch unwrapInboundIn(data) {
        case .head(let request):
            if state.receive(request, maxBodyBytes: maxBodyBytes) == .passAndInvite {
                context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
            }
        case .body(let bytes): state.receiveBody(bytes.readableBytes)
        case .end:
            state.receiveEnd()
            cancelTimer()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Most requests arrive whole in one read, and need no timer.
        if state.isReading, timer == nil, !state.isClosing { startTimer(context) }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { client.leave() }
        if state.isLingering, case .some(.inputClosed) = event as? ChannelEvent {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .some(.headerOverflow) = error as? HTTPParserError, state.isQuiet {
            refuse(.headersTooLarge(limit: limits.maxHeaderBytes), context)
        } else {
            context.fireErrorCaught(error)
        }
    }

    /// Answers a request of which not even the head could be read.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        state.fail()
        let document = ByteBuffer(bytes: problem.document(instance: nil))
        let head = HTTPResponse(
            status: problem.status,
            headerFields: [
                .contentType: Problem.mediaType, .contentLength: String(document.readableBytes), .connection: "close",
            ]
        )
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(document)), promise: nil)
        writeEnd(wrapOutboundOut(.end(nil)), context, promise: nil)
        context.flush()
    }

    // MARK: Responses

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var response) where response.status.kind != .informational:
            if state.send() {
                response.headerFields[.connection] = "close"
                context.write(wrapOutboundOut(.head(response)), promise: promise)
            } else {
                context.write(data, promise: promise)
            }
        case .head, .body: context.write(data, promise: promise)
        case .end: writeEnd(data, context, promise: promise)
        }
    }

    private func writeEnd(_ data: NIOAny, _ context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        guard state.sendEnd() else { return context.write(data, promise: promise) }
        let written = promise ?? context.eventLoop.makePromise()
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (handler, context) = loopBound.value
            handler.linger(context)
        }
        context.write(data, promise: written)
    }

    private func linger(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        cancelTimer()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingerTime) { context.close(promise: nil) }
        context.close(mode: .output, promise: nil)
    }

    // MARK: Time

    private func startTimer(_ context: ChannelHandlerContext) {
        let limit = TimeAmount(limits.requestTimeout)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            self.timer = nil
            if self.state.timeOut() { context.fireErrorCaught(RequestTimeout()) }
        }
    }

    private func cancelTimer() {
        timer?.cancel()
        timer = nil
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
