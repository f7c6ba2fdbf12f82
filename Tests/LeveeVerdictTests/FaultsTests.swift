// The checker on runs that prove nothing, and on front ends that turn clients away.

import LeveeLedger
import Testing

@testable import levee_verdict

@Suite struct FaultsTests {
    // MARK: What was planned

    @Test("A fault that was neither done nor skipped, one that was done unplanned, and a kind that never came")
    func planned() throws {
        for (planned, isGood) in [(1, true), (2, false), (0, false)] {
            var scene = Scene()
            scene.planned = ["kill-worker": planned]
            #expect(Faults.check(try scene.evidence).holds == isGood)
        }
        var scene = Scene()
        for _ in 0..<2 { scene.add(to: \.run, 3_000, .skipped(kind: "reset", reason: "")) }
        #expect(Faults.check(try scene.evidence).failures.contains { $0.contains("never done") })
        scene = Scene()
        scene.add(to: \.run, 3_000, .skipped(kind: "reset", reason: ""))
        #expect(Faults.check(try scene.evidence).holds, "one is not enough to tell")
        scene.duration = 120
        #expect(Faults.check(try scene.evidence).failures.contains { $0.contains("never done") })
    }

    @Test("Too few kills, and too few restarts of Redis", arguments: [("kill-frontend", 50), ("tear-file", 5)])
    func tooFew(kind: String, least: Int) throws {
        for isLong in [false, true] {
            for count in [least - 2, least] {
                var scene = Scene()
                scene.duration = isLong ? 120 : 60
                for _ in 0..<count { scene.add(to: \.run, 3_000, .fault(kind: kind, target: "", detail: "")) }
                let failures = Faults.check(try scene.evidence).failures
                let what = kind == "tear-file" ? "restarts" : "kills"
                #expect(failures.contains { $0.contains(what) } == (isLong && count < least))
            }
        }
        var scene = Scene()
        scene.add(to: \.run, 3_000, .fault(kind: kind, target: "", detail: ""))
        for _ in 0..<least { scene.add(to: \.run, 3_000, .skipped(kind: kind, reason: "")) }
        #expect(Faults.check(try scene.evidence).failures.count == 2, "most were skipped: of its sort, and of all")
    }

    // MARK: Nothing to judge

    @Test("A run without answers, results, runs or free slots proves nothing")
    func nothing() throws {
        func isEmpty(_ check: (Evidence) -> Verdict, _ spoil: (inout Scene) -> Void) throws -> Bool {
            var scene = Scene()
            spoil(&scene)
            return check(try scene.evidence).failures.contains(Verdict.nothing)
        }
        #expect(
            try isEmpty(Order.check) {
                $0.clients.removeAll {
                    switch $0.event {
                    case .observed, .fetched: true
                    default: false
                    }
                }
            }
        )
        #expect(
            try isEmpty(LastFence.check) {
                $0.clients.removeAll { if case .fetched = $0.event { true } else { false } }
            }
        )
        #expect(try isEmpty(LastFence.check) { $0.jobs = [:] })
        #expect(try isEmpty(Runs.check) { $0.handlers = [] })
        #expect(try isEmpty(Starts.check) { $0.run.removeAll { if case .ready = $0.event { true } else { false } } })
        #expect(try isEmpty(Starts.check) { $0.jobs = [:] })
        #expect(try isEmpty(Outcomes.check) { $0.jobs = [:] })
        #expect(try isEmpty(Leftovers.check) { $0.jobs = [:] })
        #expect(try isEmpty(Accounts.check) { $0.jobs = [:] })
    }

    @Test("Losses of which none was judged, and in a long run none without an excuse")
    func noReclaims() throws {
        var scene = Scene()
        scene.jobs["a"] = scene.jobs["b"]
        for _ in 0..<4 {
            scene.add(to: \.run, 3_000, .fault(kind: "kill-worker", target: "worker-1", detail: ""))
        }
        #expect(Reclaims.check(try scene.evidence).failures == [Verdict.nothing])
        scene = Scene()
        scene.duration = 120
        #expect(Reclaims.check(try scene.evidence).holds)
        scene.add(to: \.run, 3_000, .fault(kind: "kill-redis", target: "redis", detail: ""))
        scene.add(to: \.run, 3_500, .ready(name: "redis", pid: 1))
        #expect(Reclaims.check(try scene.evidence).failures == [Verdict.nothing])
        scene.duration = 60
        #expect(Reclaims.check(try scene.evidence).holds)
    }

    @Test("A full Redis that refused nothing, or under which nothing went on")
    func idleWhileFull() throws {
        var scene = Scene()
        scene.fill(from: 1_400, to: 6_000)
        #expect(FullRedis.check(try scene.evidence).holds)
        scene.clients.removeAll { if case .denied = $0.event { true } else { false } }
        #expect(FullRedis.check(try scene.evidence).failures == [Verdict.nothing])
        scene = Scene()
        scene.fill(from: 2_000, to: 6_000)
        #expect(FullRedis.check(try scene.evidence).failures == [Verdict.nothing])
        scene = Scene()
        scene.planned = ["fill-redis": 1]
        #expect(FullRedis.check(try scene.evidence).holds, "Redis may have been away")
        scene.duration = 120
        #expect(FullRedis.check(try scene.evidence).failures == [Verdict.nothing])
    }

    // MARK: Front ends

    @Test(
        "A denial says why, in its form, and when to come again",
        arguments: [
            (503, "5", "store-unavailable", true), (504, nil, "timeout", true), (503, nil, "unknown-outcome", true),
            (503, "0", "store-unavailable", false), (503, nil, "store-unavailable", false), (503, "5", nil, false),
            (500, "5", "internal-error", false), (502, nil, "bad", false), (400, nil, "invalid-payload", false),
        ] as [(Int, String?, String?, Bool)]
    )
    func denials(status: Int, hint: String?, problem: String?, isGood: Bool) throws {
        var scene = Scene()
        scene.add(to: \.run, 2_500, .fault(kind: "blackhole", target: "frontend-1", detail: ""))
        scene.add(to: \.run, 4_500, .healed(kind: "blackhole", target: "frontend-1"))
        scene.deny("GET /jobs", status: status, retryAfter: hint, problem: problem, at: 3_000)
        #expect(Answers.check(try scene.evidence).holds == isGood)
    }

    @Test("A denial without need; a submit may be turned away while Redis is full, and soon after")
    func withoutNeed() throws {
        for label in ["job-3", nil] {
            var scene = Scene()
            scene.deny("POST /jobs", label, at: 7_000)
            let plain = scene
            #expect(try scene.broken == ["front ends turn nobody away without need, and say why"])
            scene.fill(from: 1_400, to: 4_000)
            #expect(Answers.check(try scene.evidence).holds == (label != nil))
            scene = plain
            scene.add(to: \.run, 6_000, .fault(kind: "kill-clients", target: "redis", detail: ""))
            #expect(Answers.check(try scene.evidence).holds)
        }
    }

    @Test("To ask for the end of a job is answered 200, and something comes of it")
    func cancels() throws {
        func holds(_ status: Int, at time: Int64) throws -> Bool {
            var scene = Scene()
            scene.add(to: \.clients, time, .cancelAsked(id: "b", sent: 0, status: status))
            return Answers.check(try scene.evidence).holds
        }
        #expect(try holds(200, at: 1_550))
        #expect(try !holds(200, at: 1_549))
        for status in [202, 404, 410, 400] { #expect(try !holds(status, at: 1_600)) }
        var scene = Scene()
        scene.add(to: \.clients, 1_549, .cancelAsked(id: "b", sent: 0, status: 200))
        scene.jobs["b"]?.log.insert(Scene.line(3, "running", 1_520, "ask"), at: 2)
        #expect(Answers.check(try scene.evidence).holds)
    }

    // MARK: Losses

    @Test("A claim that is lost although its worker was whole")
    func lostWithoutReason() throws {
        var scene = Scene()
        scene.run.removeAll {
            switch $0.event {
            case .fault, .exited("worker-1", _, _, _, _): true
            default: false
            }
        }
        #expect(Runs.check(try scene.evidence).failures.contains { $0.contains("which was whole") })
        scene.add(to: \.run, 3_000, .fault(kind: "reset", target: "worker-1", detail: ""))
        scene.add(to: \.run, 3_500, .healed(kind: "reset", target: "worker-1"))
        #expect(Runs.check(try scene.evidence).holds)
    }

    @Test("A run too many of a job that failed in the end")
    func surplusBeforeTheLastFailure() throws {
        var scene = Scene()
        scene.jobs["b"]?.log = [
            Scene.line(1, "queued", 1_100, "submit"), Scene.line(2, "running", 1_105, "claim 1 worker-2-y"),
            Scene.line(3, "running", 1_120, "claim 2 worker-2-y"), Scene.line(4, "failed", 1_550, "fail"),
        ]
        scene.add(to: \.handlers, 1_121, .started(id: "b", label: "job-2", fence: 2, attempt: 1, pid: 13))
        #expect(Runs.check(try scene.evidence).failures.count == 1)
    }
}
