// Tests of reading JSON: what is in a text, and that it is read just where it is JSON.

import LeveeTestSupport
import Testing

@testable import LeveeCore

@Suite("JSON documents")
struct JSONDocumentTests {
    private func document(_ text: String) throws -> JSONDocument { try JSONDocument(Array(text.utf8)) }

    @Test("know every value and where it begins")
    func values() throws {
        let root = try document(#" {"a": [1, "two", null, true], "b": {"c": {}}, "d": -1.5e3} "#).root
        #expect(root.kind == .object)
        #expect(root.offset == 1)
        #expect(root.members.map { $0.name.text } == ["a", "b", "d"])
        let list = try #require(root.member("a"))
        #expect(list.elements.map(\.kind) == [.number, .string, .null, .boolean])
        #expect(list.elements.map(\.offset) == [8, 11, 18, 24])
        #expect(root.member("b")?.member("c")?.kind == .object)
        #expect(root.member("b")?.member("c")?.members.map { $0.name.text } == [])
        #expect(root.member("d").map { String(decoding: $0.source, as: UTF8.self) } == "-1.5e3")
        #expect(root.member("e") == nil)
    }

    @Test(
        "resolve escapes",
        arguments: [
            (#""plain""#, "plain"), (#""é😀""#, "é😀"), (#""\u00e9\uD83D\uDE00\u20AC""#, "é😀€"),
            (#""\"\\\/\b\f\n\r\t\u0000""#, "\"\\/\u{8}\u{C}\n\r\t\0"), (#""""#, ""),
        ]
    )
    func escapes(text: String, resolved: String) throws {
        #expect(try document(text).root.text.unicodeScalars.elementsEqual(resolved.unicodeScalars))
    }

    @Test(
        "refuse a name that an object has twice, in whatever form",
        arguments: [
            (#"{"a":1,"a":2}"#, 7), (#"{"a":1,"b":2,"\u0061":3}"#, 13), (#"[{"x":{"":0,"":0}}]"#, 12),
            (#"{"é":1,"\u00e9":2}"#, 8),
        ]
    )
    func repeatedNames(text: String, offset: Int) throws {
        let error = #expect(throws: JSONSyntaxError.self) { try document(text) }
        #expect(error?.reason == .repeatedName)
        #expect(error?.offset == offset)
    }

    @Test("take names that only look alike")
    func similarNames() throws {
        #expect(
            try document("{\"\u{E9}\":1,\"e\u{301}\":2,\"a\":{\"a\":1}}").root.members.map { $0.name.text }.count == 3
        )
    }

    @Test("have one canonical form for equal values")
    func canonical() throws {
        let forms = [#"{"a":[1,{"b":"é"}],"c":null}"#, #" { "c" : null, "\u0061" : [1.0, {"b": "\u00e9"}] } "#]
        #expect(try document(forms[0]).root.canonical == document(forms[1]).root.canonical)
        let others = [
            "1", "\"1\"", "[1]", "[[1]]", "[1,1]", "[11]", "{}", "[]", "null", "\"null\"", "true", "[true]",
            #"{"a":1}"#, #"{"a":"1"}"#, #"{"a1":1}"#, #"{"a":1,"b":1}"#, #"["a",1]"#, "\"\u{E9}\"", "\"e\u{301}\"",
        ]
        #expect(try Set(others.map { try document($0).root.canonical }).count == others.count)
    }

    @Test("lose their blanks, and nothing in strings")
    func compact() throws {
        let text = "\n{ \"a b\" : [ 1 , \"\\\" \\\\\" ,\t\" c\" ] }\r\n"
        #expect(try document(text).compact == #"{"a b":[1,"\" \\"," c"]}"#)
    }

    @Test("read just what is JSON, whatever the bytes", arguments: 1...4 as ClosedRange<UInt64>)
    func mutations(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let start = Array(#"{"a":[1.5e3,-0,true,null,"\u00e9\uD83D\uDE00é\n"],"b":{"c":[[],{}],"d":"x"}}"#.utf8)
        let alphabet = Array("{}[]\",:\\u0123456789abcdefDE.+- \ntrue".utf8) + [0x00, 0x80, 0xC3, 0xED, 0xFF]
        for _ in 0..<5_000 {
            var bytes = start
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
                case 1: bytes.remove(at: index)
                default: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: index)
                }
            }
            expectAgreement(on: bytes, "seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    /// Holds a document to be read if and only if the syntax is right and no name stands twice.
    private func expectAgreement(on bytes: [UInt8], _ comment: Comment) {
        do throws(JSONSyntaxError) {
            let document = try JSONDocument(bytes)
            #expect(JSONSyntax.isValid(bytes), comment)
            let again = try JSONDocument(Array(document.compact.utf8))
            #expect(again.root.canonical == document.root.canonical, comment)
        } catch {
            #expect(error.reason == .repeatedName || !JSONSyntax.isValid(bytes), comment)
        }
    }
}
