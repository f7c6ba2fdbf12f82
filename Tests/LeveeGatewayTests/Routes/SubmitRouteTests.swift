// Tests of POST /jobs/{type}: what is taken in and how, and what is turned away before anything is queued.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Submit")
struct SubmitRouteTests {
    @Test("answers 202 with the status and every address")
    func accepted() async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [.contentType: "text/plain"], body: "hello")
            let id = try #require(harness.store.lastID).text
            #expect(response.status == .accepted)
            #expect(response.headers[.location] == "http://localhost/jobs/\(id)")
            #expect(response.headers[.operationLocation] == "http://localhost/operations/\(id)")
            #expect(response.headers[.contentLocation] == "http://localhost/operations/\(id)")
            #expect((1...2).contains(response.retryAfter))
            #expect(response.headers[.cacheControl] == "no-store")
            #expect(response.headers[.contentType] == "application/json")
            #expect(response.headers[.contentLength] == String(response.body.readableBytes))
            #expect(
                response.string == """
                    {"id":"\(id)","type":"echo","status":"queued","createdAt":"2026-11-21T22:43:05.123Z",\
                    "updatedAt":"2026-11-21T22:43:05.123Z","progress":{"percent":0,"stage":null,"message":null},\
                    "attempt":0,"maxAttempts":5,"queue":{"name":"small","position":0,"etaSeconds":0},\
                    "expiresAt":"2026-11-23T22:43:05.123Z","links":{"self":"http://localhost/jobs/\(id)",\
                    "monitor":"http://localhost/operations/\(id)","result":"http://localhost/resources/\(id)",\
                    "cancel":"http://localhost/jobs/\(id)/cancel","events":"http://localhost/jobs/\(id)/events","history":"http://localhost/jobs/\(id)/history"}}
                    """
            )
        }
    }

    @Test("hands the payload on unchanged, with its media type")
    func payload() async throws {
        let harness = Harness()
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        let mediaType = "image/png; name=\"a\\\"b\""
        try await harness.run { client in
            let response = try await client.send(
                .post,
                "/jobs/huge",
                [.contentType: mediaType],
                bytes: ByteBuffer(bytes: bytes)
            )
            #expect(response.status == .accepted)
        }
        let job = try #require(await harness.claim("huge"))
        #expect(job.payload == Content(mediaType: mediaType, bytes: bytes))
        #expect(job.type == "huge")
    }

    @Test("takes bytes without a media type, and no bytes at all")
    func bareBody() async throws {
        let harness = Harness()
        try await harness.run { client in
            let some = try await client.send(.post, "/jobs/echo", [:], body: "x")
            #expect(some.status == .accepted)
            let none = try await client.send(.post, "/jobs/echo")
            #expect(none.status == .accepted)
        }
        #expect(try await harness.claim()?.payload == Content(mediaType: "application/octet-stream", bytes: [0x78]))
        #expect(try await harness.claim()?.payload == Content(mediaType: "application/octet-stream", bytes: []))
    }

    @Test("builds addresses on the public URL")
    func publicURL() async throws {
        let harness = Harness(publicURL: "https://jobs.example.com/levee")
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [:], body: "x")
            let id = try #require(harness.store.lastID).text
            #expect(response.headers[.location] == "https://jobs.example.com/levee/jobs/\(id)")
            #expect(try response.text("links.cancel") == "https://jobs.example.com/levee/jobs/\(id)/cancel")
        }
    }

    @Test("tells the place in the queue")
    func position() async throws {
        let harness = Harness()
        try await harness.run { client in
            for position in 0..<4 {
                let response = try await client.send(.post, "/jobs/echo", [:], body: "x")
                #expect(try response.number("queue.position") == position)
            }
        }
    }

    @Test("says 30 seconds and no time to the start for a paused queue")
    func paused() async throws {
        let harness = Harness()
        try await harness.store.setPaused(true, queue: "small")
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [:], body: "x")
            #expect(response.status == .accepted)
            #expect(response.headers[.retryAfter] == "30")
            #expect(try response.isNull("queue.etaSeconds"))
        }
    }

    @Test("tells a job that its lost first attempt has stored, too")
    func duplicate() async throws {
        let harness = Harness()
        harness.store.answerDuplicate()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [:], body: "x")
            #expect(response.status == .accepted)
            #expect(try response.text("id") == harness.store.lastID?.text)
        }
    }

    @Test("takes as many bytes as the type allows, and not one more")
    func limit() async throws {
        let harness = Harness()
        try await harness.run { client in
            let over = try await client.send(.post, "/jobs/narrow", [:], body: "12345678901")
            try over.expectProblem(413, "payload-too-large")
            #expect(try over.number("limit") == 10)
            #expect(harness.store.counts[.submit] == nil)
            #expect(try await client.send(.post, "/jobs/narrow", [:], body: "1234567890").status == .accepted)
        }
    }

    @Test("obeys the server's own limit besides")
    func serverLimit() async throws {
        let harness = Harness(limits: GatewayConfiguration.Limits(maxRequestBytes: 4))
        try await harness.run { client in
            try await client.send(.post, "/jobs/echo", [:], body: "12345").expectProblem(413, "payload-too-large")
        }
    }

    @Test("turns an unknown type away and names the known ones")
    func unknownType() async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/nonsense", [:], body: "x")
            try response.expectProblem(404, "unknown-type")
            #expect(try response.text("detail").contains("echo, huge, narrow, order, square, timely"))
            #expect(try response.text("instance") == "/jobs/nonsense")
        }
        #expect(harness.store.counts == [:])
    }

    @Test("turns a foreign media type away and tells which are taken", arguments: ["text/plain", nil])
    func unsupportedMediaType(mediaType: String?) async throws {
        let harness = Harness()
        try await harness.run { client in
            var headers = HTTPFields()
            headers[.contentType] = mediaType
            let response = try await client.send(.post, "/jobs/square", headers, body: "{}")
            try response.expectProblem(415, "unsupported-media-type")
            #expect(response.headers[.accept] == "application/json")
        }
        #expect(harness.store.counts == [:])
    }

    @Test("compares media types without case and parameters")
    func mediaTypeCase() async throws {
        let harness = Harness()
        try await harness.run { client in
            let headers: HTTPFields = [.contentType: "Application/JSON; charset=utf-8"]
            let response = try await client.send(.post, "/jobs/square", headers, body: "{}")
            #expect(response.status == .accepted)
        }
    }

    @Test("turns encoded bodies away, since they would be stored as they are")
    func contentEncoding() async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [.contentEncoding: "gzip"], body: "x")
            try response.expectProblem(415, "unsupported-content-encoding")
            #expect(response.headers[.acceptEncoding] == "identity")
            #expect(
                try await client.send(.post, "/jobs/echo", [.contentEncoding: "Identity"], body: "x").status
                    == .accepted
            )
        }
    }

    @Test(
        "turns a malformed media type away",
        arguments: ["", "text", "text/", "/plain", "text/plain; charset", "text/plain, text/html", "text/é", "a b/c"]
    )
    func malformedMediaType(mediaType: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [.contentType: mediaType], body: "x")
            try response.expectProblem(400, "invalid-content-type")
        }
        #expect(harness.store.counts == [:])
    }

    @Test("finds the place at which JSON breaks", arguments: ["application/json", "application/vnd.x+json; v=1"])
    func invalidJSON(mediaType: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(
                .post,
                "/jobs/echo",
                [.contentType: mediaType],
                body: "{\n \"number\": 12,}"
            )
            try response.expectProblem(400, "invalid-payload")
            let errors = try #require(try response.member("errors") as? [[String: Any]])
            #expect(errors.count == 1)
            #expect(errors.first?["offset"] as? Int == 16)
            #expect(errors.first?["line"] as? Int == 2)
            #expect(errors.first?["column"] as? Int == 15)
            #expect(errors.first?["detail"] as? String == "a name in double quotes is expected")
        }
        #expect(harness.store.counts == [:])
    }

    @Test("says when to come back to a full queue, by count and by bytes")
    func queueFull() async throws {
        let harness = Harness()
        try await harness.run { client in
            #expect(try await client.send(.post, "/jobs/narrow", [:], body: "1234567890").status == .accepted)
            let byCount = try await client.send(.post, "/jobs/narrow", [:], body: "1")
            try byCount.expectProblem(503, "queue-full")
            #expect(byCount.headers[.retryAfter] == "30")
            #expect(try byCount.text("limit") == "count")
            #expect(try byCount.text("queue") == "narrow")
            _ = try await harness.claim("narrow")
            let byBytes = try await client.send(.post, "/jobs/narrow", [:], body: "123456")
            try byBytes.expectProblem(503, "queue-full")
            #expect(try byBytes.text("limit") == "bytes")
        }
    }

    @Test("refuses a job that would wait too long, and says when there will be room")
    func expectedWait() async throws {
        let harness = Harness()
        try await harness.run { client in
            @Sendable func submit(_ headers: HTTPFields = [:]) async throws -> TestResponse {
                harness.clock.advance(by: .milliseconds(200))
                return try await client.send(.post, "/jobs/timely", headers, body: "x")
            }
            // Nobody knows yet how long such jobs take: all are taken in.
            for _ in 0..<5 { #expect(try await submit().status == .accepted) }
            let job = try #require(try await harness.claim("timely"))
            harness.clock.advance(by: .seconds(10))
            let result = JobResult(content: Content(mediaType: "text/plain", bytes: []))
            try await harness.end(job, .succeeded(result))
            // Four slots, ten seconds each: eight jobs in twenty seconds, and four that start at once.
            for ready in 4..<12 { #expect(try await submit().status == .accepted, "\(ready) are ready") }
            let refused = try await submit()
            try refused.expectProblem(503, "queue-full")
            #expect(try refused.text("limit") == "wait")
            #expect((2...5).contains(refused.retryAfter), "22.5 s, down to 18")
            #expect(try await submit([.priority: "high"]).status == .accepted, "nothing lies before it")
            #expect(try await submit([.delay: "60"]).status == .accepted, "it is not to start now")
            #expect(try await submit().status == .serviceUnavailable)
            // With nobody left to tell how long it takes, nothing is refused.
            try await harness.show(slots: 0)
            harness.clock.advance(by: .seconds(2))
            #expect(try await submit().status == .accepted)
        }
    }

    @Test("takes nothing in while the store is short of memory")
    func memory() async throws {
        let harness = Harness()
        let memory = harness.gateway.memory
        try await harness.run { client in
            harness.store.fill(89)
            await memory.look()
            #expect(try await client.send(.post, "/jobs/echo", [:], body: "x").status == .accepted)
            harness.store.fill(90)
            await memory.look()
            let response = try await client.send(.post, "/jobs/echo", [:], body: "x")
            try response.expectProblem(503, "store-nearly-full")
            #expect(response.headers[.retryAfter] == "30")
            #expect(harness.store.counts[.submit] == 1)
            let id = try #require(harness.store.lastID).text
            #expect(try await client.send(.get, "/jobs/\(id)").status == .accepted)
            // A store that does not answer has not become emptier.
            harness.store.fail(.memory, with: .unavailable("x"))
            await memory.look()
            #expect(try await client.send(.post, "/jobs/echo", [:], body: "x").status == .serviceUnavailable)
            harness.store.fail(.memory, with: nil)
            harness.store.fill(87)
            await memory.look()
            #expect(try await client.send(.post, "/jobs/echo", [:], body: "x").status == .accepted)
        }
    }

    @Test(
        "answers 503 with the time to retry while the store is away or refuses",
        arguments: [
            (StoreError.unavailable("x"), "store-unavailable", "5"), (.refused("OOM"), "store-refused", "30"),
        ]
    )
    func storeAway(error: StoreError, token: String, seconds: String) async throws {
        let harness = Harness()
        harness.store.fail(.submit, with: error)
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [:], body: "x")
            try response.expectProblem(503, token)
            #expect(response.headers[.retryAfter] == seconds)
            #expect(!response.string.contains("OOM"))
        }
    }

    @Test("names the id when nobody knows whether the job is stored, and does not invite a retry")
    func unknownOutcome() async throws {
        let harness = Harness()
        harness.store.fail(.submit, with: .unknownOutcome("connection lost"))
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [:], body: "x")
            try response.expectProblem(503, "unknown-outcome")
            let id = try #require(harness.store.lastID).text
            #expect(try response.text("id") == id)
            #expect(try response.text("monitor") == "http://localhost/operations/\(id)")
            #expect(response.headers[.retryAfter] == nil)
        }
    }

    @Test("keeps the insides of a failure to the log")
    func internalError() async throws {
        let harness = Harness()
        harness.store.fail(.submit, with: .unexpectedReply("secret"))
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [:], body: "x")
            try response.expectProblem(500, "internal-error")
            #expect(!response.string.contains("secret"))
        }
    }
}
