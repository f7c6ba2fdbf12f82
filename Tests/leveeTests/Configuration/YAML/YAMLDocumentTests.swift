// From text to nodes: what is no YAML, and what of YAML is not supported.

import Testing

@testable import levee

@Suite("YAML documents")
struct YAMLDocumentTests {
    @Test("keep the position of every key and value")
    func positions() throws {
        let document = try YAMLDocument("# first\na:\n  b: [x, 'y']\n  c:\n")
        let list = YAMLNode(
            mark: YAMLMark(line: 3, column: 6),
            content: .list([
                YAMLNode(mark: YAMLMark(line: 3, column: 7), content: .scalar("x")),
                YAMLNode(mark: YAMLMark(line: 3, column: 10), content: .scalar("y", isQuoted: true)),
            ])
        )
        #expect(document.faults.isEmpty)
        guard case .mapping(let top) = document.root?.content, case .mapping(let inner) = top.first?.value.content
        else {
            Issue.record("no mapping in a mapping: \(String(describing: document.root))")
            return
        }
        #expect(top.map(\.key) == ["a"])
        #expect(top.map(\.mark) == [YAMLMark(line: 2, column: 1)])
        #expect(inner.map(\.key) == ["b", "c"])
        #expect(inner.map(\.mark) == [YAMLMark(line: 3, column: 3), YAMLMark(line: 4, column: 3)])
        #expect(inner.first?.value == list)
        #expect(inner.last?.value.content == .nothing)
    }

    @Test("columns count characters, lines end as they please, a byte order mark does not count")
    func columns() throws {
        let document = try YAMLDocument("\u{FEFF}a: 1\r\n\u{1F30A}\u{E9}: \"x\"\r\n")
        guard case .mapping(let entries) = document.root?.content else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.mark) == [YAMLMark(line: 1, column: 1), YAMLMark(line: 2, column: 1)])
        #expect(entries.last?.value.mark == YAMLMark(line: 2, column: 5))
    }

    @Test("may be empty", arguments: ["", "\n\n", "# nothing\n"])
    func empty(text: String) throws {
        #expect(try YAMLDocument(text).root == nil)
    }

    @Test(
        "that are none are refused with the place",
        arguments: [
            ("a: b: c\n", 1, 5, "not valid YAML: mapping values are not allowed in this context"),
            ("a:\n\tb: 1\n", 2, 1, "not valid YAML: a tab cannot indent; use blanks"),
            ("a: 1\n---\nb: 1\n", 2, 1, "a second document begins here; a configuration is one document"),
            ("a: 1\nb: \u{1}\n", 2, 4, "the invisible character U+0001 is not allowed; remove it"),
            ("a: \u{10FF00}\n", 1, 4, "the invisible character U+10FF00 is not allowed; remove it"),
            (
                "a: [1\n", 2, 1,
                "not valid YAML: did not find expected ',' or ']', while parsing a flow sequence that begins in line 1"
            ),
        ] as [(String, Int, Int, String)]
    )
    func syntax(text: String, line: Int, column: Int, message: String) {
        #expect(throws: YAMLSyntaxError(mark: YAMLMark(line: line, column: column), message: message)) {
            try YAMLDocument(text)
        }
    }

    @Test("that are nested too deeply are refused", arguments: ["[", "{a: ", "- "])
    func depth(opening: String) throws {
        let error = #expect(throws: YAMLSyntaxError.self) {
            try YAMLDocument(String(repeating: opening, count: 100_000))
        }
        #expect(error?.message == "nested too deeply")
    }

    @Test("with aliases are not expanded, wherever the aliases stand")
    func aliases() throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...40 {
            let alias = "*a\(level - 1)"
            text += "a\(level): &a\(level) [" + Array(repeating: alias, count: 10).joined(separator: ",") + "]\n"
        }
        text += "? [*a40]\n: 1\n<<: *a40\n? *a40\n: 2\n"
        let document = try YAMLDocument(text)
        #expect(document.faults.count == 404)
        #expect(
            document.faults.allSatisfy {
                $0.error.message.hasPrefix("aliases (*name) are not supported")
                    || $0.error.message == "a key must be a single word"
            }
        )
        #expect(document.faults.first?.error.mark == YAMLMark(line: 2, column: 10))
        #expect(document.faults.first?.path == SettingPath("a1", "[0]"))
    }

    @Test("keep a star that is text")
    func stars() throws {
        let document = try YAMLDocument("a: [image/*, '*b', \"* c\", x *y]\nb: |\n  *d\n")
        guard case .mapping(let entries) = document.root?.content, case .list(let items) = entries.first?.value.content
        else {
            Issue.record("no list")
            return
        }
        #expect(document.faults.isEmpty)
        #expect(
            items.map(\.content) == [
                .scalar("image/*"), .scalar("*b", isQuoted: true), .scalar("* c", isQuoted: true), .scalar("x *y"),
            ]
        )
        #expect(entries.last?.value.content == .scalar("*d\n", isQuoted: true))
    }

    @Test("name every key that stands twice, and keep the first")
    func duplicates() throws {
        let document = try YAMLDocument("a: {b: 1, \"b\": 2, 'b': 3}\nc: 4\na: 5\n\"c\": 6\n")
        #expect(
            document.faults.map { "\($0.error.mark.line):\($0.error.mark.column) \($0.path)" }
                == ["1:11 a.b", "1:19 a.b", "3:1 a", "4:1 c"]
        )
        #expect(document.faults.last?.error.message == "this key stands here twice (first in line 2); remove one")
        guard case .mapping(let entries) = document.root?.content,
            case .mapping(let inner) = entries.first?.value.content
        else {
            Issue.record("no mapping")
            return
        }
        #expect(entries.map(\.key) == ["a", "c"])
        #expect(inner.map(\.value.content) == [.scalar("1")])
    }

    @Test(
        "with too many or strange keys that stand twice are refused",
        arguments: [
            String(repeating: "a: 1\n", count: 1_000), "\"\": 1\n\"\": 2\n",
        ]
    )
    func manyDuplicates(text: String) throws {
        let error = #expect(throws: YAMLSyntaxError.self) { try YAMLDocument(text) }
        #expect(try #require(error).message.hasSuffix("stands here more than once"))
    }

    @Test("have no tags and no keys that are more than words")
    func tagsAndKeys() throws {
        let document = try YAMLDocument("a: !secret x\n? [b, c]\n: 1\nd: !!binary aa\ne: \"quoted\"\n")
        #expect(
            document.faults.map { "\($0.error.mark.line) \($0.path): \($0.error.message)" } == [
                "1 a: tags (!secret) are not supported; remove it",
                "2 : a key must be a single word",
                "4 d: tags (tag:yaml.org,2002:binary) are not supported; remove it",
            ]
        )
    }
}
