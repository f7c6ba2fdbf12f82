// The head of a response: status line and the few fields that matter, read in one pass over the bytes.

/// The head of a response (RFC 9112 sections 2 to 5), read strictly: CRLF only, no folded lines, one length.
struct ResponseHead: Equatable {
    /// How the end of the body is found (RFC 9112 section 6.3).
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
    }

    static let maxBytes = 16 << 10

    private(set) var status = 0
    private(set) var retryAfter: Int?
    private(set) var location: String?
    private(set) var isProblem = false
    private(set) var isEventStream = false
    private(set) var closes = false
    private(set) var framing = Framing.none
    private var length: Int?
    private var isChunked = false

    /// Reads a head from the beginning of what has arrived.
    ///
    /// - Returns: The head and how many bytes it takes; `nil` when its end has not arrived.
    /// - Throws: What is wrong with it.
    static func read(_ bytes: borrowing Span<UInt8>) throws(ResponseError) -> (head: ResponseHead, count: Int)? {
        var head = ResponseHead()
        guard var start = try nextLine(bytes, from: 0) else { return nil }
        try head.readStatusLine(bytes, until: start - 2)
        while let next = try nextLine(bytes, from: start) {
            if next == start + 2 {
                try head.settleFraming()
                return (head, next)
            }
            try head.readField(bytes, from: start, until: next - 2)
            start = next
        }
        return nil
    }

    /// Where the line after the one at `start` begins; `nil` when that has not arrived.
    private static func nextLine(_ bytes: borrowing Span<UInt8>, from start: Int) throws(ResponseError) -> Int? {
        var index = start
        let end = min(bytes.count, maxBytes)
        while index < end, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        guard index < end else {
            if bytes.count >= maxBytes { throw .headTooLong }
            return nil
        }
        guard index > start, bytes[index - 1] == UInt8(ascii: "\r") else { throw .malformedField }
        return index + 1
    }

    /// `HTTP/1.1 202 Accepted`, of which only the digits count.
    private mutating func readStatusLine(_ bytes: borrowing Span<UInt8>, until end: Int) throws(ResponseError) {
        guard end >= 12, bytes.holds("HTTP/1.1 ", at: 0), end == 12 || bytes[12] == UInt8(ascii: " "),
            let status = bytes.number(in: 9..<12), (100...599).contains(status)
        else { throw .malformedStatusLine }
        self.status = status
    }

    private mutating func readField(
        _ bytes: borrowing Span<UInt8>,
        from start: Int,
        until end: Int
    ) throws(ResponseError) {
        var colon = start
        while colon < end, bytes[colon] != UInt8(ascii: ":") {
            guard bytes[colon] > 0x20, bytes[colon] < 0x7F else { throw .malformedField }
            colon += 1
        }
        guard colon > start, colon < end else { throw .malformedField }
        var value = (colon + 1)..<end
        while !value.isEmpty, bytes[value.lowerBound].isBlank { value = (value.lowerBound + 1)..<value.upperBound }
        while !value.isEmpty, bytes[value.upperBound - 1].isBlank { value = value.lowerBound..<(value.upperBound - 1) }
        switch colon - start {
        case 8 where bytes.holds("location", at: start):
            guard let text = bytes.text(in: value) else { throw .malformedField }
            location = text
        case 10 where bytes.holds("connection", at: start):
            closes = closes || value.count == 5 && bytes.holds("close", at: value.lowerBound)
        case 11 where bytes.holds("retry-after", at: start):
            retryAfter = bytes.number(in: value)
        case 12 where bytes.holds("content-type", at: start):
            isProblem = bytes.isMediaType("application/problem+json", in: value)
            isEventStream = bytes.isMediaType("text/event-stream", in: value)
        case 14 where bytes.holds("content-length", at: start):
            guard let length = bytes.number(in: value), self.length == nil || self.length == length else {
                throw .contradictoryLength
            }
            self.length = length
        case 17 where bytes.holds("transfer-encoding", at: start):
            guard !isChunked, value.count == 7, bytes.holds("chunked", at: value.lowerBound) else {
                throw .malformedField
            }
            isChunked = true
        default:
            break
        }
    }

    private mutating func settleFraming() throws(ResponseError) {
        if status < 200 || status == 204 || status == 304 {
            framing = .none
        } else if isChunked {
            // Two answers to the question where the body ends are how responses are smuggled (RFC 9112 section 11.2).
            guard length == nil else { throw .contradictoryLength }
            framing = .chunked
        } else if let length {
            guard length <= ResponseParser.maxBodyBytes else { throw .bodyTooLong }
            framing = .length(length)
        } else {
            throw .noLength
        }
    }
}

extension UInt8 {
    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}

extension Span<UInt8> {
    /// Whether the text stands at an index. Small letters of the text stand for both cases.
    fileprivate func holds(_ text: StaticString, at start: Int) -> Bool {
        guard start + text.utf8CodeUnitCount <= count else { return false }
        return text.withUTF8Buffer { expected in
            for offset in 0..<expected.count {
                let byte = self[start + offset]
                let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                guard expected[offset] == byte || isUpper && expected[offset] == byte | 0x20 else { return false }
            }
            return true
        }
    }

    /// Whether a value of `Content-Type` begins with a media type, whatever its parameters.
    fileprivate func isMediaType(_ type: StaticString, in value: Range<Int>) -> Bool {
        let end = value.lowerBound + type.utf8CodeUnitCount
        return holds(type, at: value.lowerBound)
            && (end == value.upperBound || self[end] == UInt8(ascii: ";") || self[end].isBlank)
    }

    /// Digits only, at most nine of them.
    fileprivate func number(in range: Range<Int>) -> Int? {
        guard (1...9).contains(range.count) else { return nil }
        var number = 0
        for index in range {
            let byte = self[index]
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return number
    }

    /// Visible ASCII without blanks, as a URL is: what comes from here goes into a request line.
    fileprivate func text(in range: Range<Int>) -> String? {
        for index in range where self[index] <= 0x20 || self[index] >= 0x7F { return nil }
        return String(unsafeUninitializedCapacity: range.count) { buffer in
            for index in range { buffer[index - range.lowerBound] = self[index] }
            return range.count
        }
    }
}
