// A JSON text that has been read: a flat list of places in its bytes, no tree of objects.

/// One JSON text and the values in it.
///
/// Strings and numbers stay as they were written until somebody asks for them. Whatever the text holds, reading it takes
/// one pass and at most eight times its own memory.
public struct JSONDocument: Sendable {
    let bytes: [UInt8]
    /// The values in the order in which they begin; an object's names stand before its values.
    private(set) var nodes: [Node] = []

    /// A value or a name, as 16 bytes.
    struct Node {
        /// What the value is; a name is a string.
        var kind: JSONValue.Kind
        /// The offset of its first byte.
        var start: UInt32
        /// The offset behind its last byte.
        var end: UInt32
        /// The number of the node behind everything that is in this one.
        var next: UInt32
    }

    /// Reads a text.
    ///
    /// It has to be JSON as ``JSONSyntax`` has it; besides, no object may have two members of one name, for which RFC 8259
    /// section 4 has no meaning: what one reader has checked, another one would not see.
    ///
    /// - Parameter bytes: The whole text, of less than 4 GiB.
    /// - Throws: ``JSONSyntaxError`` with the first place at which the text is not JSON.
    public init(_ bytes: [UInt8]) throws(JSONSyntaxError) {
        self.bytes = bytes
        var scanner = JSONScanner(bytes: bytes)
        var open: [Int] = []
        while true {
            switch scanner.next() {
            case .openObject: open.append(append(.object, scanner.index - 1..<scanner.index))
            case .openArray: open.append(append(.array, scanner.index - 1..<scanner.index))
            case .name(let range), .string(let range): append(.string, range)
            case .number(let range): append(.number, range)
            case .literal(let range): append(bytes[range.lowerBound] == UInt8(ascii: "n") ? .null : .boolean, range)
            case .close:
                guard let index = open.popLast() else { continue }
                nodes[index].end = UInt32(scanner.index)
                nodes[index].next = UInt32(nodes.count)
                if let offset = repeatedName(in: index) { throw JSONSyntaxError(.repeatedName, at: offset, in: bytes) }
            case .end: return
            case .failure(let reason): throw JSONSyntaxError(reason, at: scanner.index, in: bytes)
            }
        }
    }

    /// The value at the top.
    public var root: JSONValue { JSONValue(document: self, index: 0) }

    /// The line and the column of a place, from 1; lines end with a line feed, columns count characters (Unicode scalars).
    ///
    /// - Parameter offset: The place, in bytes from 0.
    /// - Returns: Where people find it.
    public func position(of offset: Int) -> (line: Int, column: Int) { Self.position(of: offset, in: bytes) }

    static func position(of offset: Int, in bytes: [UInt8]) -> (line: Int, column: Int) {
        let head = bytes[..<offset]
        let lineStart = head.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (
            line: head.count { $0 == UInt8(ascii: "\n") } + 1,
            column: head[lineStart...].count { $0 & 0xC0 != 0x80 } + 1
        )
    }

    /// The text without the blanks between its pieces.
    var compact: String {
        var isInString = false
        var isEscaped = false
        let kept = bytes.filter { byte in
            defer { isEscaped = isInString && !isEscaped && byte == UInt8(ascii: "\\") }
            if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
            return isInString || byte > 0x20
        }
        return String(decoding: kept, as: UTF8.self)
    }

    @discardableResult
    private mutating func append(_ kind: JSONValue.Kind, _ range: Range<Int>) -> Int {
        let index = nodes.count
        let node = Node(
            kind: kind,
            start: UInt32(range.lowerBound),
            end: UInt32(range.upperBound),
            next: UInt32(index + 1)
        )
        nodes.append(node)
        return index
    }

    /// The offset of a name that an object has had before.
    private func repeatedName(in object: Int) -> Int? {
        guard nodes[object].kind == .object, nodes[object].next > UInt32(object + 3) else { return nil }
        var seen: Set<ArraySlice<UInt8>> = []
        for member in JSONValue(document: self, index: object).members where !seen.insert(member.name.utf8).inserted {
            return member.name.offset
        }
        return nil
    }
}
