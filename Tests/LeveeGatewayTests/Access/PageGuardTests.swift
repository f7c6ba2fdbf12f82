// Tests of the doors without keys against pages of others.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import Logging
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Pages of others, at doors without keys")
struct PageGuardTests {
    private static func from(_ origin: String) -> HTTPFields { [.origin: origin, .contentType: "text/plain"] }

    @Test(
        "may submit nothing, and nothing is stored",
        arguments: [
            "https://evil.example", "null", "http://localhost.evil.example", "http://localhost:81", "localhost", "",
        ]
    )
    func foreign(origin: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            let answer = try await client.send(.post, "/jobs/echo", Self.from(origin), body: "x")
            try answer.expectProblem(403, "foreign-origin")
            #expect(harness.store.counts.isEmpty)
        }
    }

    @Test("may submit from an origin that is named, and programs from anywhere")
    func named() async throws {
        let harness = Harness(origins: .only(["https://app.example"]))
        try await harness.run { client in
            let named = try await client.send(.post, "/jobs/echo", Self.from("https://app.example"), body: "x")
            #expect(named.status == .accepted)
            let other = try await client.send(.post, "/jobs/echo", Self.from("https://app.example:8443"), body: "x")
            try other.expectProblem(403, "foreign-origin")
            let program = try await client.send(.post, "/jobs/echo", [:], body: "x")
            #expect(program.status == .accepted)
        }
    }

    @Test("are the door's own under its public URL, in any case")
    func own() async throws {
        let harness = Harness(publicURL: "https://jobs.example/queue")
        try await harness.run { client in
            let own = try await client.send(.post, "/jobs/echo", Self.from("https://Jobs.example"), body: "x")
            #expect(own.status == .accepted)
        }
    }

    @Test("are not the door's own under a name that they made resolve to this machine")
    func rebinding() async throws {
        try await Harness().run(.live) { client in
            let port = try #require(client.port)
            for (name, status) in [
                ("evil.example", "403"), ("localhost", "202"), ("127.0.0.1", "202"), ("[::1]", "202"),
            ] {
                let head = "Host: \(name):\(port)\r\nOrigin: http://\(name):\(port)\r\nContent-Type: text/plain\r\n"
                let answer = try await RawConnection.exchange(
                    port: port,
                    "POST /jobs/echo HTTP/1.1\r\n\(head)Connection: close\r\nContent-Length: 1\r\n\r\nx",
                    closing: false
                )
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(name)")
            }
        }
    }

    @Test("are told nothing new by a key: a page cannot send one that it does not have")
    func keys() async throws {
        let key = APIKey(name: "red", digest: APIKey.digest(of: "red-secret"), tenant: Tenant("red"))
        let harness = Harness(keys: APIKeyRing([key]))
        try await harness.run { client in
            var fields = Self.from("https://evil.example")
            fields[.authorization] = "Bearer red-secret"
            let answer = try await client.send(.post, "/jobs/echo", fields, body: "x")
            #expect(answer.status == .accepted)
        }
    }

    @Test(
        "reach the admin door under no name of theirs",
        arguments: [
            ("127.0.0.1:9080", true), ("[::1]:9080", true), ("localhost:9080", true), ("LOCALHOST", true),
            ("levee.localhost", true), ("evil.example", false), ("localhost.evil.example:9080", false),
            ("127.0.0.1.evil.example", false),
        ]
    )
    func names(host: String, isKnown: Bool) async throws {
        let store = InMemoryStore()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let memory = MemoryWatch(upkeep: store, threshold: 90, logger: logger)
        let door = AdminDoor(host: "127.0.0.1", port: 0, store: store, memory: memory, logger: logger)
        try await door.application().test(.live) { client in
            let answer = try await RawConnection.exchange(
                port: try #require(client.port),
                "GET /queues HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n",
                closing: false
            )
            #expect(answer.hasPrefix(isKnown ? "HTTP/1.1 200" : "HTTP/1.1 421"))
            if !isKnown { #expect(answer.contains("urn:levee:problem:misdirected")) }
        }
    }
}
