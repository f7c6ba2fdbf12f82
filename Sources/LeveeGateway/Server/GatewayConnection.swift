// The task of one connection: takes its requests one by one, and answers them.

import HTTPTypes
import HummingbirdCore
import LeveeCore
import Logging
import NIOCore
import NIOHTTPTypes

/// One connection with its place in the pipeline.
struct GatewayConnection: ServerChildChannelValue {
    /// The most bytes that the body of a request may have for whose end its answer waits although nobody reads it.
    private static let unreadBytes = 1 << 20

    let channel: any Channel
    private let unreadBodyTime: TimeAmount
    private let handler: NIOLoopBound<ExchangeHandler>

    /// Puts the last handler into the pipeline. Only on the event loop.
    ///
    /// - Parameters:
    ///   - channel: The connection.
    ///   - unreadBodyTime: How long an answer waits for a body that nobody reads.
    /// - Throws: What the pipeline says.
    init(_ channel: any Channel, unreadBodyTime: Duration) throws {
        let handler = ExchangeHandler()
        try channel.pipeline.syncOperations.addHandler(handler)
        self.channel = channel
        self.unreadBodyTime = TimeAmount(unreadBodyTime)
        self.handler = NIOLoopBound(handler, eventLoop: channel.eventLoop)
    }

    /// Answers requests until the last. Only on the event loop.
    func serve(_ respond: @Sendable (Request, any Channel, Logger) async -> Response, logger: Logger) async {
        do {
            while let arriving = await withCheckedContinuation({ handler.value.take($0) }) {
                let response = await respond(request(arriving), channel, logger)
                await awaitRest(of: arriving)
                try await send(response)
                if arriving.value.head.headerFields[.connection] == "close" { break }
            }
            // What is on its way out may still arrive.
            channel.close(mode: .output, promise: nil)
        } catch {
            // That a client has left is none of ours.
            let isOurs = error is StoreError || error is BlobError
            logger.log(level: isOurs ? .error : .trace, "a response broke off", metadata: ["error": "\(error)"])
            channel.close(promise: nil)
        }
        // It fails only when the event loop itself has ended.
        try? await channel.closeFuture.get()
    }

    /// Writes a response. Not inlined: it would take up memory in each request that waits.
    @inline(never)
    private func send(_ response: Response) async throws {
        try await response.body.write(ResponseStream(response, to: handler))
    }

    private func request(_ arriving: NIOLoopBound<ArrivingRequest>) -> Request {
        let body = arriving.value.whole().map(RequestBody.init(buffer:))
        return Request(
            head: arriving.value.head,
            body: body ?? RequestBody(asyncSequence: ArrivingBody(request: arriving, handler: handler))
        )
    }

    /// Reads the rest of a body that nobody wants, if it is short.
    private func awaitRest(of arriving: NIOLoopBound<ArrivingRequest>) async {
        guard !arriving.value.isOver else { return }
        arriving.value.drop()
        handler.value.readOn()
        let fields = arriving.value.head.headerFields
        let length = fields[.contentLength].flatMap { Int($0) } ?? 0
        // Who waits to be invited is told at once.
        guard length <= Self.unreadBytes, fields[.expect] == nil else { return }
        let timer = channel.eventLoop.scheduleTask(in: unreadBodyTime) { arriving.value.stopWaiting() }
        await withCheckedContinuation { arriving.value.wait($0) }
        timer.cancel()
    }
}
