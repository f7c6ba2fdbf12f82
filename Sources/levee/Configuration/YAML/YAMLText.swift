// The characters of a YAML file before they are parsed: what is not allowed, and changes that keep every position.

/// The text of a YAML document as characters that can be marked and changed in place.
///
/// Two things that the parser would do must not happen: aliases are expanded (a few lines of them can make a document of
/// any size), and a key that stands twice ends the parsing. Both are prevented by putting one private character of
/// Unicode in the place of one character of the text, which moves nothing, and by turning it back afterwards.
struct YAMLText {
    /// Stands for a `*` at the beginning of a value.
    static let star: Unicode.Scalar = "\u{10FFFA}"
    /// Stand for the first character of keys that would be the same as a later one.
    static let disguises: ClosedRange<UInt32> = 0x10FF00...0x10FF3F

    private(set) var characters: [Unicode.Scalar]

    /// Takes over the text of a file, without its byte order mark.
    ///
    /// - Throws: The first character that no YAML file may hold (YAML 1.2.2 section 5.1).
    init(_ text: String) throws(YAMLSyntaxError) {
        characters = Array(text.unicodeScalars)
        if characters.first == "\u{FEFF}" { characters.removeFirst() }
        if let index = characters.firstIndex(where: { !Self.isAllowed($0) }) {
            let code = String(characters[index].value, radix: 16, uppercase: true)
            throw YAMLSyntaxError(
                mark: mark(at: index),
                message: "the invisible character U+\(String(repeating: "0", count: max(0, 4 - code.count)))\(code) "
                    + "is not allowed; remove it"
            )
        }
        for index in characters.indices where characters[index] == "*" && isValueStart(index) {
            characters[index] = Self.star
        }
    }

    /// The text as it is to be parsed.
    var string: String {
        var string = String.UnicodeScalarView()
        string.append(contentsOf: characters)
        return String(string)
    }

    /// The character at a position, if the document reaches that far.
    subscript(mark: YAMLMark) -> Unicode.Scalar? {
        index(of: mark).map { characters[$0] }
    }

    /// Makes the key at a position differ from every other key.
    ///
    /// - Parameters:
    ///   - mark: Where the key stands.
    ///   - disguise: A character of ``disguises`` that was not used before.
    /// - Returns: Whether there was a character to change.
    mutating func disguiseKey(at mark: YAMLMark, as disguise: UInt32) -> Bool {
        guard var index = index(of: mark), let disguise = Unicode.Scalar(disguise) else { return false }
        if characters[index] == "\"" || characters[index] == "'" { index += 1 }
        guard index < characters.count, !"\"':\n\r".unicodeScalars.contains(characters[index]) else { return false }
        characters[index] = disguise
        return true
    }

    private static func isAllowed(_ character: Unicode.Scalar) -> Bool {
        switch character.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD: true
        case 0x10000...0x10FEFF: true
        default: false
        }
    }

    /// Whether a value can begin here, as far as the character before it tells.
    private func isValueStart(_ index: Int) -> Bool {
        index == 0 || " \t\r\n[{,:?-".unicodeScalars.contains(characters[index - 1])
    }

    /// Where a character stands, lines counted as the parser does (YAML 1.1 section 4.1.4).
    private func mark(at end: Int) -> YAMLMark {
        var mark = YAMLMark(line: 1, column: 1)
        for index in 0..<end { advance(&mark, over: index) }
        return mark
    }

    private func index(of mark: YAMLMark) -> Int? {
        var current = YAMLMark(line: 1, column: 1)
        for index in characters.indices {
            if current == mark { return index }
            advance(&current, over: index)
        }
        return nil
    }

    private func advance(_ mark: inout YAMLMark, over index: Int) {
        switch characters[index] {
        case "\r" where index + 1 < characters.count && characters[index + 1] == "\n": mark.column += 1
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": mark = YAMLMark(line: mark.line + 1, column: 1)
        default: mark.column += 1
        }
    }
}

/// Why a text is no YAML document.
struct YAMLSyntaxError: Error, Equatable {
    var mark: YAMLMark
    var message: String
}
