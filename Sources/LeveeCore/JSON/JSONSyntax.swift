// Tells whether bytes are one JSON text, strictly and in constant memory.

/// The grammar of RFC 8259, with what it leaves open decided on the safe side.
///
/// Refused besides bad grammar: bytes that are not UTF-8 (section 8.1), a byte order mark (section 8.1), escapes of lone
/// surrogates, which name no character (section 8.2; RFC 7493 section 2.1), and nesting deeper than ``maxDepth``
/// (section 9). Numbers are judged by their form only: `1e999` is fine.
public enum JSONSyntax {
    /// How many arrays and objects may lie within each other.
    public static let maxDepth = 64

    /// Checks a text; takes time linear in its length, and neither recursion nor memory whatever its content.
    ///
    /// - Parameter bytes: The whole text.
    /// - Throws: ``JSONSyntaxError`` with the first place at which the text is not JSON.
    public static func validate(_ bytes: [UInt8]) throws(JSONSyntaxError) {
        var scanner = JSONScanner(bytes: bytes)
        if let reason = scanner.scan() {
            throw JSONSyntaxError(reason, at: scanner.index, in: bytes)
        }
    }

    /// Whether a text is JSON, for those who need not know why not.
    ///
    /// - Parameter bytes: The whole text.
    /// - Returns: Whether ``validate(_:)`` finds nothing wrong.
    public static func isValid(_ bytes: [UInt8]) -> Bool {
        var scanner = JSONScanner(bytes: bytes)
        return scanner.scan() == nil
    }
}

/// Where and why bytes are not JSON.
public struct JSONSyntaxError: Error, Sendable, Equatable {
    /// The offset of the first wrong byte from 0; the length of the text where it ends too early.
    public var offset: Int
    /// The line of that byte, from 1; lines end with a line feed.
    public var line: Int
    /// The column of that byte in its line, from 1, counted in characters (Unicode scalars).
    public var column: Int
    /// What is wrong there.
    public var reason: Reason

    /// What can be wrong with a JSON text; the raw values are for people.
    public enum Reason: String, Sendable {
        case unexpectedEnd = "the text ends too early"
        case byteOrderMark = "a byte order mark is not allowed"
        case expectedValue = "a value is expected"
        case expectedName = "a name in double quotes is expected"
        case expectedColon = "a colon is expected"
        case expectedCommaOrEnd = "a comma or the closing bracket is expected"
        case trailingBytes = "nothing may follow the value"
        case badLiteral = "this is neither true, false nor null"
        case badNumber = "the number is malformed"
        case badEscape = "the escape sequence is unknown"
        case loneSurrogate = "half of a surrogate pair names no character"
        case controlCharacter = "control characters in strings must be escaped"
        case invalidUTF8 = "the bytes are not UTF-8"
        case tooDeep = "the text is nested more than 64 levels deep"
        case repeatedName = "the object has a member of this name already"
    }

    init(_ reason: Reason, at offset: Int, in bytes: [UInt8]) {
        self.offset = offset
        self.reason = reason
        (line, column) = JSONDocument.position(of: offset, in: bytes)
    }
}

extension JSONSyntaxError: CustomStringConvertible {
    /// The reason and the place, for people.
    public var description: String { "\(reason.rawValue) (line \(line), column \(column), byte \(offset))" }
}
