// The engine in virtual time: who asks when, and from when time counts.

import NIOCore
import Testing

@testable import LeveeLoad

struct EngineTests {
    private let accepted = http(202, "Location: /jobs/1", "Retry-After: 3")
    private let pending = http(202, "Location: /jobs/1", "Retry-After: 2")
    private let done = http(302, "Location: /resources/1")
    private let result = http(200, body: #"{"square":1}"#)

    private func plan(jobs: Int = 1, clients: Int = 1) throws -> LoadPlan {
        var plan = try LoadPlan.forTests("http://127.0.0.1:1", clients: clients, jobs: jobs)
        plan.pollInterval = .retryAfter
        plan.historySampling = 0
        return plan
    }

    /// Answers the only request that was sent.
    private func answer(_ simulation: Simulation, _ line: String, _ text: String) throws {
        let sent = try simulation.sent()
        #expect(sent.map(\.line) == [line + " HTTP/1.1"])
        try sent.first?.answer(text)
    }

    @Test func `Retry-After is honoured, neither early nor late`() throws {
        let simulation = try Simulation(plan())
        try answer(simulation, "POST /jobs/square", accepted)
        simulation.pass(.milliseconds(2_999))
        #expect(try simulation.lines() == [])
        simulation.pass(.milliseconds(1))
        try answer(simulation, "GET /jobs/1", pending)
        simulation.pass(.milliseconds(1_999))
        #expect(try simulation.lines() == [])
        simulation.pass(.milliseconds(1))
        try answer(simulation, "GET /jobs/1", done)
        try answer(simulation, "GET /resources/1", result)
        let recorder = try #require(simulation.outcome).recorder
        #expect(recorder.verified == 1)
        #expect(recorder.pollsOfCompleted == 2)
        #expect(abs(recorder.endToEnd.milliseconds(atPercentile: 100) - 5_000) <= 5)
    }

    @Test func `a fixed interval ignores Retry-After`() throws {
        var plan = try plan()
        plan.pollInterval = .fixed(.milliseconds(10))
        let simulation = try Simulation(plan)
        try answer(simulation, "POST /jobs/square", accepted)
        simulation.pass(.milliseconds(9))
        #expect(try simulation.lines() == [])
        simulation.pass(.milliseconds(1))
        #expect(try simulation.lines() == ["GET /jobs/1"])
    }

    @Test func `a refused submit is made again when it was told to come back`() throws {
        let simulation = try Simulation(plan())
        try answer(simulation, "POST /jobs/square", refusal(7))
        simulation.pass(.milliseconds(6_999))
        #expect(try simulation.lines() == [])
        simulation.pass(.milliseconds(1))
        try answer(simulation, "POST /jobs/square", accepted)
        simulation.pass(.seconds(3))
        try answer(simulation, "GET /jobs/1", done)
        try answer(simulation, "GET /resources/1", result)
        let recorder = try #require(simulation.outcome).recorder
        #expect(recorder.rejections == 1)
        #expect(recorder.errors.isEmpty)
        // A client that is told to come back waits for its 202 all the same: a refusal must not look fast.
        #expect(abs(recorder.submit.milliseconds(atPercentile: 100) - 7_000) <= 10)
        #expect(abs(recorder.endToEnd.milliseconds(atPercentile: 100) - 10_000) <= 10)
    }

    @Test func `a client that does not come back gives its job up, and the door is seen to open again`() throws {
        var plan = try plan(jobs: 2)
        plan.returnsAfterRefusal = false
        let simulation = try Simulation(plan)
        try answer(simulation, "POST /jobs/square", refusal(7))
        simulation.pass(.seconds(2))
        try answer(simulation, "POST /jobs/square", accepted)
        simulation.pass(.seconds(3))
        try answer(simulation, "GET /jobs/1", done)
        try answer(simulation, "GET /resources/1", http(200, body: #"{"square":4}"#))
        let outcome = try #require(simulation.outcome)
        let report = LoadReport(outcome, plan: plan, startedAt: "", cpuSeconds: 0)
        #expect(report.isClean)
        #expect((report.jobs.rejections, report.jobs.givenUp, report.jobs.verified) == (1, 1, 1))
        #expect(report.reopenedAfterSeconds == 2)
        #expect(report.text.contains("refused and given up 1, a job taken 2.00 s after the last refusal"))
    }

    @Test func `in an open loop time counts from when a job was due, however long it found no connection`() throws {
        var plan = try plan(jobs: 2)
        plan.pacing = .openLoop(.poisson(rate: 1_000))
        plan.connections = .pooled(limit: 1)
        let simulation = try Simulation(plan)
        simulation.pass(.milliseconds(100))
        // Both are due, but there is one connection, and the server is slow to accept the first.
        let first = try simulation.sent()
        #expect(first.count == 1)
        simulation.pass(.seconds(4))
        try first.first?.answer(accepted)
        try answer(simulation, "POST /jobs/square", accepted)
        simulation.engine.stop(.cancelled)
        let recorder = try #require(simulation.outcome).recorder
        #expect(recorder.accepted == 2)
        // The second was answered at once, and yet it had been due for four seconds.
        #expect(recorder.submit.milliseconds(atPercentile: 0) >= 4_000)
    }

    @Test func `arrivals do not wait for answers`() throws {
        var plan = try plan(jobs: 1_000)
        plan.pacing = .openLoop(.steps([Arrivals.Step(rate: 20, seconds: 5)]))
        plan.seed = 3
        plan.timeLimit = .seconds(6)
        var schedule = ArrivalSchedule(.steps([Arrivals.Step(rate: 20, seconds: 5)]), seed: 3)
        var expected = 0
        while schedule.next() != nil { expected += 1 }
        let simulation = try Simulation(plan)
        simulation.pass(.seconds(10))
        #expect(try simulation.lines().count == expected)
        let outcome = try #require(simulation.outcome)
        #expect(outcome.ending == .timeLimit)
        #expect(outcome.recorder.begun == expected)
        #expect(outcome.recorder.ended == 0)
    }

    @Test func `an answer may take as long as it was to be held, and a stream as long as something comes`() throws {
        for mode in [DeliveryMode.wait, .sse] {
            var plan = try plan()
            plan.mode = mode
            plan.requestTimeout = .seconds(5)
            let simulation = try Simulation(plan)
            try answer(simulation, "POST /jobs/square", accepted)
            let sent = try #require(try simulation.sent().first)
            if mode == .sse {
                try sent.answer(stream(": \n"))
                simulation.pass(.seconds(4))
                try sent.answer("2\r\n:\n\r\n")
                simulation.pass(.seconds(4))
            } else {
                simulation.pass(.seconds(34))
            }
            #expect(try simulation.lines() == [], "nothing is given up")
            simulation.pass(.seconds(4))
            #expect(try simulation.lines().count == 1, "\(mode)")
            simulation.engine.stop(.cancelled)
            let errors = try #require(simulation.outcome).recorder.errors
            #expect(errors == ["\(mode == .sse ? "events" : "wait") timeout": 1])
        }
    }

    @Test func `a closed loop has no more jobs under way than clients`() throws {
        let simulation = try Simulation(plan(jobs: 5, clients: 2))
        let sent = try simulation.sent()
        #expect(sent.count == 2)
        try sent.first?.answer(http(415))
        #expect(try simulation.lines() == ["POST /jobs/square"])
        #expect(simulation.outcome == nil)
    }

    @Test func `a request without an answer ends in time, and the time limit ends everything`() throws {
        var plan = try plan()
        plan.requestTimeout = .seconds(5)
        plan.timeLimit = .seconds(20)
        let simulation = try Simulation(plan)
        try answer(simulation, "POST /jobs/square", accepted)
        simulation.pass(.seconds(19))
        #expect(try Set(simulation.lines()) == ["GET /jobs/1"])
        simulation.pass(.seconds(1))
        let outcome = try #require(simulation.outcome)
        #expect(outcome.ending == .timeLimit)
        #expect(outcome.recorder.errors.keys.sorted() == ["poll timeout"])
        #expect(outcome.recorder.begun - outcome.recorder.ended == 1)
        #expect(simulation.progress.map { Int($0.seconds.rounded()) } == Array(1...20))
        #expect(simulation.progress.last?.submitted == 1)
    }
}
