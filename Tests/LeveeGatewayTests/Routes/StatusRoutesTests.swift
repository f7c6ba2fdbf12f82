// Tests of GET /jobs/{id}, /operations/{id} and /jobs/{id}/history, along the life of real jobs.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Status")
struct StatusRoutesTests {
    @Test("answers 202 with itself as Location while the job is queued and while it runs")
    func pending() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            for status in ["queued", "running"] {
                let response = try await client.send(.get, "/jobs/\(id)")
                #expect(response.status == .accepted)
                #expect(try response.text("status") == status)
                #expect(response.headers[.location] == "http://localhost/jobs/\(id)")
                #expect(response.headers[.operationLocation] == "http://localhost/operations/\(id)")
                #expect(response.headers[.cacheControl] == "no-store")
                #expect((1...60).contains(response.retryAfter))
                #expect(try response.isNull("queue.position") == (status == "running"))
                _ = try await harness.claim()
            }
            let running = try await client.send(.get, "/jobs/\(id)")
            #expect(try running.number("attempt") == 1)
            #expect(try running.isNull("queue.etaSeconds"))
        }
    }

    @Test("says until when a scheduled job waits")
    func scheduled() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            let failure = JobFailure(code: "busy", detail: "Later.")
            try await harness.settle(.failed(failure, retryAfter: .seconds(20)))
            let response = try await client.send(.get, "/jobs/\(id)")
            #expect(response.status == .accepted)
            #expect(try response.text("status") == "scheduled")
            #expect(try response.isNull("queue.position"))
            #expect(try response.number("queue.etaSeconds") == 20)
            #expect((15...20).contains(response.retryAfter))
            #expect(try response.number("attempt") == 1)
        }
    }

    @Test("answers 302 to the result once the job has ended well, with the whole status")
    func succeeded() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            harness.clock.advance(by: .milliseconds(1_500))
            try await harness.succeed(Array(#"{"square": 49}"#.utf8))
            let response = try await client.send(.get, "/jobs/\(id)")
            #expect(response.status == .found)
            #expect(response.headers[.location] == "http://localhost/resources/\(id)")
            #expect(response.headers[.retryAfter] == nil)
            #expect(
                response.string == """
                    {"id":"\(id)","type":"echo","status":"succeeded","createdAt":"2026-11-21T22:43:05.123Z",\
                    "updatedAt":"2026-11-21T22:43:06.623Z","progress":{"percent":100,"stage":null,"message":null},\
                    "attempt":1,"maxAttempts":5,"expiresAt":\(try quoted(response, "expiresAt")),\
                    "links":{"self":"http://localhost/jobs/\(id)",\
                    "monitor":"http://localhost/operations/\(id)","result":"http://localhost/resources/\(id)",\
                    "cancel":"http://localhost/jobs/\(id)/cancel","events":"http://localhost/jobs/\(id)/events","history":"http://localhost/jobs/\(id)/history"},\
                    "completedAt":"2026-11-21T22:43:06.623Z","resourceLocation":"http://localhost/resources/\(id)",\
                    "result":{"square": 49}}
                    """
            )
        }
    }

    private func quoted(_ response: TestResponse, _ member: String) throws -> String {
        "\"\(try response.text(member))\""
    }

    @Test("answers 302 to the stored failure, too")
    func failed() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.fail(code: "no-disk", detail: "The disk is \"full\".\n", status: 507)
            let response = try await client.send(.get, "/jobs/\(id)")
            #expect(response.status == .found)
            #expect(response.headers[.location] == "http://localhost/resources/\(id)")
            #expect(response.headers[.retryAfter] == nil)
            #expect(try response.text("status") == "failed")
            #expect(try response.text("error.code") == "no-disk")
            #expect(try response.text("error.message") == "The disk is \"full\".\n")
            #expect(try response.text("error.type") == "urn:levee:problem:job-failed")
            #expect(try response.number("error.status") == 422)
            #expect(try !response.text("error.title").isEmpty)
            #expect(try response.text("error.detail") == "The disk is \"full\".\n")
            #expect(try response.text("completedAt") == "2026-11-21T22:43:05.123Z")
            #expect(try response.member("queue") == nil)
            #expect(try response.member("resourceLocation") == nil)
        }
    }

    @Test(
        "inlines a result only if it is JSON indeed, and small",
        arguments: [
            ("application/json", Array("[1]".utf8), true), ("application/problem+json", Array("[1]".utf8), true),
            ("text/plain", Array("[1]".utf8), false), ("application/json", Array("[1".utf8), false),
            ("application/json", Array(#""\#(String(repeating: "x", count: 65_534))""#.utf8), true),
            ("application/json", Array(#""\#(String(repeating: "x", count: 65_535))""#.utf8), false),
        ] as [(String, [UInt8], Bool)]
    )
    func inlineResult(mediaType: String, bytes: [UInt8], isInline: Bool) async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.succeed(bytes, mediaType: mediaType)
            let response = try await client.send(.get, "/jobs/\(id)")
            #expect(try (response.member("result") != nil) == isInline)
        }
    }

    @Test("has a monitor that never redirects")
    func monitor() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            let pending = try await client.send(.get, "/operations/\(id)")
            #expect(pending.status == .ok)
            #expect((1...2).contains(pending.retryAfter))
            #expect(pending.headers[.cacheControl] == "no-store")
            #expect(pending.headers[.eTag] == "W/\"1\"")
            #expect(pending.headers[.location] == nil)
            try await harness.succeed([])
            let ended = try await client.send(.get, "/operations/\(id)")
            #expect(ended.status == .ok)
            #expect(ended.headers[.retryAfter] == nil)
            #expect(ended.headers[.location] == nil)
            #expect(ended.headers[.eTag] == "W/\"3\"")
            #expect(try ended.text("resourceLocation") == "http://localhost/resources/\(id)")
        }
    }

    @Test("answers 304 while the client has the current version, and only on the monitor")
    func notModified() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            let known: HTTPFields = [.ifNoneMatch: "\"x\", W/\"1\""]
            let response = try await client.send(.get, "/operations/\(id)", known)
            #expect(response.status == .notModified)
            #expect(response.body.readableBytes == 0)
            #expect(response.headers[.eTag] == "W/\"1\"")
            #expect((1...2).contains(response.retryAfter))
            #expect(response.headers[.contentLength] == nil)
            #expect(try await client.send(.get, "/jobs/\(id)", known).status == .accepted)
            _ = try await harness.claim()
            #expect(try await client.send(.get, "/operations/\(id)", known).status == .ok)
        }
    }

    @Test("lists what has happened, oldest first, up to the current state")
    func history() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            harness.clock.advance(by: .seconds(1))
            try await harness.succeed([])
            let response = try await client.send(.get, "/jobs/\(id)/history")
            #expect(response.status == .ok)
            #expect(response.headers[.contentType] == "application/json")
            #expect(
                response.string == """
                    {"history":[{"version":1,"status":"queued","at":"2026-11-21T22:43:05.123Z","cause":"submit",\
                    "note":null},{"version":2,"status":"running","at":"2026-11-21T22:43:06.123Z","cause":"claim",\
                    "note":"1 w1"},{"version":3,"status":"succeeded","at":"2026-11-21T22:43:06.123Z",\
                    "cause":"finish","note":null}]}
                    """
            )
        }
    }

    @Test("answers HEAD like GET, without the body", arguments: ["/jobs/", "/operations/", "/resources/"])
    func head(path: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            for _ in 0..<2 {
                let get = try await client.send(.get, path + id)
                let head = try await client.send(.head, path + id)
                #expect(head.status == get.status)
                #expect(head.headers == get.headers)
                #expect(head.headers[.contentLength] == String(get.body.readableBytes))
                #expect(head.body.readableBytes == 0)
                try await harness.succeed(Array(repeating: 0x31, count: 70_000))
            }
        }
    }

    @Test(
        "answers 404 to forged ids without asking the store",
        arguments: [
            "x", "00", "00zzzzzzzzzzzzzzzzzzzzzzzzzz", "%00", "00000000000000000000000000é", "../../etc/passwd",
        ]
    )
    func forged(id: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            for (method, path) in [
                (.get, "/jobs/\(id)"), (.get, "/operations/\(id)"), (.get, "/resources/\(id)"),
                (.get, "/jobs/\(id)/history"), (.delete, "/jobs/\(id)"), (.post, "/jobs/\(id)/cancel"),
            ] as [(HTTPRequest.Method, String)] {
                let response = try await client.send(method, path)
                #expect(response.status == .notFound)
            }
        }
        #expect(harness.store.counts == [:])
    }

    @Test("tells a forged id from a job that is gone")
    func gone() async throws {
        let harness = Harness()
        try await harness.run { client in
            try await client.send(.get, "/jobs/00zzzzzzzzzzzzzzzzzzzzzzzzzz").expectProblem(404, "unknown-job")
            let id = try await harness.submit(client)
            harness.clock.advance(by: .seconds(49 * 3_600))
            for path in ["/jobs/\(id)", "/operations/\(id)", "/resources/\(id)", "/jobs/\(id)/history"] {
                try await client.send(.get, path).expectProblem(410, "gone")
            }
        }
    }

    @Test("costs the store one read a poll, and the figures of the queue once for many")
    func cost() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            harness.store.forgetCounts()
            for _ in 0..<3 {
                _ = try await client.send(.get, "/jobs/\(id)")
                _ = try await client.send(.get, "/operations/\(id)")
                _ = try await client.send(.get, "/resources/\(id)")
            }
            #expect(harness.store.counts[.job] == 9)
            #expect(harness.store.counts[.figures] ?? 0 <= 1)
            try await harness.succeed(Array(repeating: 0x20, count: 100_000))
            harness.store.forgetCounts()
            _ = try await client.send(.get, "/jobs/\(id)")
            _ = try await client.send(.head, "/resources/\(id)")
            #expect(harness.store.counts == [.job: 2])
        }
    }

    @Test("answers without figures when only they cannot be had")
    func noFigures() async throws {
        let harness = Harness()
        harness.store.fail(.figures, with: .unavailable("x"))
        try await harness.run { client in
            let id = try await harness.submit(client)
            let response = try await client.send(.get, "/jobs/\(id)")
            #expect(response.status == .accepted)
            #expect(response.headers[.retryAfter] == "30")
            #expect(try response.isNull("queue.position"))
        }
    }

    @Test(
        "answers 503 while the store is away",
        arguments: [StoreError.unavailable("x"), .unknownOutcome("x")]
    )
    func storeAway(error: StoreError) async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            harness.store.fail(.job, with: error)
            let response = try await client.send(.get, "/jobs/\(id)")
            try response.expectProblem(503, "store-unavailable")
            #expect(response.headers[.retryAfter] == "5")
        }
    }
}
