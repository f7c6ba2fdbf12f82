// Parses replies with hiredis' reader: the one file that knows its types.

private import CHiredis
internal import NIOCore

/// Turns bytes into replies: feed once, then take replies until there is none.
///
/// hiredis keeps the bytes of a reply that is not yet whole. After an error the reader is dead.
struct ReplyReader: ~Copyable {
    /// The most elements that an array may announce.
    static let maximumElements = 100_000
    /// The most arrays that may lie one in the other.
    static let maximumDepth = 8

    /// `nil` when there was no memory for it.
    private var handle: UnsafeMutablePointer<levee_reader>?
    private let maximumReplyBytes: Int
    private var bytesSinceLastReply = 0
    private var largestReply = 0

    init(maximumReplyBytes: Int) {
        self.maximumReplyBytes = maximumReplyBytes
        handle = levee_reader_create(Self.maximumElements, Int32(Self.maximumDepth))
    }

    deinit { levee_reader_free(handle) }

    mutating func feed(_ buffer: ByteBuffer) throws(RedisError) {
        let handle = try open()
        let status = buffer.withUnsafeReadableBytes { bytes in
            levee_reader_feed(handle, bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count)
        }
        bytesSinceLastReply += buffer.readableBytes
        guard status == REDIS_OK else { throw violation(handle) }
    }

    /// The next whole reply; `nil` when more bytes are needed.
    mutating func next() throws(RedisError) -> RESPValue? {
        let handle = try open()
        var isWhole: Int32 = 0
        guard levee_reader_next(handle, &isWhole) == REDIS_OK else { throw violation(handle) }
        guard isWhole != 0 else {
            try rest()
            return nil
        }
        defer { levee_reader_drop(handle) }
        let unread = levee_reader_unread(handle)
        largestReply = max(largestReply, bytesSinceLastReply - unread)
        bytesSinceLastReply = unread
        var parts = Parts(of: handle.pointee)
        return try parts.next()
    }

    /// Nothing more to take: holds the reply that is under way to the limit, and gives the memory of a big one back.
    private mutating func rest() throws(RedisError) {
        if bytesSinceLastReply > maximumReplyBytes {
            throw .protocolViolation("more than \(maximumReplyBytes) bytes came without completing a reply")
        }
        if bytesSinceLastReply == 0, largestReply > 1 << 20 {
            levee_reader_free(handle)
            handle = levee_reader_create(Self.maximumElements, Int32(Self.maximumDepth))
            largestReply = 0
        }
    }

    private func open() throws(RedisError) -> UnsafeMutablePointer<levee_reader> {
        guard let handle else { throw .protocolViolation("out of memory for a reply reader") }
        return handle
    }

    private func violation(_ handle: UnsafePointer<levee_reader>) -> RedisError {
        switch handle.pointee.refusal {
        case LEVEE_REFUSED_ELEMENTS:
            .protocolViolation("an array announced more than \(Self.maximumElements) elements")
        case LEVEE_REFUSED_DEPTH:
            .protocolViolation("arrays lie more than \(Self.maximumDepth) deep in one another")
        case LEVEE_REFUSED_TRAILER:
            .protocolViolation("a string is not followed by CR LF")
        case LEVEE_REFUSED_TYPE:
            .protocolViolation("a null of RESP3")
        default:
            .protocolViolation(String(cString: levee_reader_error(handle)))
        }
    }
}

/// The parts of a whole reply, in the order in which they came.
private struct Parts {
    private let items: UnsafeBufferPointer<levee_item>
    private let bytes: UnsafeRawPointer?
    private var index = 0

    init(of reader: levee_reader) {
        items = UnsafeBufferPointer(start: reader.items, count: reader.item_count)
        bytes = UnsafeRawPointer(reader.bytes)
    }

    /// The next value, with all its elements.
    mutating func next() throws(RedisError) -> RESPValue {
        guard index < items.count else { throw .protocolViolation("an array without an element") }
        let item = items[index]
        index += 1
        switch item.type {
        case REDIS_REPLY_STRING: return .bulk(Array(bytes(of: item)))
        case REDIS_REPLY_STATUS: return .simple(text(of: item))
        case REDIS_REPLY_ERROR: return .error(RedisServerError(text(of: item)))
        case REDIS_REPLY_INTEGER: return .integer(item.value)
        case REDIS_REPLY_NIL: return .null
        case REDIS_REPLY_ARRAY:
            var elements: [RESPValue] = []
            elements.reserveCapacity(Int(item.value))
            for _ in 0..<item.value { elements.append(try next()) }
            return .array(elements)
        default:
            throw .protocolViolation("a reply of a type that RESP2 does not have (\(item.type))")
        }
    }

    private func bytes(of item: levee_item) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes.map { $0 + item.offset }, count: item.length)
    }

    private func text(of item: levee_item) -> String {
        String(decoding: bytes(of: item), as: UTF8.self)
    }
}
