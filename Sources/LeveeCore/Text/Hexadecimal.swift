// Bytes as pairs of hexadecimal digits.

/// The way in which hashes are written.
package enum Hexadecimal {
    /// The bytes in lower case.
    package static func text(_ bytes: some Sequence<UInt8>) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(2 * bytes.underestimatedCount)
        for byte in bytes {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte & 15))
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Numbers in lower case, each with all of its sixteen digits.
    package static func text(_ numbers: UInt64...) -> String {
        String(unsafeUninitializedCapacity: 16 * numbers.count) { buffer in
            for (place, number) in numbers.enumerated() {
                for index in 0..<16 {
                    buffer[16 * place + index] = digit(UInt8(truncatingIfNeeded: number >> UInt64(60 - 4 * index) & 15))
                }
            }
            return 16 * numbers.count
        }
    }

    /// The bytes that a text spells, in any case; `nil` if it is not made of pairs of digits.
    package static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// A digit in lower case.
    package static func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x61 + value - 10 }
}
