// Tests of hostile and unusual framing, on real sockets.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Connections", .timeLimit(.minutes(1)))
struct ConnectionTests {
    private func live(
        _ harness: Harness = Harness(),
        _ test: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await harness.run(.live) { client in try await test(try #require(client.port)) }
    }

    private func exchange(port: Int, _ text: String, closing: Bool = true) async throws -> String {
        try await RawConnection.exchange(port: port, text, closing: closing)
    }

    @Test("serves a job from the submit to the result over one connection")
    func wholeWay() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let submit = try await client.send(.post, "/jobs/echo", [.contentType: "text/plain"], body: "hello")
            #expect(submit.status == .accepted)
            let id = try submit.text("id")
            #expect(submit.headers[.location] == "http://localhost/jobs/\(id)")
            #expect(try await client.send(.get, "/jobs/\(id)").status == .accepted)
            try await harness.succeed(Array("hello".utf8), mediaType: "text/plain")
            #expect(try await client.send(.head, "/jobs/\(id)").status == .found)
            let result = try await client.send(.get, "/resources/\(id)")
            #expect(result.string == "hello")
            #expect(try await client.send(.delete, "/jobs/\(id)").status == .noContent)
            #expect(try await client.send(.get, "/resources/\(id)").status == .gone)
            #expect(try await client.send(.get, "/readyz").status == .ok)
        }
    }

    @Test("takes 1 MiB, in a length and in chunks")
    func mebibyte() async throws {
        let harness = Harness()
        let body = String(repeating: "0123456789abcdef", count: 65_536)
        try await live(harness) { port in
            for framing in [
                "Content-Length: 1048576\r\n\r\n\(body)",
                "Transfer-Encoding: chunked\r\n\r\n100000\r\n\(body)\r\n0\r\n\r\n",
            ] {
                let answer = try await exchange(port: port, "POST /jobs/echo HTTP/1.1\r\nHost: a\r\n" + framing)
                #expect(answer.hasPrefix("HTTP/1.1 202 "))
                #expect(try await harness.claim()?.payload?.bytes == Array(body.utf8))
            }
        }
    }

    @Test("takes a chunked body that comes in small pieces")
    func chunked() async throws {
        let harness = Harness()
        try await live(harness) { port in
            let answer = try await RawConnection.open(port: port) { connection in
                try await connection.send(
                    "POST /jobs/echo HTTP/1.1\r\nHost: a:81\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                for character in "hello" { try await connection.send("1\r\n\(character)\r\n") }
                try await connection.send("0\r\n\r\n")
                return try await connection.receive(through: "}}")
            }
            #expect(answer.hasPrefix("HTTP/1.1 202 "))
            #expect(answer.contains("\r\nLocation: http://a:81/jobs/"))
        }
        #expect(try await harness.claim()?.payload?.bytes == Array("hello".utf8))
    }

    @Test("answers a length over the limit at once and closes, whether the body comes or not", arguments: [0, 200])
    func announcedTooLarge(chunks: Int) async throws {
        let harness = Harness()
        try await live(harness) { port in
            let answer = try await RawConnection.open(port: port) { connection in
                try await connection.send("POST /jobs/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 104857600\r\n\r\n")
                _ = await connection.sendUntilRefused(String(repeating: "x", count: 4_096), times: chunks)
                return try await connection.receiveAll()
            }
            expectProblem(answer, 413, "payload-too-large")
            #expect(answer.contains("\r\nConnection: close\r\n"))
        }
        #expect(harness.store.counts[.submit] == nil)
    }

    @Test("stops reading a chunked body that never ends")
    func endlessChunks() async throws {
        let harness = Harness()
        try await live(harness) { port in
            let answer = try await RawConnection.open(port: port) { connection in
                try await connection.send("POST /jobs/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
                let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
                // One chunk more than the limit, so that the answer must come although the body does not end.
                _ = await connection.sendUntilRefused(chunk, times: 17)
                return try await connection.receiveAll()
            }
            expectProblem(answer, 413, "payload-too-large")
            #expect(answer.contains("\r\nConnection: close\r\n"))
        }
        #expect(harness.store.counts[.submit] == nil)
    }

    @Test(
        "queues nothing when the body breaks off",
        arguments: [
            "Content-Length: 100\r\n\r\nhello", "Content-Length: 1\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
            "Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        ]
    )
    func truncated(framing: String) async throws {
        let harness = Harness()
        try await live(harness) { port in
            let answer = try await exchange(port: port, "POST /jobs/echo HTTP/1.1\r\nHost: a\r\n" + framing)
            #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)")
        }
        #expect(harness.store.counts[.submit] == nil)
    }

    @Test("keeps a connection after an error whose body is short")
    func keepAlive() async throws {
        try await live { port in
            let answer = try await RawConnection.open(port: port) { connection in
                try await connection.send("POST /jobs/none HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")
                let first = try await connection.receive(through: "\"/jobs/none\"}")
                try await connection.send("helloGET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
                return try await (first, connection.receive(through: "{\"status\":\"live\"}"))
            }
            #expect(answer.0.hasPrefix("HTTP/1.1 404 "))
            #expect(!answer.0.contains("Connection: close"))
            #expect(answer.1.hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test("ends a request whose body takes too long")
    func slowBody() async throws {
        let harness = Harness(limits: GatewayConfiguration.Limits(requestTimeout: .milliseconds(200)))
        try await live(harness) { port in
            let head = "POST /jobs/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello"
            let answer = try await exchange(port: port, head, closing: false)
            expectProblem(answer, 408, "request-timeout")
            #expect(answer.contains("\r\nConnection: close\r\n"))
        }
        #expect(harness.store.counts[.submit] == nil)
    }

    @Test("invites a body that is waited for, but none that is too large")
    func expectContinue() async throws {
        let harness = Harness()
        try await live(harness) { port in
            try await RawConnection.open(port: port) { connection in
                let head = "POST /jobs/echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
                try await connection.send(head + "5\r\n\r\n")
                #expect(try await connection.receive(through: "\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n")
                try await connection.send("hello")
                #expect(try await connection.receive(through: "}}").hasPrefix("HTTP/1.1 202 "))
                try await connection.send(head + "999999999\r\n\r\n")
                expectProblem(try await connection.receiveAll(), 413, "payload-too-large")
            }
        }
        #expect(harness.store.counts[.submit] == 1)
    }

    @Test("waits for a short body before it refuses the request, and goes on with the connection")
    func refusedUnread() async throws {
        try await live(Harness(limits: GatewayConfiguration.Limits(unreadBodyTime: .seconds(50)))) { port in
            try await RawConnection.open(port: port) { connection in
                let body = String(repeating: "x", count: 512 << 10)
                try await connection.send(
                    "POST /jobs/unheard HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.count)\r\n\r\n"
                )
                try await connection.send(body)
                let refusal = try await connection.receive(through: "}")
                #expect(refusal.hasPrefix("HTTP/1.1 404 "))
                #expect(!refusal.contains("\r\nConnection: close\r\n"))
                try await connection.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.receive(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test("closes behind the refusal of a body that it has not asked for: nobody can tell what comes next")
    func uninvited() async throws {
        try await live { port in
            let answer = try await RawConnection.open(port: port) { connection in
                let head =
                    "POST /jobs/unheard HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 40\r\n\r\n"
                try await connection.send(head)
                return try await connection.receiveAll()
            }
            #expect(answer.hasPrefix("HTTP/1.1 404 "))
            #expect(answer.contains("\r\nConnection: close\r\n"))
        }
    }

    @Test("answers requests that come at once in their order, also more than it takes in at a time")
    func pipelined() async throws {
        let harness = Harness()
        try await live(harness) { port in
            let count = 40
            let submits = (0..<count).map { number in
                "POST /jobs/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\(number + 10)"
            }
            let last = "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let answers = try await exchange(port: port, submits.joined() + last, closing: false)
            #expect(answers.split(separator: "HTTP/1.1 202 ").count == count)
            #expect(answers.contains("HTTP/1.1 200 "))
        }
        for number in 0..<40 {
            #expect(try await harness.claim()?.payload?.bytes == Array("\(number + 10)".utf8))
        }
    }

    @Test("answers header fields that are too large", arguments: [17_000, 200_000])
    func headersTooLarge(count: Int) async throws {
        try await live { port in
            let padding = String(repeating: "x", count: count)
            let answer = try await exchange(
                port: port,
                "GET /livez HTTP/1.1\r\nHost: a\r\nX-Padding: \(padding)\r\n\r\n",
                closing: false
            )
            expectProblem(answer, 431, "headers-too-large")
        }
    }

    @Test("turns away what is not HTTP", arguments: ["nonsense\r\n\r\n", "\0\u{1}\u{2}\r\n\r\n"])
    func notHTTP(text: String) async throws {
        try await live { port in
            let answer = try await exchange(port: port, text)
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
        }
    }

    @Test(
        "turns missing, doubled and malformed hosts away",
        arguments: ["", "Host: a\r\nHost: b\r\n", "Host: a b\r\n", "Host: a/b\r\n", "Host: user@a\r\n", "Host:\r\n"]
    )
    func invalidHost(lines: String) async throws {
        let harness = Harness()
        try await live(harness) { port in
            let answer = try await exchange(port: port, "POST /jobs/echo HTTP/1.1\r\n\(lines)Content-Length: 0\r\n\r\n")
            expectProblem(answer, 400, "invalid-host")
        }
        #expect(harness.store.counts == [:])
    }

    @Test("lets load balancers probe without a host")
    func probe() async throws {
        try await live { port in
            for request in ["GET /livez HTTP/1.0\r\n\r\n", "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"] {
                let answer = try await exchange(port: port, request, closing: false)
                #expect(answer.hasPrefix("HTTP/1.1 200 "))
                #expect(answer.contains("\r\nConnection: close\r\n"))
            }
        }
    }

    @Test("closes when the client asks for it, in any case of letters")
    func connectionClose() async throws {
        try await live { port in
            let request = "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n"
            let answer = try await exchange(port: port, request, closing: false)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.contains("\r\nConnection: close\r\n"))
        }
    }
}
