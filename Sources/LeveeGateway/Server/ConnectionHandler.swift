// The shell round ConnectionState: does on the channel what the state decides.

import HTTPTypes
import LeveeCore
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// Sits between the HTTP decoder and the server.
///
/// It invites bodies, times requests and responses, answers what is no request, and closes connections in a way that lets
/// the last response arrive: first the outgoing half, then, when the client has closed or a while has passed, the rest.
/// A plain close with unread bytes would make the kernel reset the connection and take the response away (RFC 9112
/// section 9.6).
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// Sent to the handlers behind: the last response has been written, and no other will be.
    struct Farewell {}

    /// How long a connection that is closing waits for the client to close, and one too many for a request to refuse.
    static let lingerTime = TimeAmount.seconds(2)

    private let limits: GatewayConfiguration.Limits
    private let maxBodyBytes: @Sendable (HTTPRequest) -> Int
    private let hasRoom: Bool
    private let drain: DrainSignal
    private let metrics: HTTPMetrics
    private var state: ConnectionState
    /// Ends a request that takes too long, or a connection that is closing.
    private var timer: Scheduled<Void>?
    /// Ends a connection whose client takes nothing off it.
    private var writeTimer: Scheduled<Void>?
    /// When the last response is out.
    private var lastEnd: EventLoopFuture<Void>?
    /// The answer to a request that waits behind others and cannot be read on.
    private var refusal: Problem?
    /// What requests that wait are told of the client.
    let client = ClientConnection()

    init(
        limits: GatewayConfiguration.Limits,
        maxBodyBytes: @escaping @Sendable (HTTPRequest) -> Int,
        hasRoom: Bool,
        drain: DrainSignal,
        metrics: HTTPMetrics
    ) {
        self.limits = limits
        self.maxBodyBytes = maxBodyBytes
        self.hasRoom = hasRoom
        self.drain = drain
        self.metrics = metrics
        state = ConnectionState(maxHeadBytes: limits.maxHeadBytes)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if !hasRoom { closeLater(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancelTimers()
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancelTimers()
        client.leave()
        context.fireChannelInactive()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !state.isLingering else { return }
        switch unwrapInboundIn(data) {
        case .head(let request):
            if state.receive(request, maxBodyBytes: maxBodyBytes(request)) == .passAndInvite {
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
        if state.isFlooded {
            let action = state.breakOff()
            act(on: action, action == .breakOff ? .endlessFraming : .headersTooLarge(limits), context)
        } else if state.isReading, timer == nil, !state.isClosing {
            // Most requests arrive whole in one read, and need no timer.
            startTimer(context)
        }
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let arrival as InboundMeter.Arrival:
            state.receive(byteCount: arrival.byteCount)
            if !hasRoom, state.isQuiet { refuse(.tooManyConnections, context) }
        case ChannelEvent.inputClosed:
            client.leave()
            if state.isLingering { context.close(promise: nil) } else { context.fireUserInboundEventTriggered(event) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What comes after the last words changes nothing.
        guard !state.isClosing else { return }
        guard let problem = Problem(reading: error, limits: limits) else { return context.fireErrorCaught(error) }
        act(on: state.breakOff(), problem, context)
    }

    /// Does what has to be done about a request that is not read on.
    private func act(on action: ConnectionState.BreakAction, _ problem: Problem, _ context: ChannelHandlerContext) {
        if action != .pass { context.triggerUserOutboundEvent(InboundMeter.StopListening(), promise: nil) }
        switch action {
        case .pass: break
        case .breakOff: context.fireErrorCaught(problem)
        case .refuse: refuse(problem, context)
        case .refuseLater: refusal = problem
        case .close: context.close(promise: nil)
        }
    }

    /// Answers what nobody behind this handler knows of.
    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        metrics.refused(with: problem)
        state.fail()
        context.triggerUserOutboundEvent(InboundMeter.StopListening(), promise: nil)
        let document = ByteBuffer(bytes: problem.document(instance: nil))
        var head = HTTPResponse(status: problem.status, headerFields: problem.headers)
        head.headerFields[.contentType] = Problem.mediaType
        head.headerFields[.contentLength] = String(document.readableBytes)
        head.headerFields[.cacheControl] = "no-store"
        head.headerFields[.connection] = "close"
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(document)), promise: nil)
        writeEnd(wrapOutboundOut(.end(nil)), context, promise: nil)
        context.flush()
    }

    // MARK: Responses

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !state.isLingering else {
            // The answer to a request that had been read before the one that was the last.
            promise?.succeed()
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var response) where response.status.kind != .informational:
            if state.send(isDraining: drain.isDraining) {
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
        let written = promise ?? context.eventLoop.makePromise()
        lastEnd = written.futureResult
        guard state.sendEnd() else {
            context.write(data, promise: written)
            if let refusal, state.isQuiet { refuse(refusal, context) }
            return
        }
        context.fireUserInboundEventTriggered(Farewell())
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (handler, context) = loopBound.value
            handler.linger(context)
        }
        context.write(data, promise: written)
    }

    /// Handlers behind close when they have written all; what of it is still on its way out goes first. The timers of this one
    /// close at once.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode != .input, let lastEnd else { return context.close(mode: mode, promise: promise) }
        let loopBound = NIOLoopBound(context, eventLoop: context.eventLoop)
        lastEnd.whenComplete { _ in loopBound.value.close(mode: mode, promise: promise) }
    }

    private func linger(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        closeLater(context)
        context.close(mode: .output, promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeTimer?.cancel()
        writeTimer = nil
        if !context.channel.isWritable {
            let limit = TimeAmount(limits.writeTimeout)
            writeTimer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: Time

    private func startTimer(_ context: ChannelHandlerContext) {
        let limit = TimeAmount(limits.requestTimeout)
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            self.timer = nil
            self.act(on: self.state.timeOut(), .requestTimeout, context)
        }
    }

    private func closeLater(_ context: ChannelHandlerContext) {
        cancelTimer()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingerTime) { context.close(promise: nil) }
    }

    private func cancelTimer() {
        timer?.cancel()
        timer = nil
    }

    private func cancelTimers() {
        cancelTimer()
        writeTimer?.cancel()
        writeTimer = nil
    }
}

@available(*, unavailable)
extension ConnectionHandler: Sendable {}
