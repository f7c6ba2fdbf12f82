// Jobs that are requests to a service, which answers well, badly or not at all.

import LeveeCore
import LeveeHandlers
import LeveeTestSupport
import LeveeWorker
import Logging
import Testing

@Suite struct UpstreamHandlerTests {
    @Test func aPlainJobIsAPostOfItsPayload() async throws {
        let reply = UpstreamServer.Reply.answer(
            201,
            headers: [("Content-Type", "image/png"), ("ETag", "\"7\""), ("Server", "secret"), ("Connection", "ETag")],
            body: "bytes"
        )
        try await UpstreamServer.run({ _, _ in reply }) { server in
            let fields = [
                HeaderField("Accept", "image/*"), HeaderField("Cookie", "a=b"), HeaderField("Host", "elsewhere"),
            ]
            let result = try await attempt(server, url: server.url + "/draw", RequestHead(fields: fields))
            #expect((result.status, result.content.mediaType) == (201, "image/png"))
            #expect(result.content.bytes == Array("bytes".utf8))
            #expect(result.fields.isEmpty, "a field that Connection names concerns the connection only")
            let request = try #require(server.requests.first)
            #expect((request.method, request.target, request.body) == ("POST", "/draw", Array("{}".utf8)))
            #expect(request.values("Content-Type") == ["application/json"])
            #expect(request.values("Accept") == ["image/*"])
            #expect(request.values("Cookie").isEmpty)
            #expect(request.values("Host") == ["127.0.0.1:\(server.port)"])
            #expect(request.values("Idempotency-Key") == ["00abcdefghjkmnpqrstvwxyz0123"])
        }
    }

    @Test func aRequestIsReplayedBelowTheAddress() async throws {
        try await UpstreamServer.run({ _, _ in .answer(200, headers: [("Vary", "Accept")], body: "x") }) { server in
            let fields = [HeaderField("Idempotency-Key", "own"), HeaderField("traceparent", "00-1-2-01")]
            let trace = try #require(TraceContext(traceparent: TraceContext().traceparent, tracestate: "a=1"))
            let head = RequestHead(line: .init(method: "GET", target: "/a%20b?q=1"), fields: fields)
            let result = try await attempt(server, url: server.url + "/api/", head, payload: [], trace: trace)
            #expect(result.fields == [HeaderField("Vary", "Accept")])
            _ = try await attempt(server, url: server.url + "/api", head, payload: [])
            #expect(server.requests.map(\.target) == ["/api/a%20b?q=1", "/api/a%20b?q=1"])
            let request = try #require(server.requests.first)
            #expect((request.method, request.values("Idempotency-Key")) == ("GET", ["own"]))
            #expect(request.values("traceparent") == [trace.traceparent])
            #expect(request.values("tracestate") == ["a=1"])
            #expect(server.requests[1].values("traceparent").isEmpty)
            #expect(request.values("Content-Type").isEmpty)
        }
    }

    @Test(
        arguments: [
            (404, nil, .final), (302, nil, .final), (500, nil, .retry()), (503, nil, .throttle(after: nil)),
            (429, "7", .throttle(after: .seconds(7))), (502, "3", .throttle(after: .seconds(3))),
            (503, "Sun, 06 Nov 1994 08:49:37 GMT", .throttle(after: .zero)), (409, nil, .retry()),
        ] as [(Int, String?, JobFailure.Disposition)]
    )
    func whatAStatusMeansGoesByTheRules(status: Int, retryAfter: String?, wanted: JobFailure.Disposition) async throws {
        let headers = [("Location", "/away")] + (retryAfter.map { [("Retry-After", $0)] } ?? [])
        try await UpstreamServer.run({ _, _ in .answer(status, headers: headers, body: "no") }) { server in
            var rules = UpstreamRules()
            rules.statuses[409] = .retry
            let failure = try await failure(server, rules: rules)
            #expect((failure.code, failure.status) == (JobFailure.upstreamStatusCode, status))
            #expect(failure.disposition == wanted)
            #expect(failure.answer?.content.bytes == Array("no".utf8))
            #expect(failure.answer?.fields.values("location") == ["/away"])
            #expect(server.requests.count == 1, "a redirect is not followed")
        }
    }

    @Test(
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "upstream-broken"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\nshort", "result-too-large"),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", "upstream-broken"),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nC8\r\n\(String(repeating: "x", count: 200))\r\n0\r\n\r\n",
                "result-too-large"
            ),
            ("what?\r\n\r\n", "upstream-broken"), ("", "upstream-broken"),
        ]
    )
    func anAnswerThatLiesOrBreaksOffIsAnError(reply: String, code: String) async throws {
        try await UpstreamServer.run({ _, _ in .raw(reply) }) { server in
            let failure = try await failure(server)
            #expect(failure.code == code, "\(failure)")
            #expect(failure.disposition == (code == "result-too-large" ? .final : .retry()))
            #expect(failure.answer == nil)
        }
    }

    @Test func moreThanWasAnnouncedIsNotReadAndDoesNotReachTheNextJob() async throws {
        let lie = UpstreamServer.Reply.raw(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 No\r\n\r\n",
            closes: false
        )
        try await UpstreamServer.run({ request, _ in request.target == "/lie" ? lie : .answer(200, body: "fine") }) {
            server in
            try await withHandler(UpstreamConfiguration(url: server.url)) { handler in
                for target in ["/lie", "/next"] {
                    let head = RequestHead(line: .init(method: "GET", target: target))
                    let result = try await run(handler, head, [])
                    #expect(result.content.bytes == Array((target == "/lie" ? "ok" : "fine").utf8))
                }
            }
        }
    }

    @Test func nobodyAtTheAddressIsUnreachable() async throws {
        var port = 0
        try await UpstreamServer.run({ _, _ in .answer(200) }) { port = $0.port }
        let configuration = UpstreamConfiguration(url: "http://127.0.0.1:\(port)")
        try await withHandler(configuration) { handler in
            let failure = await #expect(throws: JobFailure.self) { try await run(handler, RequestHead(), []) }
            #expect(failure?.code == JobFailure.upstreamUnreachableCode)
            #expect(failure?.disposition == .retry())
        }
    }

    @Test func aCanceledAttemptClosesItsRequest() async throws {
        try await UpstreamServer.run({ _, _ in
            try await Task.sleep(for: .seconds(600))
            return .answer(200)
        }) { server in
            try await withHandler(UpstreamConfiguration(url: server.url)) { handler in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        await #expect(throws: CancellationError.self) { try await run(handler, RequestHead(), []) }
                    }
                    try await eventually("the request is there") { server.current == 1 }
                    group.cancelAll()
                }
                try await eventually("the request is closed") { server.current == 0 }
            }
        }
    }

    @Test(arguments: [UpstreamRules.Verdict.later, .retry, .fail])
    func whatATimeoutMeansGoesByTheRules(verdict: UpstreamRules.Verdict) async throws {
        try await UpstreamServer.run({ _, _ in
            try await Task.sleep(for: .seconds(600))
            return .answer(200)
        }) { server in
            let rules = UpstreamRules(troubles: [.timeout: verdict])
            try await withHandler(UpstreamConfiguration(url: server.url, rules: rules)) { handler in
                let failure = await #expect(throws: JobFailure.self) {
                    // The worker, which would end the attempt, is not there.
                    try await run(handler, RequestHead(), [], until: .now + .milliseconds(200) - .seconds(5))
                }
                let wanted: JobFailure.Disposition =
                    switch verdict {
                    case .later: .throttle(after: nil)
                    case .retry: .retry()
                    case .fail: .final
                    }
                #expect((failure?.code, failure?.disposition) == (JobFailure.timeoutCode, wanted))
            }
        }
    }

    @Test func aBodyThatWasNotAskedForHasItsLengthToldAllTheSame() async throws {
        try await UpstreamServer.run({ _, _ in .answer(200, body: "fine") }) { server in
            let head = RequestHead(line: .init(method: "HEAD", target: "/"))
            let result = try await attempt(server, url: server.url, head, payload: [])
            #expect(result.content.bytes.isEmpty)
            #expect(result.fields == [HeaderField("Content-Length", "4")])
        }
    }

    @Test func connectionsAreKept() async throws {
        try await UpstreamServer.run({ _, _ in .answer(200) }) { server in
            try await withHandler(UpstreamConfiguration(url: server.url)) { handler in
                for _ in 0..<5 { _ = try await run(handler, RequestHead(), []) }
            }
            #expect(server.requests.count == 5)
            #expect(server.connections < 5)
        }
    }
}

private func withHandler(
    _ configuration: UpstreamConfiguration,
    _ body: (UpstreamHandler) async throws -> Void
) async throws {
    let handler = UpstreamHandler(configuration)
    do {
        try await body(handler)
    } catch {
        try await handler.shutdown()
        throw error
    }
    try await handler.shutdown()
}

private func run(
    _ handler: UpstreamHandler,
    _ head: RequestHead,
    _ payload: [UInt8],
    trace: TraceContext? = nil,
    until deadline: ContinuousClock.Instant = .now + .seconds(60)
) async throws -> JobResult {
    let content = Content(mediaType: "application/json", bytes: payload)
    var job = leasedJob(content)
    job.request = head
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let context = JobContext(job: job, deadline: deadline, logger: logger, trace: trace)
    return try await handler.handle(job, payload: content, context: context)
}

private func attempt(
    _ server: UpstreamServer,
    url: String,
    _ head: RequestHead,
    payload: [UInt8] = Array("{}".utf8),
    trace: TraceContext? = nil
) async throws -> JobResult {
    var result: JobResult?
    try await withHandler(UpstreamConfiguration(url: url)) { result = try await run($0, head, payload, trace: trace) }
    return try #require(result)
}

private func failure(_ server: UpstreamServer, rules: UpstreamRules = UpstreamRules()) async throws -> JobFailure {
    var failure: JobFailure?
    let configuration = UpstreamConfiguration(url: server.url, rules: rules, maxResponseBytes: 100)
    try await withHandler(configuration) { handler in
        failure = await #expect(throws: JobFailure.self) {
            try await run(handler, RequestHead(line: .init(method: "PATCH", target: "/")), [])
        }
    }
    return try #require(failure)
}
