// The end of what a program wrote to its standard error, fit to be shown.

/// Keeps the last bytes of a stream.
struct ErrorTail: Sendable {
    /// How many bytes are kept.
    static let limit = 4 << 10

    private var bytes: [UInt8] = []
    private var isCut = false

    mutating func append(_ more: some Collection<UInt8>) {
        isCut = isCut || bytes.count + more.count > Self.limit
        bytes += more.suffix(Self.limit)
        // Cut in large steps, so that a program that writes byte by byte costs no more than one that does not.
        if bytes.count > Self.limit * 4 { bytes.removeFirst(bytes.count - Self.limit) }
    }

    /// The last bytes as text: valid UTF-8, without control characters but for line feeds and tabs, without the blanks at
    /// either end.
    var text: String {
        var tail = bytes.suffix(Self.limit)
        if isCut { tail = tail.drop { $0 & 0xC0 == 0x80 } }
        var scalars = String.UnicodeScalarView()
        for scalar in String(decoding: tail, as: UTF8.self).unicodeScalars {
            guard scalar.properties.generalCategory != .control || scalar == "\n" || scalar == "\t" else { continue }
            scalars.append(scalar)
        }
        let text = Substring(String(scalars))
        let head = text.drop { $0.isWhitespace }
        let end = head.lastIndex { !$0.isWhitespace }
        return end.map { String(head[...$0]) } ?? ""
    }
}
