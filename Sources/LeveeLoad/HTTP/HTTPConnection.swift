// One connection to a front end: one request at a time, keep-alive.

import NIOCore

/// Whom a connection tells what happens to it.
protocol HTTPConnectionOwner: AnyObject {
    /// A part of a stream of events has come, which may hold whole events or none.
    func heard(_ connection: HTTPConnection, slot: Int, _ events: [ServerEvent])
    /// The response to the request under way has come; the connection is idle, or closing if it says so.
    func answered(_ connection: HTTPConnection, slot: Int, with response: Response)
    /// The connection is gone, and with it the request under way, if there was one.
    func lost(_ connection: HTTPConnection, exchange: HTTPConnection.Exchange?, because error: TransportError)
}

/// The last handler of a client channel. All of it happens on the event loop of the channel.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// A request under way.
    struct Exchange {
        var slot: Int
        var request: Request
        /// When it was sent, or the last part of a stream of events came.
        var aliveAt: NIODeadline
        /// Whether the server may have closed the connection before the request was sent: it idled, and nothing came back.
        var mayBeStale: Bool
    }

    /// The slot that it belongs to, where clients have connections of their own.
    var ownerSlot: Int?
    /// Whether the pool counts it among the new ones.
    var isNew = true
    private(set) var exchange: Exchange?
    private let writer: RequestWriter
    private weak var owner: (any HTTPConnectionOwner)?
    private var context: ChannelHandlerContext?
    private var parser = ResponseParser()
    private var events = EventParser()
    private var input: ByteBuffer?
    private var output = ByteBuffer()
    private var hasAnswered = false

    init(writer: RequestWriter, owner: any HTTPConnectionOwner) {
        self.writer = writer
        self.owner = owner
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func send(_ request: Request, slot: Int, at now: NIODeadline) {
        events = EventParser()
        exchange = Exchange(slot: slot, request: request, aliveAt: now, mayBeStale: hasAnswered)
        guard let context else { return lose(.closed) }
        // The storage is used again as soon as the channel has let go of it.
        output.clear()
        writer.write(request, to: &output)
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }

    /// Gives the connection up.
    func lose(_ error: TransportError) {
        guard let owner else { return }
        self.owner = nil
        let exchange = exchange
        self.exchange = nil
        context?.close(promise: nil)
        owner.lost(self, exchange: exchange, because: error)
    }

    /// Closes it without telling anybody.
    func close() {
        owner = nil
        exchange = nil
        context?.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if var waiting = input.take() {
            waiting.writeBuffer(&bytes)
            bytes = waiting
        }
        exchange?.mayBeStale = false
        guard let exchange, owner != nil else { return lose(.malformed(.unexpectedBytes)) }
        do throws(ResponseError) {
            guard let response = try parser.next(from: &bytes) else {
                if bytes.readableBytes > 0 { input = bytes }
                if let part = parser.takeEvents() { hear(part, slot: exchange.slot, context) }
                return
            }
            if response.isEventStream { hear(response.body, slot: exchange.slot, context) }
            guard bytes.readableBytes == 0 else { return lose(.malformed(.unexpectedBytes)) }
            self.exchange = nil
            hasAnswered = true
            owner?.answered(self, slot: exchange.slot, with: response)
        } catch {
            lose(.malformed(error))
        }
    }

    private func hear(_ part: ByteBuffer, slot: Int, _ context: ChannelHandlerContext) {
        exchange?.aliveAt = context.eventLoop.now
        owner?.heard(self, slot: slot, events.take(part))
    }

    func channelInactive(context: ChannelHandlerContext) {
        lose(.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        lose(.broken(Dialer.describe(error)))
    }
}
