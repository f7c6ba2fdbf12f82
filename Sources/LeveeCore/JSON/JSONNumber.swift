// Numbers of any size and precision, compared as they are written: 0.1 is a tenth, and 2^53 + 1 is not 2^53.

/// A decimal number: ±0.d₁d₂d₃… × 10^exponent, where d₁ and the last digit are not 0; zero has no digits.
struct JSONNumber: Sendable, Equatable {
    private let isNegative: Bool
    /// The digits, each from 0 to 9.
    private let digits: [UInt8]
    private let exponent: Int

    /// The largest power of ten that is told apart from larger ones; keeps sums of exponents from overflowing.
    private static let maxExponent = 1 << 58

    /// Reads a number.
    ///
    /// - Parameter text: A number by the grammar of RFC 8259 section 6.
    init(_ text: ArraySlice<UInt8>) {
        var digits: [UInt8] = []
        digits.reserveCapacity(text.count)
        var point: Int?
        var power = 0
        var (isNegative, isPowerNegative, isPower) = (false, false, false)
        for byte in text {
            switch byte {
            case UInt8(ascii: "-") where isPower: isPowerNegative = true
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): point = digits.count
            case UInt8(ascii: "e"), UInt8(ascii: "E"): isPower = true
            case 0x30...0x39 where isPower: power = min(Self.maxExponent, power * 10 + Int(byte - 0x30))
            case 0x30...0x39: digits.append(byte - 0x30)
            default: break
            }
        }
        let leadingZeros = digits.prefix { $0 == 0 }.count
        exponent = (point ?? digits.count) - leadingZeros + (isPowerNegative ? -power : power)
        while digits.last == 0 { digits.removeLast() }
        digits.removeFirst(min(leadingZeros, digits.count))
        self.digits = digits
        self.isNegative = isNegative
    }

    /// Whether the number has no fraction.
    var isInteger: Bool { digits.isEmpty || exponent >= digits.count }

    /// The number as an `Int`, if it is one.
    var integer: Int? {
        if digits.isEmpty { return 0 }
        guard isInteger, exponent <= 19 else { return nil }
        let magnitude = String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
        return Int((isNegative ? "-" : "") + magnitude + String(repeating: "0", count: exponent - digits.count))
    }

    static func == (left: JSONNumber, right: JSONNumber) -> Bool {
        if left.digits.isEmpty || right.digits.isEmpty { return left.digits.isEmpty && right.digits.isEmpty }
        return (left.isNegative, left.exponent) == (right.isNegative, right.exponent) && left.digits == right.digits
    }

    /// Whether the number is an integral multiple of a divisor.
    ///
    /// - Parameter divisor: A positive number of at most ``maxDivisorDigits`` digits besides zeros at its ends.
    /// - Returns: The exact answer, in time linear in the number's digits.
    func isMultiple(of divisor: JSONNumber) -> Bool {
        // Both as whole numbers times a power of ten: digits x 10^scale.
        let scale = exponent - digits.count - (divisor.exponent - divisor.digits.count)
        // The digits do not end with 0, so that no division by ten leaves a whole number.
        guard !digits.isEmpty, scale >= 0 else { return digits.isEmpty }
        let modulus = divisor.digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
        let remainder = digits.reduce(UInt64(0)) { ($0 * 10 + UInt64($1)) % modulus }
        return Self.product(remainder, Self.powerOfTen(scale, modulo: modulus), modulo: modulus) == 0
    }

    /// The most digits of a divisor: ten times it has to fit into 64 bits.
    static let maxDivisorDigits = 18

    /// Whether the number can be a divisor.
    var isDivisor: Bool { !isNegative && (1...Self.maxDivisorDigits).contains(digits.count) }

    private static func powerOfTen(_ power: Int, modulo modulus: UInt64) -> UInt64 {
        var (result, base, power) = (1 % modulus, 10 % modulus, power)
        while power > 0 {
            if power & 1 == 1 { result = product(result, base, modulo: modulus) }
            base = product(base, base, modulo: modulus)
            power >>= 1
        }
        return result
    }

    /// The product of two numbers below a modulus.
    private static func product(_ left: UInt64, _ right: UInt64, modulo modulus: UInt64) -> UInt64 {
        modulus.dividingFullWidth(left.multipliedFullWidth(by: right)).remainder
    }
}

extension JSONNumber: Comparable {
    static func < (left: JSONNumber, right: JSONNumber) -> Bool {
        if left.sign != right.sign { return left.sign < right.sign }
        let isSmaller =
            left.exponent == right.exponent
            ? left.digits.lexicographicallyPrecedes(right.digits) : left.exponent < right.exponent
        return left.sign < 0 ? left != right && !isSmaller : left.sign > 0 && isSmaller
    }

    private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }
}

extension JSONNumber {
    /// Appends a form that is the same for equal numbers and no others.
    func appendCanonical(to bytes: inout [UInt8]) {
        if sign < 0 { bytes.append(UInt8(ascii: "-")) }
        for digit in digits { bytes.append(digit + 0x30) }
        bytes.append(UInt8(ascii: "e"))
        if !digits.isEmpty { bytes += String(exponent).utf8 }
        bytes.append(UInt8(ascii: " "))
    }
}
