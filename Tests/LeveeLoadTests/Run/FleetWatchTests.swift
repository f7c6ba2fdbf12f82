// Looking at queues and workers beside the load.

import NIOCore
import Testing

@testable import LeveeLoad

struct FleetWatchTests {
    private static let queues = """
        {"time":"2026-11-22T01:22:06.935Z","queues":[{"name":"a","ready":3,"inFlight":1,"scheduled":2,"paused":false},
        {"name":"b","ready":4,"inFlight":2,"scheduled":0,"paused":true}]}
        """
    private static let workers = """
        {"workers":[{"name":"w1","state":"working","slots":4,"running":["a","b","c"]},
        {"name":"w2","state":"draining","slots":4,"running":["d"]}],"autoscaler":{"leader":null,"desired":5}}
        """

    private func plan(jobs: Int = 1) throws -> LoadPlan {
        var plan = try LoadPlan.forTests("http://127.0.0.1:1", jobs: jobs)
        plan.adminDoor = try LoadTarget("http://127.0.0.1:2")
        plan.apiKey = "levee_key"
        plan.historySampling = 0
        return plan
    }

    @Test func `both are asked for once a second, and not again before they have answered`() throws {
        let simulation = try Simulation(plan())
        let first = try simulation.sent()
        #expect(
            Set(first.map(\.line)) == [
                "POST /jobs/square HTTP/1.1", "GET /queues HTTP/1.1", "GET /workers HTTP/1.1",
            ]
        )
        simulation.pass(.seconds(1))
        #expect(try simulation.lines() == [])
        for request in first {
            if request.line.contains("/queues") { try request.answer(http(200, body: Self.queues)) }
            if request.line.contains("/workers") { try request.answer(http(200, body: Self.workers)) }
        }
        simulation.pass(.seconds(1))
        #expect(try Set(simulation.lines()) == ["GET /queues", "GET /workers"])
        simulation.engine.stop(.cancelled)
        let outcome = try #require(simulation.outcome)
        let slices = outcome.recorder.timeline.slices
        #expect(slices[1].queues == .init(ready: 7, inFlight: 3, scheduled: 2))
        #expect(slices[1].workers == .init(working: 1, draining: 1, desired: 5, slots: 4, busy: 4))
        #expect(slices[0].queues == nil)
        #expect(outcome.adminTroubles == [:])
    }

    @Test func `what cannot be used is counted, and nothing is made of it`() throws {
        let simulation = try Simulation(plan())
        for request in try simulation.sent() {
            if request.line.contains("/queues") { try request.answer(http(403, problemType, body: "{}")) }
            if request.line.contains("/workers") { try request.answer(http(200, body: #"{"workers":"none"}"#)) }
        }
        simulation.engine.stop(.cancelled)
        let outcome = try #require(simulation.outcome)
        #expect(outcome.adminTroubles == ["queues 403": 1, "workers unreadable": 1])
        #expect(outcome.recorder.timeline.slices.allSatisfy { $0.queues == nil && $0.workers == nil })
        #expect(outcome.recorder.errors == [:])
    }

    @Test func `an admin door that is not there is no error of the load`() async throws {
        try await ScriptedServer.run {
            ScriptedServer.wellBehaved($0, pendingPolls: 0, seenBefore: $1)
        } body: { server in
            let deaf = try DeafPort()
            var plan = try LoadPlan.forTests(server.url, jobs: 5)
            plan.adminDoor = try LoadTarget("http://127.0.0.1:\(deaf.number)")
            let report = try await LoadRunner(plan: plan, onProgress: { _ in }).run()
            #expect(report.isClean)
            #expect(report.series.points.allSatisfy { $0.queues == nil })
        }
    }

    @Test func `it is asked over its own connections, with the key`() async throws {
        try await ScriptedServer.run { request, before in
            switch request.path {
            case "/queues": .raw(http(200, body: Self.queues))
            case "/workers": .raw(http(200, body: Self.workers))
            default: ScriptedServer.wellBehaved(request, pendingPolls: 200, seenBefore: before)
            }
        } body: { server in
            var plan = try LoadPlan.forTests(server.url, jobs: 1)
            plan.pollInterval = .fixed(.milliseconds(10))
            plan.adminDoor = try LoadTarget(server.url)
            plan.apiKey = "levee_key"
            let report = try await LoadRunner(plan: plan, onProgress: { _ in }).run()
            #expect(report.isClean)
            #expect(report.series.points.contains { $0.queues == .init(ready: 7, inFlight: 3, scheduled: 2) })
            #expect(report.series.points.contains { $0.workers?.desired == 5 })
            // They are not among the requests of the load.
            #expect(report.generator.requests == server.seen.count { !["/queues", "/workers"].contains($0.path) })
            #expect(server.seen.allSatisfy { $0.fields.contains("Authorization: Bearer levee_key") })
        }
    }

    @Test func `an admin door on another machine must be allowed, too`() throws {
        var plan = try plan()
        plan.adminDoor = try LoadTarget("http://levee.example:9080")
        #expect(throws: LoadPlanError.notLoopback("levee.example")) { try plan.validate() }
        plan.allowsRemote = true
        try plan.validate()
    }
}
