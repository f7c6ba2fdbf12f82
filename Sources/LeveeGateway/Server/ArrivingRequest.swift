// A request whose body may still be on its way.

import HTTPTypes
import NIOCore

/// One request: its head, and what has come of its body and nobody has read. Lives on the event loop of its connection.
final class ArrivingRequest {
    let head: HTTPRequest
    /// Bytes that have come and are not read.
    private(set) var heldBytes = 0
    /// Whether nothing of it will come any more.
    private(set) var isOver = false
    private var chunks = CircularBuffer<ByteBuffer>(initialCapacity: 2)
    private var failure: (any Error)?
    private var isDropped = false
    private var reader: CheckedContinuation<ByteBuffer?, any Error>?
    /// Waits until nothing of it will come any more.
    private var watcher: CheckedContinuation<Void, Never>?

    init(head: HTTPRequest) {
        self.head = head
    }

    // MARK: What arrives

    func receive(_ chunk: ByteBuffer) {
        if let reader {
            self.reader = nil
            reader.resume(returning: chunk)
        } else if !isDropped {
            heldBytes += chunk.readableBytes
            chunks.append(chunk)
        }
    }

    /// Takes in that no more comes: whole, broken off by an error, or ended by the client.
    func end(_ error: (any Error)? = nil) {
        guard !isOver else { return }
        isOver = true
        failure = error
        stopWaiting()
        guard let reader else { return }
        self.reader = nil
        fail(reader)
    }

    private func fail(_ reader: CheckedContinuation<ByteBuffer?, any Error>) {
        if let failure { reader.resume(throwing: failure) } else { reader.resume(returning: nil) }
        failure = nil
    }

    // MARK: What is read

    /// The body, if all of it is here and nobody has read any.
    func whole() -> ByteBuffer? {
        guard isOver, failure == nil else { return nil }
        var body = chunks.popFirst() ?? ByteBuffer()
        while var chunk = chunks.popFirst() { body.writeBuffer(&chunk) }
        heldBytes = 0
        return body
    }

    /// Hands over the next piece, as soon as there is one; `nil` after the last.
    func read(_ reader: CheckedContinuation<ByteBuffer?, any Error>) {
        if let chunk = chunks.popFirst() {
            heldBytes -= chunk.readableBytes
            reader.resume(returning: chunk)
        } else if isOver {
            fail(reader)
        } else {
            self.reader = reader
        }
    }

    /// Throws away what has come and what will: nobody is going to read it.
    func drop() {
        isDropped = true
        chunks.removeAll()
        heldBytes = 0
    }

    /// Waits until all of it has come, or no more will.
    func wait(_ watcher: CheckedContinuation<Void, Never>) {
        if isOver { watcher.resume() } else { self.watcher = watcher }
    }

    /// Has whoever waits go on.
    func stopWaiting() {
        watcher?.resume()
        watcher = nil
    }
}

@available(*, unavailable)
extension ArrivingRequest: Sendable {}

/// The body of a request in pieces, as they arrive. Reads one at a time, on the event loop of the connection.
struct ArrivingBody: AsyncSequence, Sendable {
    struct AsyncIterator: AsyncIteratorProtocol {
        let request: NIOLoopBound<ArrivingRequest>
        let handler: NIOLoopBound<ExchangeHandler>

        func next() async throws -> ByteBuffer? {
            let chunk = try await withCheckedThrowingContinuation { request.value.read($0) }
            handler.value.readOn()
            return chunk
        }
    }

    let request: NIOLoopBound<ArrivingRequest>
    /// What reads on once there is room.
    let handler: NIOLoopBound<ExchangeHandler>

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(request: request, handler: handler) }
}
