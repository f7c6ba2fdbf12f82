// A bare TCP connection: for what no well-behaved client would send.

import NIOCore
import NIOPosix

/// Sends bytes as they are and gives back what comes.
struct RawConnection: Sendable {
    private let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Connects, runs the body and closes.
    static func open<Result: Sendable>(
        port: Int,
        _ body: (inout Conversation) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var conversation = Conversation(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&conversation)
        }
    }

    /// Sends a text and gives back everything until the other side closes.
    ///
    /// - Parameters:
    ///   - port: The port on loopback.
    ///   - text: What is sent.
    ///   - closing: Whether the connection is closed for sending after the text.
    /// - Returns: What came.
    /// - Throws: What is wrong with the connection; a reset is.
    static func exchange(port: Int, _ text: String, closing: Bool) async throws -> String {
        try await open(port: port) { connection in
            try await connection.send(text)
            if closing { connection.closeOutput() }
            return try await connection.receiveAll()
        }
    }

    /// The two directions of a connection.
    struct Conversation {
        fileprivate var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
        fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        /// What has come and has not been asked for.
        private var received = ""

        fileprivate init(
            inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
            outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
        ) {
            self.inbound = inbound
            self.outbound = outbound
        }

        func send(_ text: String) async throws {
            try await outbound.write(ByteBuffer(string: text))
        }

        /// Sends as much of the chunks as the other side takes; stops without an error once it takes no more.
        func sendUntilRefused(_ chunk: String, times: Int) async -> Int {
            for count in 0..<times {
                do { try await send(chunk) } catch { return count }
            }
            return times
        }

        func closeOutput() { outbound.finish() }

        /// Everything until the other side closes.
        mutating func receiveAll() async throws -> String {
            while let buffer = try await next() { received += String(buffer: buffer) }
            defer { received = "" }
            return received
        }

        /// Everything up to and including a text.
        mutating func receive(through text: String) async throws -> String {
            while !received.contains(text) {
                guard let buffer = try await next() else { break }
                received += String(buffer: buffer)
            }
            let parts = received.split(separator: text, maxSplits: 1, omittingEmptySubsequences: false)
            received = parts.count > 1 ? String(parts[1]) : ""
            return String(parts.first ?? "") + (parts.count > 1 ? text : "")
        }

        /// A reset is an error: whoever closes a connection has to let its last words arrive.
        private mutating func next() async throws -> ByteBuffer? {
            try await inbound.next(isolation: #isolation)
        }
    }
}
