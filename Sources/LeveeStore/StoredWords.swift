// The words of a line that a script has written, read from its bytes: to split a string means to look for graphemes.

/// Words with one space between them, one after the other.
struct StoredWords {
    private let bytes: [UInt8]
    private let end: Int
    /// Where the next word begins; beyond the end when there is none.
    private var position: Int

    /// The words of a line.
    ///
    /// - Parameters:
    ///   - bytes: What holds the line.
    ///   - range: Where it lies there.
    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The words of a whole field.
    init(_ bytes: [UInt8]) {
        self.init(bytes, in: bytes.indices)
    }

    /// Whether all words have been read.
    var isOver: Bool { position > end }

    /// The next word as bytes, which may be none; `nil` when all have been read.
    mutating func next() -> ArraySlice<UInt8>? {
        guard !isOver else { return nil }
        let start = position
        let space = bytes[start..<end].firstIndex(of: UInt8(ascii: " ")) ?? end
        position = space + 1
        return bytes[start..<space]
    }

    /// The next word as text.
    mutating func text() -> String? {
        next().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The next word as a decimal integer; `nil` if it is none, or all have been read.
    mutating func integer<Integer: FixedWidthInteger>() -> Integer? {
        text().flatMap { Integer($0) }
    }

    /// All that has not been read, as text.
    mutating func rest() -> String? {
        guard !isOver else { return nil }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }
}
