// Tests of one job at the admin door: what operators see of it, whosever it is, and what they can do.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeveeBlobs
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeGateway

@Suite("A job at the admin door")
struct JobRoutesTests {
    /// A door, the store behind it, and a worker's hands.
    private struct Scene: Sendable {
        let client: any TestClientProtocol
        let store: InMemoryStore

        func put(
            _ payload: Content = Content(mediaType: "text/plain", bytes: Array("hello".utf8)),
            tenant: Tenant = .standard
        ) async throws -> JobID {
            let job = NewJob(
                id: store.newID(),
                type: "echo",
                queue: "small",
                payload: payload,
                maxAttempts: 2,
                tenant: tenant,
                followUps: [FollowUp(.failure, to: .list("broken"))],
                request: RequestHead(fields: [HeaderField("accept", "text/html")])
            )
            _ = try await store.submit(job, rules: QueueRules(name: "small"))
            return job.id
        }

        func claim() async throws -> Lease {
            let request = ClaimRequest(
                worker: "w1",
                queues: [QueueRules(name: "small")],
                limit: 1,
                lease: .seconds(5),
                isIdle: true
            )
            return try #require(try await store.claim(request).first).lease
        }

        func end(_ outcome: Settlement.Outcome) async throws {
            let settlement = Settlement(lease: try await claim(), outcome: outcome, busy: .zero)
            _ = try await store.settle([settlement], claiming: nil)
        }

        func succeed(_ content: Content) async throws {
            try await end(.succeeded(JobResult(content: content, fields: [HeaderField("x-pages", "3")])))
        }
    }

    private func withDoor(
        _ setup: TestingSetup = .router,
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        let clock = ManualClock(Harness.start)
        let store = InMemoryStore(clock: { clock.now })
        let door = AdminDoor(testing: store) { clock.now }
        try await door.application().test(setup) { try await body(Scene(client: DescribedClient($0), store: store)) }
    }

    @Test("is shown with all there is to know, of any tenant")
    func document() async throws {
        try await withDoor { scene in
            let id = try await scene.put(tenant: Tenant("red"))
            let waiting = try await scene.client.send(.get, "/jobs/\(id)")
            #expect(waiting.status == .ok)
            #expect(waiting.headers[.cacheControl] == "no-store")
            #expect(waiting.headers[.eTag] == "W/\"1\"")
            #expect(
                waiting.string == """
                    {"id":"\(id)","type":"echo","tenant":"red","queue":"small","priority":"normal",\
                    "status":"queued","attempt":0,"maxAttempts":2,"workersLost":0,\
                    "createdAt":"2026-11-21T22:43:05.123Z","updatedAt":"2026-11-21T22:43:05.123Z",\
                    "dueAt":null,"expiresAt":"2026-11-23T22:43:05.123Z","error":null,"traceId":null,\
                    "time":"2026-11-21T22:43:05.123Z","version":1,"fence":0,"failures":0,"claimedAt":null,\
                    "startBy":"2026-11-22T22:43:05.123Z","endBy":null,"cancelRequested":false,"ahead":0,\
                    "worker":null,"leaseUntil":null,"progress":{"percent":0,"stage":null,"message":null},\
                    "payload":{"mediaType":"text/plain","length":5},"result":null,\
                    "request":{"method":null,"target":null,"fields":[{"name":"accept","value":"text/html"}]},\
                    "followUps":[{"when":"failure","kind":"list","target":"broken"}],\
                    "retryOf":null,"retriedAs":null}
                    """
            )
            _ = try await scene.claim()
            let running = try await scene.client.send(.get, "/jobs/\(id)")
            #expect(try running.text("status") == "running")
            #expect(try running.text("worker") == "w1")
            #expect(try running.text("leaseUntil") == "2026-11-21T22:43:10.123Z")
            let history = try await scene.client.send(.get, "/jobs/\(id)/history")
            #expect(
                history.string.contains(
                    #""version":2,"status":"running","at":"2026-11-21T22:43:05.123Z","cause":"claim""#
                )
            )
        }
    }

    @Test("names the job that was made of it, and the one that it was made of")
    func retries() async throws {
        try await withDoor { scene in
            let id = try await scene.put()
            try await scene.end(
                .failed(JobFailure(code: "broken", detail: "No.", disposition: .final), retryAfter: .zero)
            )
            let made = try await scene.client.send(.post, "/jobs/\(id)/retry").text("id")
            #expect(try await scene.client.send(.get, "/jobs/\(id)").text("retriedAs") == made)
            #expect(try await scene.client.send(.get, "/jobs/\(made)").text("retryOf") == id.text)
            #expect(try await scene.client.send(.get, "/jobs/\(made)/payload").string == "hello")
        }
    }

    @Test(
        "gives payload and result for saving, and for nothing else",
        arguments: [
            ("image/png", "image/png", "png"), ("text/html", "text/html", "htm"),
            ("text/plain; charset=utf-8", "text/plain; charset=utf-8", "txt"), ("image/jpeg", "image/jpeg", "jpg"),
            ("application/x-unheard-of", "application/x-unheard-of", nil),
            ("text/html\r\nSet-Cookie: a=b", "application/octet-stream", nil),
            ("a\"; filename=\"evil.exe", "application/octet-stream", nil), ("", "application/octet-stream", nil),
        ]
    )
    func contents(given: String, served: String, ending: String?) async throws {
        try await withDoor { scene in
            let id = try await scene.put(Content(mediaType: given, bytes: Array("<script>in</script>".utf8)))
            try await scene.succeed(Content(mediaType: given, bytes: Array("<script>out</script>".utf8)))
            for (part, text) in [("payload", "<script>in</script>"), ("result", "<script>out</script>")] {
                let answer = try await scene.client.send(.get, "/jobs/\(id)/\(part)")
                #expect(answer.status == .ok)
                #expect(answer.headers[.contentType] == served)
                let name = "\(id)-\(part)\(ending.map { ".\($0)" } ?? "")"
                #expect(answer.headers[.contentDisposition] == "attachment; filename=\"\(name)\"")
                #expect(answer.headers[.contentSecurityPolicy] == "default-src 'none'; sandbox")
                #expect(answer.headers[.xContentTypeOptions] == "nosniff")
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(answer.headers[.setCookie] == nil)
                #expect(answer.string == text)
            }
            #expect(try await scene.client.send(.get, "/jobs/\(id)").member("result.fields") != nil)
        }
    }

    @Test(
        "gives its bytes to no page that would run or show them",
        arguments: ["script", "iframe", "image", "style", "object"]
    )
    func destinations(destination: String) async throws {
        try await withDoor { scene in
            let id = try await scene.put()
            let field = try #require(HTTPField.Name("Sec-Fetch-Dest"))
            for part in ["payload", "result"] {
                let path = "/jobs/\(id)/\(part)"
                try (try await scene.client.send(.get, path, [field: destination])).expectProblem(403, "not-for-pages")
            }
            #expect(try await scene.client.send(.get, "/jobs/\(id)/payload", [field: "empty"]).status == .ok)
            #expect(try await scene.client.send(.get, "/jobs/\(id)/payload", [field: "document"]).status == .ok)
        }
    }

    @Test("has no result before its end, nor without one; what its handler has answered in failing counts")
    func results() async throws {
        try await withDoor { scene in
            let id = try await scene.put()
            try (try await scene.client.send(.get, "/jobs/\(id)/result")).expectProblem(404, "no-result")
            let answer = JobFailure.Answer(
                status: 404,
                content: Content(mediaType: "text/html", bytes: Array("<p>no".utf8)),
                fields: []
            )
            let failure = JobFailure(code: "no", detail: "No.", status: 404, disposition: .final, answer: answer)
            try await scene.end(.failed(failure, retryAfter: .zero))
            #expect(try await scene.client.send(.get, "/jobs/\(id)/result").string == "<p>no")
            #expect(try await scene.client.send(.get, "/jobs/\(id)").number("result.status") == 404)
        }
    }

    @Test("is called off and removed, whosever it is; who has seen another version changes nothing")
    func endings() async throws {
        try await withDoor { scene in
            let id = try await scene.put(tenant: Tenant("red"))
            let path = "/jobs/\(id)"
            try (try await scene.client.send(.delete, path, [.ifMatch: "W/\"7\""])).expectProblem(
                412,
                "precondition-failed"
            )
            let off = try await scene.client.send(.post, "\(path)/cancel", [.ifMatch: "W/\"1\""])
            #expect(off.status == .ok)
            #expect(try off.text("status") == "canceled")
            #expect(try await scene.client.send(.post, "\(path)/cancel").status == .ok)
            try (try await scene.client.send(.get, "\(path)/payload")).expectProblem(410, "payload-gone")
            #expect(try await scene.client.send(.delete, path).status == .noContent)
            for (method, rest) in [
                (HTTPRequest.Method.get, ""), (.get, "/history"), (.get, "/payload"), (.get, "/result"), (.delete, ""),
                (.post, "/cancel"),
            ] {
                try (try await scene.client.send(method, path + rest)).expectProblem(410, "gone")
                try (try await scene.client.send(method, "/jobs/nonsense" + rest)).expectProblem(404, "unknown-job")
            }

            let running = try await scene.put()
            _ = try await scene.claim()
            let asked = try await scene.client.send(.delete, "/jobs/\(running)")
            #expect(asked.status == .accepted)
            #expect(try asked.member("cancelRequested") as? Bool == true)
        }
    }

    @Test("has its payload and result from the folder, where they lie there")
    func blobs() async throws {
        try await withTemporaryDirectory { path in
            let blobs = try await FolderBlobStore(path: path, threshold: 4)
            let store = InMemoryStore()
            let id = store.newID()
            var collector = ContentCollector(name: .payload(of: id), blobs: blobs)
            try await collector.append(Array("a large one".utf8))
            let payload = try await collector.finish(as: "video/mp4")
            #expect(payload.blob != nil)
            let job = NewJob(id: id, type: "echo", queue: "small", payload: payload)
            _ = try await store.submit(job, rules: QueueRules(name: "small"))
            let door = AdminDoor(testing: store, blobs: BlobKeeper(store: blobs, jobs: store), now: WallClock.now)
            try await door.application().test(.router) { client in
                let answer = try await DescribedClient(client).send(.get, "/jobs/\(id)/payload")
                #expect(answer.string == "a large one")
                #expect(answer.headers[.contentType] == "video/mp4")
            }
        }
    }
}
