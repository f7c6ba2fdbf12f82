// Where responses go.

import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Writes one response to a connection, no faster than the client takes it. Small ones leave in one piece.
struct ResponseStream: ResponseBodyWriter {
    private let handler: NIOLoopBound<ExchangeHandler>
    /// How many bytes the body has, where that is known.
    private let length: Int?

    /// Writes the head.
    init(_ response: Response, to handler: NIOLoopBound<ExchangeHandler>) throws {
        self.handler = handler
        length = response.body.contentLength
        // What is made bit by bit may be long in coming; its reader wants to know that it is.
        try handler.value.write(.head(response.head), flush: length == nil)
    }

    func write(_ buffer: ByteBuffer) async throws {
        let isAll = buffer.readableBytes == length
        try handler.value.write(.body(buffer), flush: !isAll)
        if !isAll { try await waitUntilWritable() }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {
        try handler.value.write(.end(trailingHeaders), flush: true)
        try await waitUntilWritable()
    }

    private func waitUntilWritable() async throws {
        guard !handler.value.isWritable else { return }
        try await withCheckedThrowingContinuation { handler.value.waitUntilWritable($0) }
    }
}
