// The grammar of a media type: what may be stored with a payload and sent back with a result.

/// The media type of a representation.
enum MediaTypeSyntax {
    /// The most bytes that a media type may have, its parameters included.
    static let maxLength = 255

    /// Whether a text is `type "/" subtype` with any parameters (RFC 9110 section 8.3.1), in printable ASCII, and so is fit
    /// for a header field.
    static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard bytes.count <= maxLength else { return false }
        var index = 0
        guard skipToken(bytes, &index), skip(UInt8(ascii: "/"), bytes, &index), skipToken(bytes, &index) else {
            return false
        }
        while true {
            skipSpace(bytes, &index)
            if index == bytes.count { return true }
            guard skip(UInt8(ascii: ";"), bytes, &index) else { return false }
            skipSpace(bytes, &index)
            if index == bytes.count || bytes[index] == UInt8(ascii: ";") { continue }
            guard skipToken(bytes, &index), skip(UInt8(ascii: "="), bytes, &index),
                skipToken(bytes, &index) || skipQuoted(bytes, &index)
            else { return false }
        }
    }

    private static func skip(_ byte: UInt8, _ bytes: [UInt8], _ index: inout Int) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    private static func skipSpace(_ bytes: [UInt8], _ index: inout Int) {
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
    }

    /// `token` (RFC 9110 section 5.6.2).
    private static func skipToken(_ bytes: [UInt8], _ index: inout Int) -> Bool {
        let start = index
        while index < bytes.count, isTokenCharacter(bytes[index]) { index += 1 }
        return index > start
    }

    /// `quoted-string` (RFC 9110 section 5.6.4), without its obsolete part.
    private static func skipQuoted(_ bytes: [UInt8], _ index: inout Int) -> Bool {
        guard skip(UInt8(ascii: "\""), bytes, &index) else { return false }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte == UInt8(ascii: "\\") {
                guard index < bytes.count, (0x20..<0x7F).contains(bytes[index]) else { return false }
                index += 1
            } else if !(0x20..<0x7F).contains(byte) {
                return false
            }
        }
        return false
    }

    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "!"), 0x23...0x27, UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
