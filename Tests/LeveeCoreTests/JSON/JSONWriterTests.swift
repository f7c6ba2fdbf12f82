// Tests of the JSON writer: order, commas, and escapes that hold for every character.

import Foundation
import LeveeCore
import Testing

@Suite("JSON writer")
struct JSONWriterTests {
    @Test("writes what it is told, in order")
    func structure() {
        var json = JSONWriter()
        json.object { json in
            json.member("z", "last first")
            json.member("n", -12)
            json.member("nothing", String?.none)
            json.name("empty")
            json.object { _ in }
            json.name("list")
            json.array { json in
                json.integer(1)
                json.array { _ in }
                json.null()
                json.verbatim(Array("{\"a\": 1}".utf8))
                json.string("a", "", "\"", "b")
            }
            json.member("end", 0)
        }
        #expect(
            String(decoding: json.bytes, as: UTF8.self)
                == #"{"z":"last first","n":-12,"nothing":null,"empty":{},"list":[1,[],null,{"a": 1},"a\"b"],"end":0}"#
        )
    }

    @Test("escapes so that every text comes back")
    func escapes() throws {
        var text = String(String.UnicodeScalarView((0..<0x300).compactMap(Unicode.Scalar.init)))
        text += "\u{2028}\u{FEFF}\u{FFFF}é😀"
        var json = JSONWriter()
        json.array { $0.string(text) }
        #expect(JSONSyntax.isValid(json.bytes))
        let decoded = try JSONDecoder().decode([String].self, from: Data(json.bytes))
        #expect(decoded == [text])
        #expect(!json.bytes.contains { $0 < 0x20 })
    }
}
