// Puts the chunks of a body together.

import NIOCore

/// A body in the chunked transfer coding (RFC 9112 section 7.1). Trailers and extensions are skipped.
struct ChunkedBody {
    private enum Place {
        case size
        case data(Int)
        case trailer
    }

    /// Longer lines than any size with its extensions, or trailer, may be.
    private static let maxLineBytes = 1_024

    private var place = Place.size
    private var body = ByteBuffer()

    /// Takes what has arrived.
    ///
    /// - Returns: The whole body after the last chunk, else `nil`.
    mutating func next(from buffer: inout ByteBuffer) throws(ResponseError) -> ByteBuffer? {
        while true {
            switch place {
            case .size:
                guard let line = try takeLine(from: &buffer) else { return nil }
                let size = try Self.size(line)
                guard body.readableBytes + size <= ResponseParser.maxBodyBytes else { throw .bodyTooLong }
                place = size == 0 ? .trailer : .data(size)
            case .data(let size):
                guard buffer.readableBytes >= size + 2, var data = buffer.readSlice(length: size) else { return nil }
                guard buffer.readBytes(length: 2) == [0x0D, 0x0A] else { throw .malformedChunk }
                body.writeBuffer(&data)
                place = .size
            case .trailer:
                guard let line = try takeLine(from: &buffer) else { return nil }
                guard line.isEmpty else { continue }
                defer { self = ChunkedBody() }
                return body
            }
        }
    }

    /// Takes out what there is of a body that goes on.
    mutating func takeBody() -> ByteBuffer {
        defer { body = ByteBuffer() }
        return body
    }

    /// The next line without its CRLF.
    private func takeLine(from buffer: inout ByteBuffer) throws(ResponseError) -> [UInt8]? {
        let view = buffer.readableBytesView
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else {
            if view.count > Self.maxLineBytes { throw .malformedChunk }
            return nil
        }
        let count = end - view.startIndex
        guard count <= Self.maxLineBytes, let line = buffer.readBytes(length: count + 1)?.dropLast(),
            line.last == UInt8(ascii: "\r")
        else { throw .malformedChunk }
        return Array(line.dropLast())
    }

    private static func size(_ line: [UInt8]) throws(ResponseError) -> Int {
        let digits = line.prefix { $0 != UInt8(ascii: ";") }
        guard (1...8).contains(digits.count) else { throw .malformedChunk }
        var size = 0
        for byte in digits {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw .malformedChunk }
            size = size << 4 | digit
        }
        return size
    }
}
