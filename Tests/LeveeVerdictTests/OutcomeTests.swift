// The checker on how jobs ended, and what became of what was asked of them.

import LeveeLedger
import Testing

@testable import levee_verdict

@Suite struct OutcomeTests {
    /// The good run with another end of job b, before which it failed some times. Times are 300 ms apart.
    private func scene(failing times: Int, _ end: String, _ change: (inout JobTerms) -> Void = { _ in }) -> Scene {
        var scene = Scene()
        scene.setTerms(of: "job-2", change)
        scene.handlers.removeAll {
            switch $0.event {
            case .started("b", _, _, _, _), .ended("b", _, _): true
            default: false
            }
        }
        scene.clients.removeAll {
            switch $0.event {
            case .observed(let seen): seen.id == "b"
            case .fetched(let seen): seen.id == "b"
            default: false
            }
        }
        var log = [Scene.line(1, "queued", 1_100, "submit")]
        var (version, time, fence) = (1, Int64(1_105), 1)
        func add(_ state: String, _ cause: String) {
            version += 1
            log.append(Scene.line(version, state, time, cause))
        }
        for count in 0..<times {
            add("running", "claim \(fence) worker-2-y")
            scene.add(
                to: \.handlers,
                time + 5,
                .started(id: "b", label: "job-2", fence: fence, attempt: count + 1, pid: 1)
            )
            scene.add(to: \.handlers, time + 95, .ended(id: "b", fence: fence, digest: nil))
            time += 100
            if count == times - 1, end == "fail" {
                add("failed", "fail exit-status")
            } else {
                add("scheduled", "fail exit-status")
                time += 100
                add("queued", "promote")
            }
            fence += 2
            time += 100
        }
        switch end {
        case "finish":
            add("running", "claim \(fence) worker-2-y")
            scene.add(
                to: \.handlers,
                time + 5,
                .started(id: "b", label: "job-2", fence: fence, attempt: times + 1, pid: 1)
            )
            scene.add(to: \.handlers, time + 95, .ended(id: "b", fence: fence, digest: "d1"))
            time += 100
            add("succeeded", "finish")
            scene.fetch("b", digest: "d1", fence: fence, at: 7_900)
        case "expire": add("failed", "expire")
        case "cancel", "deadline": add("canceled", end)
        default: break
        }
        let state = log.last?.split(separator: " ")[1] ?? ""
        scene.jobs["b"] = Scene.Job(label: "job-2", log: log, fence: fence, resultFence: fence)
        scene.set("succeeded", state == "succeeded" ? 2 : 1)
        if state != "succeeded" { scene.set(String(state), 1) }
        return scene
    }

    private static let outcomes = "every job ends as it was meant to"

    @Test("A job may fail as often as it was to, no more and no less")
    func failures() throws {
        #expect(try scene(failing: 0, "finish").broken.isEmpty)
        #expect(try scene(failing: 2, "finish") { $0.failures = 2 }.broken.isEmpty)
        #expect(try scene(failing: 4, "fail") { $0.failures = 5 }.broken.isEmpty)
        #expect(try scene(failing: 2, "finish").broken == [Self.outcomes], "it was to succeed at once")
        #expect(try scene(failing: 2, "finish") { $0.failures = 3 }.broken == [Self.outcomes])
        #expect(try scene(failing: 4, "fail").broken == [Self.outcomes])
        #expect(try scene(failing: 3, "fail") { $0.failures = 5 }.broken == [Self.outcomes], "one attempt was left")
        #expect(try scene(failing: 3, "fail") { ($0.failures, $0.cancelAfter) = (5, 9) }.broken.isEmpty)
    }

    @Test("An attempt that failed or succeeded by the log alone", arguments: [nil, "d1"])
    func attempts(digest: String?) throws {
        var scene = scene(failing: 4, "fail") { $0.failures = 5 }
        guard
            let last = scene.handlers.lastIndex(where: { if case .ended("b", _, _) = $0.event { true } else { false } })
        else { return }
        if digest == nil {
            scene.handlers.remove(at: last)
        } else {
            scene.handlers[last].event = .ended(id: "b", fence: 7, digest: digest)
        }
        #expect(try scene.broken == [Self.outcomes])
    }

    @Test("An end that nobody asked for, or that came before anybody did")
    func canceled() throws {
        var scene = scene(failing: 0, "cancel")
        let plain = scene
        #expect(try scene.broken == [Self.outcomes])
        scene.add(to: \.clients, 1_104, .canceling(id: "b"))
        #expect(try scene.broken.isEmpty)
        scene = plain
        scene.add(to: \.clients, 1_107, .canceling(id: "b"))
        #expect(try scene.broken == [Self.outcomes])
    }

    @Test("A deadline and a time to start that nobody set, or that were not over yet")
    func tooLate() throws {
        for cause in ["deadline", "expire"] {
            #expect(try scene(failing: 0, cause).broken == [Self.outcomes])
            #expect(
                try scene(failing: 0, cause) { ($0.cancelAfter, $0.startTimeout) = (1, 1) }.broken == [Self.outcomes]
            )
            var scene = scene(failing: 0, cause) { ($0.cancelAfter, $0.startTimeout) = (1, 1) }
            let state = cause == "expire" ? "failed" : "canceled"
            scene.jobs["b"]?.log[1] = Scene.line(2, state, 2_100, cause)
            #expect(try scene.broken.isEmpty)
        }
    }

    @Test("A job that starts after its deadline, or after its time to start")
    func startsLate() throws {
        let changes: [(inout JobTerms) -> Void] = [{ $0.cancelAfter = 1 }, { $0.startTimeout = 1 }]
        for change in changes {
            var scene = Scene()
            scene.setTerms(of: "job-2", change)
            for (start, isGood) in [(2_099, true), (2_100, false)] as [(Int64, Bool)] {
                scene.jobs["b"]?.log[1] = Scene.line(2, "running", start, "claim 1 worker-2-y")
                scene.jobs["b"]?.log[2] = Scene.line(3, "succeeded", start + 10, "finish")
                #expect(Outcomes.check(try scene.evidence).holds == isGood)
            }
        }
    }

    @Test("A job that was put off, and was ready too early")
    func delayed() throws {
        for (ready, isGood) in [(2_100, true), (2_099, false)] as [(Int64, Bool)] {
            var scene = Scene()
            scene.setTerms(of: "job-2") { $0.delay = 1 }
            scene.jobs["b"]?.log = [
                Scene.line(1, "scheduled", 1_100, "submit"), Scene.line(2, "queued", ready, "promote"),
                Scene.line(3, "running", ready, "claim 1 worker-2-y"),
                Scene.line(4, "succeeded", ready + 10, "finish"),
            ]
            #expect(Outcomes.check(try scene.evidence).holds == isGood)
        }
        var scene = Scene()
        scene.setTerms(of: "job-2") { $0.delay = 1 }
        #expect(try scene.broken == [Self.outcomes], "it was never put off")
    }

    @Test("Poison without enough lost workers")
    func poison() throws {
        for losses in [2, 4] {
            var scene = Scene()
            var log = [Scene.line(1, "queued", 1_000, "submit")]
            for count in 0...losses {
                let at = 1_005 + Int64(count) * 10
                log.append(Scene.line(2 * count + 2, "running", at, "claim \(count + 1) worker-1-x"))
                let end = count == losses ? ("failed", "poison worker-1-x") : ("queued", "lost worker-1-x")
                log.append(Scene.line(2 * count + 3, end.0, at + 5, end.1))
            }
            scene.jobs["a"]?.log = log
            #expect(Outcomes.check(try scene.evidence).holds == (losses == 4))
        }
    }

    @Test("A job that is nobody's")
    func nobodys() throws {
        var scene = Scene()
        scene.clients.removeAll { if case .submitting("job-2", _) = $0.event { true } else { false } }
        #expect(!Outcomes.check(try scene.evidence).holds)
    }

    // MARK: Submits

    @Test("A job that was submitted twice under its key is one; not if clients were told of two")
    func submitsTwice() throws {
        var scene = Scene()
        scene.accept("b", "job-2", at: 1_300, sent: 1_200)
        #expect(try scene.broken.isEmpty)
        scene.accept("a", "job-2", at: 1_300, sent: 1_200)
        #expect(Endings.check(try scene.evidence).failures.contains { $0.contains("accepted as") })
    }

    @Test("A job that is there although its client was turned away; not if that was in doubt")
    func deniedAndThere() throws {
        var scene = Scene()
        scene.clients.removeAll { if case .accepted("job-2", _, _) = $0.event { true } else { false } }
        scene.deny("POST /jobs", "job-2", at: 1_110)
        #expect(Endings.check(try scene.evidence).failures.contains { $0.contains("turned away") })
        scene.add(to: \.clients, 1_120, .unknown(label: "job-2", reason: ""))
        #expect(Endings.check(try scene.evidence).holds)
    }

    @Test("A job that was made of a failed one: if that was asked for, and once")
    func retried() throws {
        var scene = scene(failing: 4, "fail") { $0.failures = 5 }
        scene.jobs["c"] = scene.jobs["b"]
        scene.jobs["c"]?.more = ["o": "b"]
        scene.jobs["b"]?.more = ["re": "c"]
        #expect(Endings.check(try scene.evidence).failures.contains { $0.contains("nobody asked") })
        scene.add(to: \.clients, 7_000, .retrying(id: "b"))
        scene.add(to: \.clients, 7_010, .retried(id: "b", made: "c"))
        #expect(Endings.check(try scene.evidence).holds)
        scene.add(to: \.clients, 7_020, .retried(id: "b", made: "a"))
        #expect(!Endings.check(try scene.evidence).holds, "two jobs were made of it")
        scene.clients.removeLast()
        scene.jobs["b"]?.more = ["re": "a"]
        #expect(!Endings.check(try scene.evidence).holds)
    }
}
