// The end of what a program said, on one line.

/// Keeps the last bytes of a stream.
struct OutputTail {
    /// How many bytes are kept.
    static let limit = 512
    /// How many lines are shown: an error, and what to do about it.
    static let lines = 3

    private var bytes: [UInt8] = []

    /// Takes in more of the stream.
    mutating func append(_ more: some Collection<UInt8>) {
        bytes += more.suffix(Self.limit)
        bytes.removeFirst(max(0, bytes.count - Self.limit))
    }

    /// The last lines that are not blank, as one.
    var line: String {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
            .filter { !$0.isEmpty }
        return LineText.escaped(lines.suffix(Self.lines).joined(separator: " "))
    }
}
