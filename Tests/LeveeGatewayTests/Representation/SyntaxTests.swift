// Tests of the little grammars: authorities, media types, entity tags.

import HTTPTypes
import Testing

@testable import LeveeGateway

@Suite("Grammars of header fields")
struct SyntaxTests {
    @Test(
        "knows authorities",
        arguments: [
            "a", "localhost:8080", "example.com", "example.com:", "127.0.0.1:65535", "[::1]", "[::1]:80",
            "[fe80::1.2.3.4]",
            "a_b~c", "%41.b", "a!$&'()*+,;=b",
        ]
    )
    func authority(text: String) { #expect(Authority.isValid(text)) }

    @Test(
        "refuses what is no authority",
        arguments: [
            "", ":80", "a:b", "a:65536", "a:123456", "a b", "a/b", "a?b", "a#b", "u@a", "[::1", "[]", "[g]", "[::1]x",
            "%4", "%zz", "é", "a\r\nb", "a\0", "a\"b", "a<b", String(repeating: "a", count: 301),
        ]
    )
    func notAuthority(text: String) { #expect(!Authority.isValid(text)) }

    @Test(
        "knows media types",
        arguments: [
            "a/b", "text/plain;charset=utf-8", "text/plain ; charset=\"utf-8\"; x=y", "text/plain;", "text/plain;;a=b",
            "application/vnd.a+json", "a/b; c=\"\\\"; d\"", "a/b;c=\"\"",
        ]
    )
    func mediaType(text: String) { #expect(MediaTypeSyntax.isValid(text)) }

    @Test(
        "refuses what is no media type",
        arguments: [
            "", "a", "a/", "/b", "a /b", "a/b c", "a/b;c", "a/b;c=", "a/b;c=\"", "a/b;c=\"\\", "a/b;c=\"\n\"",
            "a/b\r\nX: y",
            "a/b;c=d e", "a/b/c", "a/é", "a/b;c=\"é\"", "a/b,c/d", "a/" + String(repeating: "b", count: 254),
        ]
    )
    func notMediaType(text: String) { #expect(!MediaTypeSyntax.isValid(text)) }

    @Test(
        "compares entity tags weakly",
        arguments: [
            ("\"a\"", "\"a\"", false), ("W/\"a\"", "\"a\"", false), ("\"a\"", "W/\"a\"", false), ("*", "\"a\"", false),
            ("\"b\"", "\"a\"", true), ("\"b\" , W/\"a\"", "\"a\"", false), ("\"x,y\",\"a\"", "\"a\"", false),
            ("a", "\"a\"", true), ("", "\"a\"", true), ("\"a", "\"a\"", true), ("\"\"", "\"a\"", true),
        ]
    )
    func entityTag(condition: String, tag: String, holds: Bool) {
        #expect(EntityTag.isNoneMatch([.ifNoneMatch: condition], tag: tag) == holds)
    }

    @Test("has nothing against a request without a condition")
    func noCondition() { #expect(EntityTag.isNoneMatch([:], tag: "\"a\"")) }
}
