// Writes JSON in the order in which it is told to: no tree, no reflection, no intermediate strings.

/// Appends one JSON text (RFC 8259) as UTF-8 to a byte array.
package struct JSONWriter {
    package private(set) var bytes: [UInt8] = []
    private var needsComma = false

    package init(reservingCapacity capacity: Int = 1_024) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes an object whose members the closure adds.
    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        nested(UInt8(ascii: "{"), UInt8(ascii: "}"), members)
    }

    /// Writes an array whose elements the closure adds.
    package mutating func array(_ elements: (inout JSONWriter) -> Void) {
        nested(UInt8(ascii: "["), UInt8(ascii: "]"), elements)
    }

    /// Writes a member's name; its value comes next.
    package mutating func name(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    package mutating func string(_ value: String) {
        separate()
        quote(value)
    }

    package mutating func integer(_ value: some BinaryInteger) {
        separate()
        bytes += String(value).utf8
    }

    /// Writes a duration as a number of seconds, to the millisecond.
    package mutating func seconds(_ value: Duration) {
        separate()
        let milliseconds = value.milliseconds
        bytes += String(milliseconds / 1_000).utf8
        let rest = String(milliseconds % 1_000)
        if rest != "0" { bytes += ".\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)".utf8 }
    }

    package mutating func boolean(_ value: Bool) {
        separate()
        bytes += (value ? "true" : "false").utf8
    }

    package mutating func null() {
        separate()
        bytes += "null".utf8
    }

    /// Writes a string from pieces, without putting them together first.
    package mutating func string(_ first: String, _ second: String, _ third: String, _ fourth: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        escape(first)
        escape(second)
        escape(third)
        escape(fourth)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes bytes that are known to be one JSON text.
    package mutating func verbatim(_ json: [UInt8]) {
        separate()
        bytes += json
    }

    package mutating func member(_ name: String, _ value: String?) {
        self.name(name)
        if let value { string(value) } else { null() }
    }

    package mutating func member(_ name: String, _ value: Int?) {
        self.name(name)
        if let value { integer(value) } else { null() }
    }

    package mutating func member(_ name: String, _ value: Bool) {
        self.name(name)
        boolean(value)
    }

    private mutating func nested(_ opening: UInt8, _ closing: UInt8, _ content: (inout JSONWriter) -> Void) {
        separate()
        bytes.append(opening)
        needsComma = false
        content(&self)
        bytes.append(closing)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        escape(text)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            // Nearly all texts can stand as they are.
            let isPlain = utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
            if isPlain { bytes.append(contentsOf: utf8) } else { escape(utf8) }
        }
    }

    private mutating func escape(_ utf8: UnsafeBufferPointer<UInt8>) {
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case UInt8(ascii: "\r"): bytes += "\\r".utf8
            case UInt8(ascii: "\t"): bytes += "\\t".utf8
            case 0..<0x20:
                bytes += "\\u00".utf8
                bytes.append(Hexadecimal.digit(byte >> 4))
                bytes.append(Hexadecimal.digit(byte & 15))
            default: bytes.append(byte)
            }
        }
    }
}
