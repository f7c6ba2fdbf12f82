// Takes responses out of the bytes of a connection.

import NIOCore

/// Parses one response at a time, however the network cut it up.
struct ResponseParser {
    static let maxBodyBytes = 64 << 20

    private var head: ResponseHead?
    private var chunks = ChunkedBody()

    /// Takes the next whole response out of the buffer.
    ///
    /// - Returns: The response; `nil` when more bytes are needed.
    /// - Throws: What is wrong with it; the connection is of no use after that.
    mutating func next(from buffer: inout ByteBuffer) throws(ResponseError) -> Response? {
        while true {
            if head == nil { head = try takeHead(from: &buffer) }
            guard let head else { return nil }
            guard let body = try takeBody(head.framing, from: &buffer) else { return nil }
            self.head = nil
            // Interim responses, such as 103, come before the one that was asked for (RFC 9110 section 15.2).
            if head.status < 200 { continue }
            return Response(
                status: head.status,
                retryAfter: head.retryAfter,
                location: head.location,
                isProblem: head.isProblem,
                isEventStream: head.isEventStream,
                closes: head.closes,
                body: body
            )
        }
    }

    /// Takes out what has come of a stream of events that goes on.
    mutating func takeEvents() -> ByteBuffer? {
        guard let head, head.isEventStream, head.framing == .chunked else { return nil }
        return chunks.takeBody()
    }

    private func takeHead(from buffer: inout ByteBuffer) throws(ResponseError) -> ResponseHead? {
        guard let (head, count) = try ResponseHead.read(buffer.readableBytesUInt8Span) else { return nil }
        buffer.moveReaderIndex(forwardBy: count)
        return head
    }

    private mutating func takeBody(
        _ framing: ResponseHead.Framing,
        from buffer: inout ByteBuffer
    ) throws(ResponseError) -> ByteBuffer? {
        switch framing {
        case .none: return ByteBuffer()
        case .length(let count): return buffer.readSlice(length: count)
        case .chunked: return try chunks.next(from: &buffer)
        }
    }
}
