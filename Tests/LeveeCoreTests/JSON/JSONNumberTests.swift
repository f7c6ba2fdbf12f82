// Numbers as they are written: exact whatever their size.

import LeveeTestSupport
import Testing

@testable import LeveeCore

@Suite("JSON numbers")
struct JSONNumberTests {
    private func number(_ text: String) -> JSONNumber { JSONNumber(Array(text.utf8)[...]) }

    private func canonical(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        number(text).appendCanonical(to: &bytes)
        return bytes
    }

    @Test(
        "are equal however they are written",
        arguments: [
            ["0", "-0", "0.0", "0e5", "-0.00E-7"], ["1", "1.0", "10e-1", "0.1e1", "1000E-3", "0.001e+3"],
            ["-12.5", "-125e-1", "-0.0125E3"], ["9007199254740993", "9007199254740993.0", "9007.199254740993e12"],
            ["1e999", "10e998", "0.1e1000"],
        ]
    )
    func equal(forms: [String]) {
        for form in forms {
            #expect(number(form) == number(forms[0]), "\(form)")
            #expect(canonical(form) == canonical(forms[0]), "\(form)")
        }
    }

    @Test("are in order, without the rounding of binary fractions")
    func order() {
        let ascending = [
            "-1e999", "-9007199254740993", "-9007199254740992", "-1.5", "-1", "-0.1", "0", "1e-999",
            "0.1", "0.10000000000000000001", "0.3", "1", "9.9", "10", "10.01", "9007199254740992", "9007199254740993",
            "1e300", "1e999",
        ]
        for (index, left) in ascending.enumerated() {
            for (other, right) in ascending.enumerated() {
                #expect((number(left) < number(right)) == (index < other), "\(left) < \(right)")
                #expect((number(left) == number(right)) == (index == other), "\(left) == \(right)")
                #expect((canonical(left) == canonical(right)) == (index == other), "\(left) == \(right)")
            }
        }
    }

    @Test(
        "know whether they have a fraction",
        arguments: [
            ("0", true), ("-7", true), ("1.0", true), ("1.5", false), ("15e-1", false), ("150e-1", true),
            ("1.5e1", true), ("1e999", true), ("1e-999", false), ("0e-9", true), ("99999999999999999999.5", false),
        ]
    )
    func integers(text: String, isInteger: Bool) {
        #expect(number(text).isInteger == isInteger)
    }

    @Test(
        "become an Int where they are one",
        arguments: [
            ("0", 0), ("-0", 0), ("12", 12), ("-1.2e1", -12), ("3.0", 3), ("9223372036854775807", Int.max),
            ("1e2", 100),
            ("9223372036854775808", nil), ("1e99", nil), ("0.5", nil),
        ] as [(String, Int?)]
    )
    func int(text: String, value: Int?) {
        #expect(number(text).integer == value)
    }

    @Test(
        "are multiples exactly",
        arguments: [
            ("0.3", "0.1", true), ("0.35", "0.1", false), ("1e308", "0.5", true), ("1e308", "0.123456789", false),
            ("19.99", "0.01", true), ("0", "7", true), ("-21", "7", true), ("21.000001", "7", false),
            ("1e999999999999", "3", false), ("3e999999999999", "3", true), ("7", "1e-999999999999", true),
            ("7", "7e1", false), ("4.5", "1.5", true), ("999999999999999999999999", "999999999999", true),
        ]
    )
    func multiples(text: String, divisor: String, isMultiple: Bool) {
        #expect(number(text).isMultiple(of: number(divisor)) == isMultiple)
    }

    @Test("agree with the arithmetic of whole numbers", arguments: 1...5 as ClosedRange<UInt64>)
    func arithmetic(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            // Numbers with at most four places behind the point, as multiples of 0.0001.
            let left = Int.random(in: -200_000...200_000, using: &generator)
            let right = Int.random(in: 1...2_000, using: &generator)
            let (first, second) = (decimal(left, &generator), decimal(right, &generator))
            let comment: Comment = "seed \(seed): \(first), \(second)"
            #expect((number(first) < number(second)) == (left < right), comment)
            #expect((number(first) == number(second)) == (left == right), comment)
            #expect(number(first).isInteger == left.isMultiple(of: 10_000), comment)
            #expect(number(first).isMultiple(of: number(second)) == left.isMultiple(of: right), comment)
        }
    }

    /// One of the ways to write so many ten-thousandths.
    private func decimal(_ count: Int, _ generator: inout SeededGenerator) -> String {
        let (sign, digits) = (count < 0 ? "-" : "", String(abs(count)))
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: return "\(sign)\(digits)e-4"
        case 1: return "\(sign)\(digits)000E-7"
        default:
            let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
            return "\(sign)\(padded.dropLast(4)).\(padded.suffix(4))"
        }
    }
}
