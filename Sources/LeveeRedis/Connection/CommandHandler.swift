// The channel handler: bytes in, replies out to the driver; nothing else.

internal import NIOCore

/// Feeds what arrives to the reply reader and hands whole replies on. Lives as long as its channel.
final class CommandHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private var reader: ReplyReader
    private var driver: ConnectionDriver?

    init(driver: ConnectionDriver, maximumReplyBytes: Int) {
        self.driver = driver
        reader = ReplyReader(maximumReplyBytes: maximumReplyBytes)
    }

    /// The driver is done with this channel; what still arrives on it is dropped.
    func detach() { driver = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard driver != nil else { return }
        do throws(RedisError) {
            try reader.feed(unwrapInboundIn(data))
            while let driver, let reply = try reader.next() { driver.received(reply) }
        } catch {
            driver?.lost(String(describing: error))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        driver?.lost("Redis closed the connection")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        driver?.lost(Dialer.describe(error))
    }
}
