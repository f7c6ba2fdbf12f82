// Whole load tests, over real sockets.

import Synchronization
import Testing

@testable import LeveeLoad

struct LoadRunnerTests {
    private func run(_ plan: LoadPlan) async throws -> LoadReport {
        try await LoadRunner(plan: plan, onProgress: { _ in }).run()
    }

    @Test func `every job is submitted once, polled, fetched and verified`() async throws {
        try await ScriptedServer.run {
            ScriptedServer.wellBehaved($0, pendingPolls: 2, seenBefore: $1)
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, clients: 7, jobs: 50)
            plan.connections = .pooled(limit: 3)
            let report = try await run(plan)
            #expect(report.isClean)
            #expect(report.jobs.submitted == 50)
            #expect(report.jobs.verified == 50)
            #expect(report.rates.pollsPerJob == 3)
            #expect(report.latency.submit?.count == 50)
            #expect(report.latency.endToEnd?.count == 50)
            #expect(report.latency.line?.count == 5)
            #expect(report.latency.service?.max.rounded() == 20)
            #expect(report.generator.requests == server.seen.count)
            #expect(report.generator.requests == 50 + 150 + 50 + 5)
            #expect(server.connectionCount <= 3)
            let numbers = server.seen.filter { $0.method == "POST" }.map { ScriptedServer.number(in: $0.body) }
            #expect(numbers.sorted() == Array(1...50))
        }
    }

    @Test func `clients that only submit are well when all was taken`() async throws {
        try await ScriptedServer.run {
            ScriptedServer.wellBehaved($0, pendingPolls: 1, seenBefore: $1)
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, clients: 4, jobs: 20)
            plan.follows = false
            let report = try await run(plan)
            #expect(report.isClean)
            #expect((report.jobs.submitted, report.jobs.unfinished) == (20, 0))
            #expect(Set(server.seen.map(\.method)) == ["POST"])
        }
    }

    @Test func `jobs are canceled as soon as they are accepted`() async throws {
        try await ScriptedServer.run {
            ScriptedServer.wellBehaved($0, pendingPolls: 1, seenBefore: $1)
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, clients: 4, jobs: 20)
            plan.cancels = true
            let report = try await run(plan)
            #expect(report.isClean)
            // All were faster than their cancellation.
            #expect((report.jobs.canceled, report.jobs.verified) == (0, 20))
            let seen = server.seen.map { "\($0.method) \($0.path)" }
            #expect(Set(seen.filter { $0.hasSuffix("/cancel") }) == Set((1...20).map { "POST /jobs/\($0)/cancel" }))
            #expect(seen.count { $0.hasSuffix("/history") } == 20)
        }
    }

    @Test func `each client can have a connection of its own`() async throws {
        try await ScriptedServer.run {
            ScriptedServer.wellBehaved($0, pendingPolls: 1, seenBefore: $1)
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, clients: 5, jobs: 20)
            plan.connections = .perClient
            let report = try await run(plan)
            #expect(report.isClean)
            #expect(report.generator.connections == 5)
            let paths = Dictionary(
                grouping: server.seen.filter { $0.path.hasPrefix("/jobs/") && $0.method == "GET" },
                by: \.path
            )
            #expect(paths.values.allSatisfy { Set($0.map(\.connection)).count == 1 })
        }
    }

    @Test func `clients that wait have a connection each, and ask again when their time is over`() async throws {
        try await ScriptedServer.run { request, before in
            guard request.method == "GET", request.path.hasPrefix("/jobs/") else {
                return ScriptedServer.wellBehaved(request, pendingPolls: 0, seenBefore: before)
            }
            guard request.fields.contains("Prefer: wait=30") else { return .raw(http(400)) }
            let id = String(request.path.dropFirst("/jobs/".count))
            return .raw(http(302, "Location: /resources/\(id)", body: ended(id)))
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, clients: 20, jobs: 60)
            plan.mode = .wait
            plan.connections = .asNeeded
            plan.historySampling = 0
            let report = try await run(plan)
            #expect(report.isClean)
            #expect(report.rates.requestsPerJob == 3)
            #expect(report.answers == ["submit 202": 60, "wait 302": 60, "fetch 200": 60])
            #expect(report.latency.notice?.count == 60)
            #expect(server.connectionCount <= 20)
        }
    }

    @Test func `events are read as they come, and a lost stream is resumed`() async throws {
        try await ScriptedServer.run { request, before in
            guard request.path.hasSuffix("/events") else {
                return ScriptedServer.wellBehaved(request, pendingPolls: 0, seenBefore: before)
            }
            let id = request.path.split(separator: "/")[1]
            let last = request.fields.first { $0.hasPrefix("Last-Event-ID: ") }
            let start = "id: 1\nevent: state\ndata: {}\n\n"
            let end = "id: 3\nevent: state\ndata: \(ended(String(id)))\n\n"
            // The first stream of the first job breaks in the middle of an event.
            if id == "1", before == 0 { return .rawThenClose(stream(start, "id: 2\nevent: progr")) }
            if id == "1", last != "Last-Event-ID: 1" { return .raw(http(400)) }
            return .raw(stream(last == nil ? start : ": keep-alive\n\n", end) + streamEnd)
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, clients: 5, jobs: 20)
            plan.mode = .sse
            plan.connections = .asNeeded
            let report = try await run(plan)
            #expect(report.errors == ["events connection closed": 1])
            #expect(report.jobs.verified == 20)
            #expect(report.answers["events state"] == 40)
            #expect(report.answers["events 200"] == 20)
            #expect(report.latency.notice?.count == 20)
        }
    }

    @Test func `jobs are polled at the other front end, and every result is right`() async throws {
        let script: @Sendable (SeenRequest, Int) -> ScriptedServer.Answer = {
            ScriptedServer.wellBehaved($0, pendingPolls: 1, seenBefore: $1)
        }
        try await ScriptedServer.run(script) { first in
            try await ScriptedServer.run(script) { second in
                let report = try await run(try LoadPlan.forTests(first.url, second.url, clients: 4, jobs: 20))
                #expect(report.isClean)
                func jobs(_ server: ScriptedServer) -> Set<Int> {
                    Set(server.seen.filter { $0.method == "POST" }.map { ScriptedServer.number(in: $0.body) })
                }
                func polled(_ server: ScriptedServer) -> Set<Int> {
                    Set(
                        server.seen.filter { $0.method == "GET" && $0.path.hasPrefix("/jobs/") }.map {
                            ScriptedServer.number(in: $0.path)
                        }
                    )
                }
                #expect(jobs(first).count == 10)
                #expect(polled(second) == jobs(first))
                #expect(polled(first) == jobs(second))
            }
        }
    }

    @Test func `an open loop submits all that arrive`() async throws {
        try await ScriptedServer.run {
            ScriptedServer.wellBehaved($0, pendingPolls: 0, seenBefore: $1)
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, jobs: 1_000)
            let steps = Arrivals.steps([.init(rate: 400, seconds: 0.1), .init(rate: 100, seconds: 0.1)])
            plan.pacing = .openLoop(steps)
            plan.seed = 5
            var schedule = ArrivalSchedule(steps, seed: 5)
            var expected = 0
            while schedule.next() != nil { expected += 1 }
            let report = try await run(plan)
            #expect(report.ending == .complete)
            #expect(report.jobs.verified == expected)
            #expect(report.settings.arrivals == "steps 400/s for 0.100 s, 100/s for 0.100 s")
        }
    }

    @Test(
        arguments: [
            (.raw(http(200, body: "not the square")), "wrong result"),
            (.raw(http(410)), "fetch 410"),
            (.raw("HTTP/1.1 200 OK\r\n\r\n"), "fetch no length"),
            (.raw("garbage\r\n\r\n"), "fetch malformed status line"),
            (.raw(http(200, body: #"{"square":1}"#) + "more"), "fetch bytes that nobody asked for"),
            (.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"square\":1}"), "fetch connection closed"),
            (.rawThenClose("HTTP/1.1 200 O"), "fetch connection closed"),
        ] as [(ScriptedServer.Answer, String)]
    )
    func `what is wrong with an answer is counted by its kind`(answer: ScriptedServer.Answer, kind: String) async throws
    {
        try await ScriptedServer.run { request, before in
            // Answers that may pass are wrong once, so that the job goes on.
            if request.path.hasPrefix("/resources"), before == 0 { return answer }
            return ScriptedServer.wellBehaved(request, pendingPolls: 0, seenBefore: before)
        } body: { server in
            let report = try await run(try LoadPlan.forTests(server.url, jobs: 1))
            #expect(report.errors == [kind: 1])
            #expect(!report.isClean)
        }
    }

    @Test func `a connection that was closed while idle costs no error`() async throws {
        try await ScriptedServer.run { request, before in
            // The connection dies under the first poll, before any byte of an answer.
            if request.method == "GET", request.path.hasPrefix("/jobs"), before == 0 { return .rawThenClose("") }
            return ScriptedServer.wellBehaved(request, pendingPolls: 0, seenBefore: before)
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, jobs: 3)
            plan.historySampling = 0
            let report = try await run(plan)
            #expect(report.isClean)
            #expect(report.generator.resent == 3)
            #expect(report.generator.connections == 4)
        }
    }

    @Test func `a connection that the server ends with an answer is not used again`() async throws {
        try await ScriptedServer.run { request, before in
            guard request.method == "POST" else {
                return ScriptedServer.wellBehaved(request, pendingPolls: 0, seenBefore: before)
            }
            return .rawThenClose(http(202, "Location: /jobs/1", "Connection: close"))
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, jobs: 1)
            plan.historySampling = 0
            let report = try await run(plan)
            #expect(report.isClean)
            #expect(report.generator.resent == 0)
            #expect(report.generator.connections == 2)
        }
    }

    @Test func `nobody listens`() async throws {
        let port = try DeafPort()
        var plan = try LoadPlan.forTests("http://127.0.0.1:\(port.number)", clients: 2, jobs: 2)
        plan.timeLimit = .seconds(5)
        let report = try await run(plan)
        #expect(report.ending == .timeLimit)
        #expect(report.errors.keys.sorted() == ["submit connect refused"])
        #expect(report.jobs.unfinished == 2)
    }

    @Test func `cancellation ends the test, with a report`() async throws {
        let isUnderWay = Mutex(false)
        try await ScriptedServer.run { request, before in
            if request.method == "GET" { isUnderWay.withLock { $0 = true } }
            return ScriptedServer.wellBehaved(request, pendingPolls: .max, seenBefore: before)
        } body: { server in
            let plan = try LoadPlan.forTests(server.url, clients: 3, jobs: 9)
            let report = try await withThrowingTaskGroup(of: LoadReport.self) { group in
                group.addTask { try await run(plan) }
                let end = ContinuousClock.now + .seconds(20)
                while !isUnderWay.withLock({ $0 }), ContinuousClock.now < end {
                    try await Task.sleep(for: .milliseconds(2))
                }
                group.cancelAll()
                return try #require(try await group.next())
            }
            #expect(report.ending == .cancelled)
            #expect(report.jobs.begun == 3)
            #expect(report.jobs.unfinished == 3)
            #expect(report.rates.pollsPerJob == nil)
        }
    }
}
