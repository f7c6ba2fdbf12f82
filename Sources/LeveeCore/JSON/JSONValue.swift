// A value in a JSON text: what it is, and what is in it.

/// One value of a ``JSONDocument``.
///
/// Texts are told apart by their characters (Unicode scalars) as JSON Schema wants it, not by how they look: an `é` of
/// one character is not an `e` with an accent.
public struct JSONValue: Sendable {
    let document: JSONDocument
    let index: Int

    /// The kinds of value (RFC 8259 section 3).
    public enum Kind: String, Sendable {
        case null, boolean, number, string, array, object
    }

    private var node: JSONDocument.Node { document.nodes[index] }

    /// What the value is.
    public var kind: Kind { node.kind }

    /// Where the value begins in its text, in bytes from 0.
    public var offset: Int { Int(node.start) }

    /// The value as it was written.
    var source: ArraySlice<UInt8> { document.bytes[Int(node.start)..<Int(node.end)] }

    /// Whether the value is `true`; meaningless for all but booleans.
    package var isTrue: Bool { source.first == UInt8(ascii: "t") }

    /// Whether the value is a number without a fraction: 1.0 is one (JSON Schema 2020-12, validation, section 6.1.1).
    var isInteger: Bool {
        guard kind == .number else { return false }
        let isPlain = source.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
        return isPlain || number.isInteger
    }

    /// The number; meaningless for all but numbers.
    var number: JSONNumber { JSONNumber(source) }

    /// The number where it is one without a fraction that an `Int` holds exactly: 12, and 1.2e1.
    package var integer: Int? {
        guard kind == .number else { return nil }
        let text = String(decoding: source, as: UTF8.self)
        return Int(text) ?? Double(text).flatMap { Int(exactly: $0) }
    }

    /// The text, as it was written or with its escapes resolved; meaningless for all but strings.
    package var text: String { String(decoding: utf8, as: UTF8.self) }

    /// The bytes of ``text``.
    var utf8: ArraySlice<UInt8> {
        let written = source.dropFirst().dropLast()
        guard written.contains(UInt8(ascii: "\\")) else { return written }
        return Self.unescaped(written)[...]
    }

    /// The elements of an array in their order.
    package var elements: Elements { Elements(container: self) }

    /// The values in an array, one after the other.
    package struct Elements: Sequence, IteratorProtocol {
        private let document: JSONDocument
        private var position: Int
        private let end: Int

        fileprivate init(container: JSONValue) {
            document = container.document
            position = container.index + 1
            end = Int(container.node.next)
        }

        package mutating func next() -> JSONValue? {
            guard position < end else { return nil }
            defer { position = Int(document.nodes[position].next) }
            return JSONValue(document: document, index: position)
        }
    }

    /// The members of an object in their order.
    var members: Members { Members(object: self) }

    /// The names and values in an object, one after the other.
    struct Members: Sequence, IteratorProtocol {
        private var parts: Elements

        fileprivate init(object: JSONValue) {
            parts = Elements(container: object)
        }

        mutating func next() -> (name: JSONValue, value: JSONValue)? {
            guard let name = parts.next(), let value = parts.next() else { return nil }
            return (name, value)
        }
    }

    /// The value of a member, if there is one of the name.
    package func member(_ name: String) -> JSONValue? {
        members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// A form that is the same for equal values and no others (JSON Schema 2020-12, core, section 4.2.2): numbers by
    /// their value, objects whatever the order of their members.
    var canonical: [UInt8] {
        var bytes: [UInt8] = []
        appendCanonical(to: &bytes)
        return bytes
    }

    private func appendCanonical(to bytes: inout [UInt8]) {
        switch kind {
        case .null, .boolean: bytes += source
        case .number: number.appendCanonical(to: &bytes)
        case .string:
            bytes.append(UInt8(ascii: "\""))
            bytes += utf8
            // No byte of a text in UTF-8.
            bytes.append(0xFF)
        case .array:
            bytes.append(UInt8(ascii: "["))
            for element in elements { element.appendCanonical(to: &bytes) }
            bytes.append(UInt8(ascii: "]"))
        case .object:
            bytes.append(UInt8(ascii: "{"))
            let sorted = members.map { (name: $0.name.utf8, value: $0.value) }
                .sorted { $0.name.lexicographicallyPrecedes($1.name) }
            for (name, value) in sorted {
                bytes += name
                bytes.append(0xFF)
                value.appendCanonical(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// Resolves the escapes of a string that is known to be well-formed.
    private static func unescaped(_ written: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(written.count)
        var rest = written
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                bytes.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"):
                var units = [codeUnit(&rest)]
                if UTF16.isLeadSurrogate(units[0]) {
                    rest = rest.dropFirst(2)
                    units.append(codeUnit(&rest))
                }
                bytes += String(decoding: units, as: UTF16.self).utf8
            default: bytes.append(escape)
            }
        }
        return bytes
    }

    private static func codeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt16 {
        defer { rest = rest.dropFirst(4) }
        return UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) ?? 0xFFFD
    }
}
