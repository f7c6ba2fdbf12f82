// What is allowed as the value of a setting, and what is said otherwise.

import LeveeRedis
import Testing

@testable import levee

@Suite("Values of settings")
struct ValueFormatTests {
    @Test("a complaint says what was written and what is allowed")
    func complaints() {
        #expect(throws: ValueComplaint(message: #""x" is not allowed; write a whole number from 1 to 9"#)) {
            try ValueFormat.integer(1...9).read("x")
        }
        #expect(throws: ValueComplaint(message: #""10" is out of range; write a whole number from 1 to 9"#)) {
            try ValueFormat.integer(1...9).read("10")
        }
        #expect(throws: ValueComplaint(message: #""yess" is not allowed; did you mean yes? write one of yes, no"#)) {
            try ValueFormat.oneOf(["yes", "no"]).read("yess")
        }
    }

    @Test("a complaint stays on one line and short")
    func complaintOnOneLine() throws {
        let text = "a\n\u{1B}[2J\"" + String(repeating: "x", count: 10_000)
        let complaint = #expect(throws: ValueComplaint.self) { try ValueFormat.name.read(text) }
        let message = try #require(complaint?.message)
        #expect(message.hasPrefix(#""a\n\u{1b}[2J\"xxx"#))
        #expect(message.contains(#"x..." is not allowed"#))
        #expect(message.count < 250)
    }

    @Test("numbers are decimal digits", arguments: ["0x10", "1_0", "+1", "1.0", "", " 1", "1e1", "0b1", "--1"])
    func notAnInteger(text: String) {
        #expect(throws: ValueComplaint.self) { try ValueFormat.integer(-9...99).read(text) }
    }

    @Test("public URLs are kept without a slash at the end")
    func publicURL() throws {
        #expect(try ValueFormat.publicURL.read("https://jobs.example.com/") == "https://jobs.example.com")
        #expect(try ValueFormat.publicURL.read("HTTP://[::1]:8080/a/b//") == "http://[::1]:8080/a/b")
        #expect(try ValueFormat.publicURL.read("http://localhost:80") == "http://localhost:80")
    }

    @Test(
        "public URLs have a scheme, a host and no more than a path",
        arguments: [
            "", "example.com", "ftp://example.com", "http://", "http:///x", "http://a:0", "http://a:65536", "http://a:",
            "http://u@a", "http://a?b", "http://a#b", "http://a b", "http://a/\u{E9}", "http://a/\r\nX: y",
            "http://[::1",
            "http://[]", "http:/a", "://a",
        ]
    )
    func notAPublicURL(text: String) {
        #expect(throws: ValueComplaint.self) { try ValueFormat.publicURL.read(text) }
    }

    @Test("hosts", arguments: ["127.0.0.1", "::1", "::", "0.0.0.0", "localhost", "fe80::1%eth0", "a-b.example"])
    func host(text: String) throws {
        #expect(try ValueFormat.host.read(text) == text)
    }

    @Test("no hosts", arguments: ["", "localhost:80", "http://a", "a b", "[::1]", "a/b", "\u{E9}"])
    func notAHost(text: String) {
        #expect(throws: ValueComplaint.self) { try ValueFormat.host.read(text) }
    }

    @Test("what a type accepts is kept in lower case")
    func mediaRange() throws {
        #expect(try ValueFormat.mediaRange.read("Image/*") == "image/*")
        #expect(try ValueFormat.mediaRange.read("application/vnd.api+json") == "application/vnd.api+json")
    }

    @Test(
        "no media ranges",
        arguments: ["", "image", "*/*", "*/png", "image/", "/png", "a/b/c", "a/b;c=d", "image/p*", "a b/c"]
    )
    func notAMediaRange(text: String) {
        #expect(throws: ValueComplaint.self) { try ValueFormat.mediaRange.read(text) }
    }

    @Test(
        "media types of results",
        arguments: ["image/png", "text/plain; charset=utf-8", "text/plain;charset=\"utf-8\";x=y"]
    )
    func mediaType(text: String) throws {
        #expect(try ValueFormat.mediaType.read(text) == text)
    }

    @Test(
        "no media types of results",
        arguments: ["", "image", "image/*", "text/plain;", "text/plain; charset", "text/plain; a=\"b", "a/b\r\nX: y"]
    )
    func notAMediaType(text: String) {
        #expect(throws: ValueComplaint.self) { try ValueFormat.mediaType.read(text) }
    }

    @Test("a complaint about a Redis URL never shows it")
    func redisURLStaysSecret() throws {
        let complaint = #expect(throws: ValueComplaint.self) {
            try ValueFormat.redisURL.read("redis://user:opensesame@:6379")
        }
        #expect(try !#require(complaint).message.contains("opensesame"))
    }
}
