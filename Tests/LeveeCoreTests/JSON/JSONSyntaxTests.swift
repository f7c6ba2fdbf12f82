// Tests of the JSON check: what passes, what does not, and at which place.

import LeveeCore
import Testing

@Suite("JSON syntax")
struct JSONSyntaxTests {
    private func failure(_ bytes: [UInt8]) -> JSONSyntaxError? {
        do throws(JSONSyntaxError) {
            try JSONSyntax.validate(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "accepts every form of value",
        arguments: [
            "null", "true", "false", "0", "-0", "12", "-3.25", "1e9", "1E+9", "0.5e-3", "1e999", "-1E999", "\"\"", "[]",
            "{}",
            " \t\r\n[ 1 , [ ] , { } ]\n", #"{"a":{"b":[1,2,{"c":null}]},"a":2}"#,
            #""\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00""#,
            "\"é€😀\u{7F}\u{2028}\"", "[[[[]]]]",
        ]
    )
    func accepts(text: String) {
        #expect(failure(Array(text.utf8)) == nil)
        #expect(JSONSyntax.isValid(Array(text.utf8)))
    }

    @Test(
        "refuses what is not JSON, with the place",
        arguments: [
            ("", 0, .unexpectedEnd), ("   ", 3, .unexpectedEnd), ("[", 1, .unexpectedEnd), ("[1", 2, .unexpectedEnd),
            ("[1,", 3, .unexpectedEnd), ("[1,]", 3, .expectedValue), ("{\"a\"", 4, .unexpectedEnd),
            ("{\"a\":", 5, .unexpectedEnd), ("{\"a\":1,}", 7, .expectedName), ("{a:1}", 1, .expectedName),
            ("{\"a\" 1}", 5, .expectedColon), ("[1 2]", 3, .expectedCommaOrEnd), ("[1}", 2, .expectedCommaOrEnd),
            ("{\"a\":1]", 6, .expectedCommaOrEnd), ("]", 0, .expectedValue), ("tru", 3, .unexpectedEnd),
            ("trua", 3, .badLiteral), ("NaN", 0, .expectedValue), ("'a'", 0, .expectedValue), ("01", 1, .badNumber),
            ("-", 1, .unexpectedEnd), ("-a", 1, .badNumber), ("1.", 2, .unexpectedEnd), ("1.a", 2, .badNumber),
            ("1e", 2, .unexpectedEnd), ("1e+x", 3, .badNumber), ("+1", 0, .expectedValue), (".5", 0, .expectedValue),
            ("1 1", 2, .trailingBytes), ("{}{}", 2, .trailingBytes), ("1\0", 1, .trailingBytes),
            ("\"abc", 4, .unexpectedEnd), ("\"a\nb\"", 2, .controlCharacter), ("\"\\x\"", 2, .badEscape),
            ("\"\\", 2, .unexpectedEnd), ("\"\\u12", 5, .unexpectedEnd), ("\"\\u12g4\"", 5, .badEscape),
            ("\"\\uD800\"", 1, .loneSurrogate), ("\"\\uDC00\"", 1, .loneSurrogate),
            ("\"\\uD800\\n\"", 1, .loneSurrogate), ("\"\\uD800\\uD800\"", 1, .loneSurrogate),
            ("\"\\uD800", 7, .unexpectedEnd), ("// no\n1", 0, .expectedValue),
        ] as [(String, Int, JSONSyntaxError.Reason)]
    )
    func refuses(text: String, offset: Int, reason: JSONSyntaxError.Reason) {
        let error = failure(Array(text.utf8))
        #expect(error?.offset == offset)
        #expect(error?.reason == reason)
        #expect(!JSONSyntax.isValid(Array(text.utf8)))
    }

    @Test("gives line and column, in characters")
    func place() throws {
        let error = try #require(failure(Array("{\n  \"é€\": tru}\n".utf8)))
        #expect(error.line == 2)
        #expect(error.column == 12)
        #expect(error.offset == 16)
        #expect("\(error)" == "this is neither true, false nor null (line 2, column 12, byte 16)")
    }

    @Test(
        "refuses bytes that are not UTF-8",
        arguments: [
            [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xC3, 0x28], [0xE2, 0x82, 0x28],
        ] as [[UInt8]]
    )
    func invalidUTF8(sequence: [UInt8]) {
        let error = failure([UInt8(ascii: "\"")] + sequence + [UInt8(ascii: "\"")])
        #expect(error?.reason == .invalidUTF8)
        #expect(error?.offset == 1)
    }

    @Test("sees the end inside a character", arguments: [[0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98]] as [[UInt8]])
    func truncatedCharacter(sequence: [UInt8]) {
        let bytes = [UInt8(ascii: "\"")] + sequence
        #expect(failure(bytes)?.reason == .unexpectedEnd)
        #expect(failure(bytes)?.offset == bytes.count)
    }

    @Test("refuses a byte order mark")
    func byteOrderMark() {
        #expect(failure([0xEF, 0xBB, 0xBF] + Array("{}".utf8))?.reason == .byteOrderMark)
    }

    @Test("goes 64 levels deep and no further")
    func depth() {
        func nested(_ depth: Int) -> [UInt8] {
            (0..<depth).flatMap { Array($0 % 2 == 0 ? "{\"a\":".utf8 : "[".utf8) } + Array("1".utf8)
                + (0..<depth).reversed().flatMap { Array($0 % 2 == 0 ? "}".utf8 : "]".utf8) }
        }
        #expect(failure(nested(64)) == nil)
        #expect(failure(nested(65))?.reason == .tooDeep)
    }

    @Test("does not fall for a million brackets", arguments: ["[", "{\"a\":"])
    func manyBrackets(bracket: String) {
        let bytes = Array(String(repeating: bracket, count: 1_000_000).utf8)
        #expect(failure(bytes)?.reason == .tooDeep)
        #expect(failure(bytes)?.offset == 64 * bracket.utf8.count)
    }

    @Test("ends at every cut of a text without a false yes")
    func everyPrefix() {
        let bytes = Array(#"{"a":[1.5e3,true,null,"\u00e9\uD83D\uDE00é",{"b":false}]}"#.utf8)
        for length in 0..<bytes.count {
            #expect(failure(Array(bytes[..<length]))?.reason == .unexpectedEnd, "cut after \(length) bytes")
        }
        #expect(failure(bytes) == nil)
    }
}
