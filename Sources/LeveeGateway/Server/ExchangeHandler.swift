// Between the pipeline of a connection and the task that answers its requests.

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gathers requests and hands them over one by one; writes responses.
///
/// A request is handed over when it is whole, or when all that has come of it has been seen. While more lies here than anybody
/// has taken, nothing is read from the client.
final class ExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    /// How many requests wait behind the one that is being answered (pipelining, RFC 9112 section 9.3.2), and how many bytes of a
    /// body for its reader, before the client has to wait.
    private static let heldRequests = 4
    private static let heldBytes = 64 << 10

    private var context: ChannelHandlerContext?
    private var requests = CircularBuffer<NIOLoopBound<ArrivingRequest>>(initialCapacity: 2)
    /// The one whose parts are coming in.
    private var arriving: ArrivingRequest?
    /// Whether it has been put in line.
    private var isInLine = false
    /// Whether no request comes after those that are here.
    private var isOver = false
    private var isReadDue = false
    private var taker: CheckedContinuation<NIOLoopBound<ArrivingRequest>?, Never>?
    private var writer: CheckedContinuation<Void, any Error>?

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// The connection is gone; not every handler passes `channelInactive` on.
    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
        writer?.resume(throwing: ChannelError.ioOnClosedChannel)
        writer = nil
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            arriving = ArrivingRequest(head: head)
            isInLine = false
        case .body(let chunk): arriving?.receive(chunk)
        case .end:
            arriving?.end()
            putInLine()
            arriving = nil
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        putInLine()
    }

    private func putInLine() {
        guard let context, let arriving, !isInLine else { return }
        isInLine = true
        let request = NIOLoopBound(arriving, eventLoop: context.eventLoop)
        if let taker {
            self.taker = nil
            taker.resume(returning: request)
        } else {
            requests.append(request)
        }
    }

    /// Hands over the next request as soon as there is one; `nil` after the last.
    func take(_ taker: CheckedContinuation<NIOLoopBound<ArrivingRequest>?, Never>) {
        if let request = requests.popFirst() {
            taker.resume(returning: request)
            readOn()
        } else if isOver {
            taker.resume(returning: nil)
        } else {
            self.taker = taker
        }
    }

    private var isFull: Bool { requests.count >= Self.heldRequests || arriving?.heldBytes ?? 0 >= Self.heldBytes }

    func read(context: ChannelHandlerContext) {
        if isFull { isReadDue = true } else { context.read() }
    }

    /// Reads on if that was put off and is possible now.
    func readOn() {
        guard isReadDue, !isFull else { return }
        isReadDue = false
        context?.read()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            putInLine()
            end()
        case is ConnectionHandler.Farewell:
            // Whatever waits here would be carried out and never answered.
            requests.removeAll()
            end()
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        putInLine()
        end(error)
        // Of what is no problem of a request, the connection is broken.
        if !(error is Problem) { context.close(promise: nil) }
    }

    private func end(_ error: (any Error)? = nil) {
        isOver = true
        // What broke off is not whole, however it was framed.
        arriving?.end(error ?? ChannelError.eof)
        arriving = nil
        taker?.resume(returning: nil)
        taker = nil
    }

    // MARK: Responses

    /// Writes a part of a response.
    func write(_ part: HTTPResponsePart, flush: Bool) throws {
        guard let context, context.channel.isActive else { throw ChannelError.ioOnClosedChannel }
        context.write(wrapOutboundOut(part), promise: nil)
        if flush { context.flush() }
    }

    /// Whether the client takes what is written; if not, the next part has to wait.
    var isWritable: Bool { context?.channel.isWritable ?? true }

    /// Goes on as soon as the client takes more.
    func waitUntilWritable(_ writer: CheckedContinuation<Void, any Error>) {
        guard let context, context.channel.isActive else {
            return writer.resume(throwing: ChannelError.ioOnClosedChannel)
        }
        if context.channel.isWritable { writer.resume() } else { self.writer = writer }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, let writer {
            self.writer = nil
            writer.resume()
        }
        context.fireChannelWritabilityChanged()
    }
}

@available(*, unavailable)
extension ExchangeHandler: Sendable {}
