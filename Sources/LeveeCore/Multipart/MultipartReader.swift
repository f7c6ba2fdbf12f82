// The way back from one body to several files.

/// Finds the parts in a body that a ``MultipartWriter`` wrote. Takes it piece by piece, and holds no more than a head.
package struct MultipartReader: Sendable {
    /// What a piece of the body contains.
    package enum Event: Sendable, Equatable {
        /// A part begins.
        case part(FilePart)
        /// The next bytes of the part that has begun.
        case bytes([UInt8])
        /// There are no more parts.
        case end
    }

    /// The body is not one of a ``MultipartWriter``.
    package struct Malformed: Error {}

    private static let maxHeadBytes = 4 << 10

    private let boundary: [UInt8]
    private var head: [UInt8] = []
    private var remaining = 0
    private var hasEnded = false

    /// Begins to read; `nil` if the media type is not that of several files.
    ///
    /// - Parameter mediaType: The media type of the body.
    package init?(mediaType: String) {
        let prefix = "multipart/mixed; boundary="
        guard mediaType.hasPrefix(prefix), mediaType.utf8.count > prefix.utf8.count else { return nil }
        boundary = Array("--\(mediaType.dropFirst(prefix.count))".utf8)
    }

    /// Takes the next piece.
    ///
    /// - Parameter piece: Bytes of the body, where the last piece has ended.
    /// - Returns: What they contain.
    /// - Throws: ``Malformed``.
    package mutating func read(_ piece: [UInt8]) throws(Malformed) -> [Event] {
        var events: [Event] = []
        var rest = piece[...]
        while !rest.isEmpty, !hasEnded {
            if remaining > 0 {
                events.append(.bytes(Array(rest.prefix(remaining))))
                let taken = min(remaining, rest.count)
                rest = rest.dropFirst(taken)
                remaining -= taken
                continue
            }
            head.append(rest.removeFirst())
            guard head.last == UInt8(ascii: "\n") else {
                guard head.count < Self.maxHeadBytes else { throw Malformed() }
                continue
            }
            if head.ends(with: boundary + Array("--\r\n".utf8)) {
                hasEnded = true
                events.append(.end)
            } else if head.ends(with: Array("\r\n\r\n".utf8)) {
                let part = try part()
                remaining = part.length
                head.removeAll()
                events.append(.part(part))
            }
        }
        return events
    }

    private func part() throws(Malformed) -> FilePart {
        let lines = String(decoding: head.drop { $0 == 0x0D || $0 == 0x0A }, as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: true)
        guard lines.count == 4, Array(lines[0].utf8) == boundary,
            let mediaType = Self.value(lines[1], of: "Content-Type: "),
            let name = Self.value(lines[2], of: "Content-Disposition: attachment; filename=\""), name.hasSuffix("\""),
            let length = Self.value(lines[3], of: "Content-Length: ").flatMap({ Int($0) }), length >= 0
        else { throw Malformed() }
        return FilePart(name: String(name.dropLast()), mediaType: mediaType, length: length)
    }

    private static func value(_ line: Substring, of field: String) -> String? {
        line.hasPrefix(field) ? String(line.dropFirst(field.count)) : nil
    }
}

extension [UInt8] {
    fileprivate func ends(with suffix: [UInt8]) -> Bool { self.suffix(suffix.count).elementsEqual(suffix) }
}
