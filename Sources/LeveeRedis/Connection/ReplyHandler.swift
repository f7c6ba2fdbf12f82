// The channel handler of a subscription: bytes in, replies out to the next handler.

internal import NIOCore

final class ReplyHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = RESPValue

    private var reader: ReplyReader
    private var isBroken = false

    init(maximumReplyBytes: Int) {
        reader = ReplyReader(maximumReplyBytes: maximumReplyBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isBroken { return }
        do throws(RedisError) {
            try reader.feed(unwrapInboundIn(data))
            while let reply = try reader.next() { context.fireChannelRead(wrapInboundOut(reply)) }
        } catch {
            isBroken = true
            context.fireErrorCaught(error)
            context.close(promise: nil)
        }
    }
}
