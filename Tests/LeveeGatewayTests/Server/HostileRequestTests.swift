// Tests of requests that no well-behaved client sends, byte for byte: a clear no, a closed connection, and nothing done.

import Foundation
import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import Testing

@testable import LeveeGateway

@Suite("Hostile requests", .timeLimit(.minutes(2)))
struct HostileRequestTests {
    /// Bytes, and what they are answered.
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: String
        let status: Int
        let token: String
        var testDescription: String { name }

        init(_ name: String, _ bytes: String, _ status: Int = 400, _ token: String = "malformed-request") {
            (self.name, self.bytes, self.status, self.token) = (name, bytes, status, token)
        }

        /// A submit with these lines and what is behind its head.
        static func submit(
            _ name: String,
            _ lines: String,
            _ body: String = "",
            _ status: Int = 400,
            _ token: String = "malformed-request"
        ) -> Attack {
            Attack(name, "POST /jobs/echo HTTP/1.1\r\nHost: a\r\n\(lines)\r\n\r\n\(body)", status, token)
        }

        /// A request for a sign of life with these lines.
        static func get(_ name: String, _ lines: String) -> Attack {
            Attack(name, "GET /livez HTTP/1.1\r\n\(lines)\r\n\r\n")
        }
    }

    private static let framing = [
        Attack.submit("length and chunks", "Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
        .submit("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n"),
        .submit("two lengths", "Content-Length: 5\r\nContent-Length: 6", "hello!"),
        .submit("one length twice", "Content-Length: 5\r\nContent-Length: 5", "hello"),
        .submit("a list of lengths", "Content-Length: 5, 5", "hello"),
        .submit("a signed length", "Content-Length: +5", "hello"),
        .submit("a negative length", "Content-Length: -1"),
        .submit("a hexadecimal length", "Content-Length: 0x5", "hello"),
        .submit("a length with a blank", "Content-Length: 5 5", "hello"),
        .submit("a length beyond 64 bits", "Content-Length: 99999999999999999999", "hello"),
        .submit("an unknown coding", "Transfer-Encoding: gzip", "hello", 501, "unsupported-transfer-coding"),
        .submit(
            "chunks that are compressed",
            "Transfer-Encoding: gzip, chunked",
            "0\r\n\r\n",
            501,
            "unsupported-transfer-coding"
        ),
        .submit("chunks in chunks", "Transfer-Encoding: chunked, chunked", "0\r\n\r\n"),
        .submit(
            "a coding that ends like another",
            "Transfer-Encoding: xchunked",
            "0\r\n\r\n",
            501,
            "unsupported-transfer-coding"
        ),
        .submit("a chunk without a length", "Transfer-Encoding: chunked", "\r\nhello\r\n"),
        .submit("a chunk that is too long", "Transfer-Encoding: chunked", "5\r\nhello!\r\n0\r\n\r\n"),
        .submit("a chunk length beyond 64 bits", "Transfer-Encoding: chunked", "fffffffffffffffff\r\n"),
        .submit("a chunk length with a sign", "Transfer-Encoding: chunked", "+5\r\nhello\r\n0\r\n\r\n"),
        Attack(
            "chunks before HTTP/1.1",
            "POST /jobs/echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
    ]

    private static let lines = [
        Attack.get("a folded line", "Host: a\r\nX: b\r\n c"),
        .get("a folded first line", " Host: a"),
        .get("a bare line feed behind a field", "Host: a\nX: b"),
        Attack("bare line feeds", "GET /livez HTTP/1.1\nHost: a\n\n", 505, "unsupported-version"),
        .get("a bare carriage return", "Host: a\r\nX: b\rc"),
        .get("a blank before the colon", "Host : a"),
        .get("no colon", "Host: a\r\nnonsense"),
        .get("no name", "Host: a\r\n: b"),
        .get("NUL in a value", "Host: a\r\nX: b\0c"),
        .get("a blank in a name", "Host: a\r\nX Y: b"),
        Attack("an unknown method", "FROB /livez HTTP/1.1\r\nHost: a\r\n\r\n"),
        Attack("a method in small letters", "get /livez HTTP/1.1\r\nHost: a\r\n\r\n"),
        Attack("no version", "GET /livez\r\nHost: a\r\n\r\n", 505, "unsupported-version"),
        Attack("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Attack("another version", "GET /livez HTTP/1.2\r\nHost: a\r\n\r\n", 505, "unsupported-version"),
        Attack("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}"),
        Attack("a relative target", "GET livez HTTP/1.1\r\nHost: a\r\n\r\n"),
        Attack("an asterisk", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "invalid-target"),
        Attack("another scheme", "GET ftp://a/livez HTTP/1.1\r\nHost: a\r\n\r\n", 400, "invalid-target"),
        Attack("a tunnel", "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\nanything", 400, "invalid-target"),
    ]

    @Test("with ambiguous bodies are refused, and the connection with them", arguments: framing)
    func ambiguousBodies(attack: Attack) async throws {
        try await expectRefusal(of: attack)
    }

    @Test("with malformed lines are refused, and the connection with them", arguments: lines)
    func malformedLines(attack: Attack) async throws {
        try await expectRefusal(of: attack)
    }

    /// What comes behind a refused request is never taken for another one.
    private func expectRefusal(of attack: Attack) async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            let smuggled = "POST /jobs/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
            let answer = try await RawConnection.exchange(port: port, attack.bytes + smuggled, closing: false)
            #expect(answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5"), "\(answer)")
            #expect(answer.contains("application/problem+json"), "\(answer)")
            #expect(answer.contains("\r\nConnection: close\r\n"), "\(answer)")
            #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2, "\(answer)")
            expectProblem(answer, attack.status, attack.token)
        }
        #expect(harness.store.counts == [:])
    }

    @Test("behind a good one are answered in their turn")
    func pipelined() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            let good = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
            for bad in ["nonsense\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n"] {
                let answer = try await RawConnection.exchange(port: port, good + good + bad + good, closing: false)
                let parts = answer.components(separatedBy: "HTTP/1.1 ").dropFirst()
                #expect(parts.map { $0.prefix(3) } == ["200", "200", "400"], "\(answer)")
            }
        }
    }

    @Test(
        "with strange ids find nothing, and nobody asks the store",
        arguments: [
            "/jobs/../livez", "/jobs/%2e%2e/%2e%2e/etc/passwd", "/resources/..%2f..%2f", "/jobs/*", "/jobs/{a}",
            "/jobs/[a-z]",
            "/jobs/a%0d%0aSet-Cookie:%20b", "/operations/%00", "/operations/levee:{00}:meta", "/jobs/%ff%fe", "/jobs/%",
            "/jobs/a%2Fhistory", "/resources/?a=b", "//jobs//a", "/jobs/" + String(repeating: "0", count: 28),
        ]
    )
    func strangeIDs(path: String) async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            for method in ["GET", "HEAD", "DELETE"] {
                let request = "\(method) \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
                let answer = try await RawConnection.exchange(port: port, request, closing: true)
                #expect(answer.hasPrefix("HTTP/1.1 40"), "\(method) \(answer)")
                let head = answer.components(separatedBy: "\r\n\r\n")[0]
                #expect(!head.contains("Set-Cookie"), "\(head)")
            }
            let cancel = "POST \(path)/cancel HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
            #expect(try await RawConnection.exchange(port: port, cancel, closing: true).hasPrefix("HTTP/1.1 40"))
        }
        #expect(harness.store.counts == [:])
    }

    @Test("to change the protocol get an answer in this one, and none behind it")
    func upgrade() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            let lines = "Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"
            let next = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
            let get = try await RawConnection.exchange(
                port: port,
                "GET /livez HTTP/1.1\r\n\(lines)\r\n" + next,
                closing: false
            )
            #expect(get.hasPrefix("HTTP/1.1 200 "))
            #expect(get.contains("\r\nConnection: close\r\n"))
            #expect(get.components(separatedBy: "HTTP/1.1 ").count == 2)
            let post = try await RawConnection.exchange(
                port: port,
                "POST /jobs/echo HTTP/1.1\r\n\(lines)Content-Length: 5\r\n\r\nhello" + next,
                closing: false
            )
            #expect(post.hasPrefix("HTTP/1.1 202 "))
            #expect(post.components(separatedBy: "HTTP/1.1 ").count == 2)
        }
        #expect(try await harness.claim()?.payload?.bytes == Array("hello".utf8))
    }

    @Test("go by the host of an absolute target")
    func absoluteTarget() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            let request = "POST http://b:81/jobs/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
            let answer = try await RawConnection.exchange(port: port, request, closing: true)
            #expect(answer.hasPrefix("HTTP/1.1 202 "))
            #expect(answer.contains("\r\nLocation: http://b:81/jobs/"))
        }
    }

    @Test("about the server as a whole find nothing")
    func asterisk() async throws {
        try await Harness().run(.live) { client in
            let port = try #require(client.port)
            let request = "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"
            expectProblem(try await RawConnection.exchange(port: port, request, closing: true), 404, "unknown-path")
        }
    }

    @Test("may have 64 fields and no more")
    func fields() async throws {
        try await Harness().run(.live) { client in
            let port = try #require(client.port)
            for (count, status) in [(64, 200), (65, 431), (10_000, 431)] {
                let fields = (1..<count).map { "X-\($0): a\r\n" }.joined()
                let request = "GET /livez HTTP/1.1\r\nHost: a\r\n\(fields)Connection: close\r\n\r\n"
                    .replacing("X-1: a\r\n", with: "")
                let answer = try await RawConnection.exchange(port: port, request, closing: false)
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(count)")
                if status == 431 { expectProblem(answer, 431, "headers-too-large") }
            }
        }
    }

    @Test("may have 2 KiB of target and no more")
    func target() async throws {
        try await Harness().run(.live) { client in
            let port = try #require(client.port)
            for (count, status, token) in [
                (2_048, 404, "unknown-path"), (2_049, 414, "uri-too-long"), (17_000, 431, "headers-too-large"),
            ] {
                let target = "/" + String(repeating: "a", count: count - 1)
                let request = "GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                expectProblem(try await RawConnection.exchange(port: port, request, closing: false), status, token)
            }
        }
    }

    @Test("are not invited to send what their type does not take, nor what it is not known for")
    func invitations() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            for (type, length, status, token) in [
                ("narrow", 11, 413, "payload-too-large"), ("huge", 9 << 20, 413, "payload-too-large"),
                ("none", 1, 404, "unknown-type"),
            ] {
                let answer = try await RawConnection.exchange(
                    port: port,
                    "POST /jobs/\(type)?a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close\r\n"
                        + "Content-Length: \(length)\r\n\r\n",
                    closing: false
                )
                expectProblem(answer, status, token)
            }
        }
        #expect(harness.store.counts == [:])
    }

    @Test(
        "with bombs of JSON are refused",
        arguments: [
            String(repeating: "[", count: 1_000_000), String(repeating: "{\"a\":", count: 200_000),
            "[" + String(repeating: "[[]],", count: 200_000),
            "{" + String(repeating: "\"a\":1,", count: 150_000) + "\"b\":1}",
        ]
    )
    func bombs(body: String) async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            let request =
                "POST /jobs/order HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            expectProblem(try await RawConnection.exchange(port: port, request, closing: true), 400, "invalid-payload")
        }
        #expect(harness.store.counts == [:])
    }
}
