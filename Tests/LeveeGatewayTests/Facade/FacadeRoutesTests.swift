// Routes of the configuration: what becomes a job, and how it is answered.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import NIOCore
import Testing

@testable import LeveeGateway

@Suite struct FacadeRoutesTests {
    private static func routes() throws -> [FacadeRoute] {
        let square = try PathPattern("/square/{number}")
        let payload: JSONTemplate = .object([
            ("number", .text(try TextTemplate("${path.number:number}", names: ["number"]))),
            ("who", .text(try TextTemplate("${query.who}", names: []))),
            ("note", .text(try TextTemplate("by ${header.user-agent}, ${invocation}", names: []))),
            ("fixed", .literal("true")),
            ("job", .text(try TextTemplate("${id}", names: []))),
        ])
        return [
            FacadeRoute(method: .get, pattern: square, type: "square", payload: payload, limit: .seconds(1)),
            FacadeRoute(
                method: nil,
                pattern: try PathPattern("/slow/{path...}"),
                type: "echo",
                target: try TextTemplate("/api/${path.path}", names: ["path"])
            ),
            FacadeRoute(method: .get, pattern: try PathPattern("/told"), type: "told"),
            FacadeRoute(
                method: .post,
                pattern: try PathPattern("/task"),
                type: "narrow",
                isAsync: true,
                accepted: .object([
                    ("id", .text(try TextTemplate("${id}", names: []))),
                    ("status", .text(try TextTemplate("${status}", names: []))),
                ]),
                statusPath: try PathPattern("/task/{id}"),
                resourcePath: try PathPattern("/resource/{id}"),
                statuses: StatusNames(submitted: "started", pending: "pending", states: [.succeeded: "complete"])
            ),
        ]
    }

    /// Answers the next job of a queue as soon as it is there.
    private func work(_ harness: Harness, _ queue: String, _ outcome: Settlement.Outcome) async throws -> LeasedJob {
        var job: LeasedJob?
        try await eventually("a job is in \(queue)") {
            job = try await harness.claim(queue)
            return job != nil
        }
        let leased = try #require(job)
        try await harness.end(leased, outcome)
        return leased
    }

    @Test func aRouteAnswersAsTheHandlerDid() async throws {
        let harness = Harness(routes: try Self.routes())
        try await harness.run(.live) { client in
            let content = Content(mediaType: "text/html; charset=utf-8", bytes: Array("<p>144".utf8))
            let fields = [HeaderField("Cache-Control", "max-age=5"), HeaderField("X-Request-ID", "7")]
            let result = JobResult(status: 203, content: content, fields: fields)
            async let worked = work(harness, "maths", .succeeded(result))
            let answer = try await client.send(.get, "/square/12?who=me", [.userAgent: "curl"])
            #expect(answer.status.code == 203)
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
            #expect(answer.headers[.cacheControl] == "max-age=5")
            #expect(String(buffer: answer.body) == "<p>144")
            let job = try await worked
            #expect(job.maxAttempts == 1)
            let payload = String(decoding: try #require(job.payload).bytes, as: UTF8.self)
            let rest = #""who":"me","note":"by curl, synchronous","fixed":true,"job":"\#(job.lease.id)"}"#
            #expect(payload == #"{"number":12,"# + rest)
        }
    }

    @Test func aFailureIsAnsweredAtOnceAndAsItIs() async throws {
        let harness = Harness(routes: try Self.routes())
        try await harness.run(.live) { client in
            let answer = JobFailure.Answer(
                status: 500,
                content: Content(mediaType: "text/plain", bytes: Array("oh".utf8))
            )
            let failures: [(JobFailure, Int, String?)] = [
                (JobFailure(code: "upstream-status", detail: "500", status: 500, answer: answer), 500, "oh"),
                (JobFailure(code: "own", detail: "no", status: 404), 404, nil),
                (JobFailure(code: "exit-status", detail: "exit status 1"), 502, nil),
                (JobFailure(code: JobFailure.timeoutCode, detail: "too long"), 504, nil),
            ]
            for (failure, status, body) in failures {
                async let worked = work(harness, "maths", .failed(failure, retryAfter: .zero))
                let answer = try await client.send(.get, "/square/12")
                #expect(answer.status.code == status)
                if let body {
                    #expect(String(buffer: answer.body) == body)
                } else {
                    #expect(answer.headers[.contentType] == "application/problem+json")
                }
                _ = try await worked
            }
        }
    }

    @Test func whoDoesNotWaitGetsTheAddresses() async throws {
        let harness = Harness(routes: try Self.routes())
        try await harness.run { client in
            let event = try await client.send(.get, "/square/1", [.invocationType: "Event"])
            #expect(event.status == .accepted)
            #expect(event.headers[.operationLocation] != nil)
            #expect(try #require(try await harness.claim("maths")).maxAttempts == 3)
            let prefer = try await client.send(.get, "/square/1", [.prefer: "respond-async"])
            #expect(prefer.headers[.preferenceApplied] == "respond-async")
            let late = try await client.send(.get, "/square/1")
            #expect(late.status == .gatewayTimeout)
            #expect(late.headers[.operationLocation]?.contains("/operations/") == true)
            #expect(try await client.send(.get, "/square/1", [.invocationType: "Never"]).status == .badRequest)
            #expect(try await client.send(.get, "/square/x").status == .badRequest)
            #expect(try await client.send(.post, "/square/1").status == .methodNotAllowed)
            #expect(try await client.send(.get, "/square").status == .notFound)
        }
    }

    @Test func aRouteMayNameItsPlacesAndStates() async throws {
        let harness = Harness(routes: try Self.routes())
        try await harness.run { client in
            let started = try await client.send(.post, "/task", body: "work")
            #expect(started.status == .accepted)
            let id = try started.text("id")
            #expect(String(buffer: started.body) == #"{"id":"\#(id)","status":"started"}"#)
            #expect(started.headers[.location]?.hasSuffix("/task/\(id)") == true)
            let pending = try await client.send(.get, "/task/\(id)")
            #expect(try (pending.status.code, pending.text("status")) == (202, "pending"))
            try await harness.succeed(Array("done".utf8), mediaType: "text/plain", queue: "narrow")
            let ended = try await client.send(.get, "/task/\(id)")
            #expect(try (ended.status.code, ended.text("status")) == (302, "complete"))
            #expect(ended.headers[.location]?.hasSuffix("/resource/\(id)") == true)
            #expect(String(buffer: try await client.send(.get, "/resource/\(id)").body) == "done")
            #expect(try await client.send(.get, "/jobs/\(id)").text("status") == "succeeded")
            let other = try await harness.submit(client)
            #expect(try await client.send(.get, "/task/\(other)").status == .notFound, "another route's, or no route's")
        }
    }

    @Test func noPageOfOthersMakesAJobByALink() async throws {
        let harness = Harness(routes: try Self.routes())
        try await harness.run { client in
            let site = try #require(HTTPField.Name("Sec-Fetch-Site"))
            for (value, status) in [("cross-site", 403), ("same-site", 403), ("same-origin", 202), ("none", 202)] {
                let answer = try await client.send(.get, "/square/1", [.prefer: "respond-async", site: value])
                #expect(answer.status.code == status, "\(value)")
            }
            let id = try await harness.submit(client)
            #expect(try await client.send(.get, "/jobs/\(id)", [site: "cross-site"]).status == .accepted)
        }
    }

    @Test func headersAskedForAloneHaveTheLengthOfTheBody() async throws {
        let harness = Harness(routes: try Self.routes())
        try await harness.run(.live) { client in
            let result = JobResult(
                content: Content(mediaType: "text/html", bytes: []),
                fields: [HeaderField("Content-Length", "9000")]
            )
            async let worked = work(harness, "maths", .succeeded(result))
            let answer = try await client.send(.head, "/square/12")
            #expect((answer.status.code, answer.headers[.contentLength]) == (200, "9000"))
            let id = try await worked.lease.id
            let stored = try await client.send(.get, "/resources/\(id)")
            #expect((stored.status.code, stored.headers[.contentLength]) == (200, "0"))
        }
    }

    @Test func onlyWhoDoesNotWaitIsAnsweredByDestinations() async throws {
        let harness = Harness(routes: try Self.routes())
        try await harness.run(.live) { client in
            let result = JobResult(content: Content(mediaType: "text/plain", bytes: []))
            async let worked = work(harness, "told", .succeeded(result))
            _ = try await client.send(.get, "/told", [.callbackURL: "https://example.com/"])
            _ = try await worked
            let told = try await harness.store.store.takeDeliveries(9, lease: .seconds(1))
            #expect(told.map(\.destination) == [.callback("https://example.com/")], "asked for by the client itself")
            let id = try await client.send(.get, "/told", [.prefer: "respond-async"]).text("id")
            _ = try await work(harness, "told", .succeeded(result))
            let deliveries = try await harness.store.store.takeDeliveries(9, lease: .seconds(1))
            #expect(deliveries.map(\.destination) == [.list("done")])
            #expect(deliveries.first?.id.job.text == id)
        }
    }

    @Test func theSameRequestUnderTheSameKeyIsTheSameJob() async throws {
        let harness = Harness(routes: try Self.routes())
        try await harness.run { client in
            let headers: HTTPFields = [.prefer: "respond-async", .idempotencyKey: "k1"]
            let first = try await client.send(.get, "/square/1?who=me", headers)
            let again = try await client.send(.get, "/square/1?who=me", headers)
            #expect(again.headers[.idempotencyReplayed] == "true")
            #expect(again.headers[.operationLocation] == first.headers[.operationLocation])
            #expect(try await client.send(.get, "/square/2?who=me", headers).status == .unprocessableContent)
        }
    }

    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func aRequestIsKeptForAnUpstream() async throws {
        let harness = Harness(routes: try Self.routes())
        try await harness.run { client in
            let headers: HTTPFields = [
                .prefer: "respond-async", .accept: "text/plain", .cookie: "a=b", .idempotencyKey: "k1",
                .traceparent: Self.parent, .tracestate: "a=1",
            ]
            let answer = try await client.send(.put, "/slow/a%20b/c?q=1", headers, body: "x")
            #expect(answer.status == .accepted)
            let job = try #require(try await harness.claim("small"))
            let request = try #require(job.request)
            #expect(request.line == RequestHead.Line(method: "PUT", target: "/api/a%20b/c?q=1"))
            let kept = Set(request.fields.map { $0.name.lowercased() })
            #expect(kept == ["accept", "idempotency-key"])
            #expect(job.trace == TraceContext(traceparent: Self.parent, tracestate: "a=1"))
            let other = try await client.send(.put, "/slow/other", headers, body: "x")
            #expect(other.status == .unprocessableContent, "the same key for another target")
            #expect(try await client.send(.put, "/slow/a/%2e%2e/b", headers, body: "x").status == .notFound)
        }
    }
}
