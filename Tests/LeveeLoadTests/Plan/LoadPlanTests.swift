// What a plan may say.

import Testing

@testable import LeveeLoad

struct LoadPlanTests {
    @Test func `other machines must be allowed`() throws {
        var plan = try LoadPlan.forTests("http://127.0.0.1", "http://192.0.2.1", jobs: 1)
        #expect(throws: LoadPlanError.notLoopback("192.0.2.1")) { try plan.validate() }
        plan.allowsRemote = true
        try plan.validate()
    }

    @Test func `nothing is sent to another machine that was not allowed`() async throws {
        let plan = try LoadPlan.forTests("http://192.0.2.1", jobs: 1)
        await #expect(throws: LoadPlanError.notLoopback("192.0.2.1")) {
            _ = try await LoadRunner(plan: plan, onProgress: { _ in }).run()
        }
    }

    @Test(
        arguments: [
            { $0.targets = [] }, { $0.kinds = [] }, { $0.kinds[0].type = "" }, { $0.kinds[0].type = "a/b" },
            { $0.kinds.append(LoadKind(type: "a b")) }, { $0.watched = ["a/b"] }, { $0.watched = [""] },
            { $0.jobs = 0 },
            { $0.timeLimit = .zero }, { $0.requestTimeout = .milliseconds(10) },
            { $0.pollInterval = .fixed(.seconds(-1)) },
            { $0.pacing = .closedLoop(clients: 0) }, { $0.pacing = .openLoop(.poisson(rate: 0)) },
            { $0.pacing = .openLoop(.poisson(rate: .nan)) }, { $0.pacing = .openLoop(.steps([])) },
            { $0.pacing = .openLoop(.steps([Arrivals.Step(rate: -1, seconds: 1)])) },
            { $0.pacing = .openLoop(.steps([Arrivals.Step(rate: 1, seconds: .infinity)])) },
            { $0.connections = .pooled(limit: 0) }, { $0.historySampling = -1 },
            { $0.kinds[0].payload = .fixed([], mediaType: "a\r\nb", expected: nil) },
        ] as [@Sendable (inout LoadPlan) -> Void]
    )
    func `what cannot be run is refused`(change: @Sendable (inout LoadPlan) -> Void) throws {
        var plan = try LoadPlan.forTests("http://127.0.0.1", jobs: 1)
        try plan.validate()
        change(&plan)
        #expect(throws: LoadPlanError.self) { try plan.validate() }
    }

    @Test func `jobs of several kinds are drawn from the seed`() throws {
        var plan = try LoadPlan.forTests("http://127.0.0.1:1", jobs: 1)
        #expect((0..<100).allSatisfy { plan.kind(ofJob: $0) == 0 })
        plan.kinds = ["square", "echo", "sleep"].map { LoadKind(type: $0) }
        let drawn = (0..<3_000).map { plan.kind(ofJob: $0) }
        for kind in 0..<3 { #expect((900...1_100).contains(drawn.count { $0 == kind })) }
        #expect(drawn == (0..<3_000).map { plan.kind(ofJob: $0) })
        plan.seed = 7_000
        #expect(drawn != (0..<3_000).map { plan.kind(ofJob: $0) })
    }

    @Test func `connections are counted for the limit on open files`() throws {
        var plan = try LoadPlan.forTests("http://127.0.0.1:1", "http://127.0.0.1:2", clients: 300, jobs: 1_000)
        plan.connections = .pooled(limit: 50)
        #expect(plan.mostConnections == 100)
        plan.connections = .perClient
        #expect(plan.mostConnections == 600)
        plan.connections = .asNeeded
        #expect(plan.mostConnections == 300 + 2 * ConnectionPool.mostIdle)
        plan.pacing = .openLoop(.poisson(rate: 1))
        plan.jobs = 1_000_000
        #expect(plan.mostConnections == 10_000 + 2 * ConnectionPool.mostIdle)
        #expect(plan.mostConnectionsOfTarget == 5_000)
    }
}
