// The checker on made-up ledgers: each invariant holds on a good run and breaks on one that is bad.

import LeveeLedger
import Testing

@testable import levee_verdict

@Suite struct VerdictTests {
    private static let ends = "every accepted job ends once"
    private static let order = "no state, version or result goes back"
    private static let fence = "the visible result is that of the last fence"
    private static let runs = "nothing runs more often than claims were lost"
    private static let starts = "a ready job starts while a slot is free"
    private static let reclaims = "the jobs of a lost worker are reclaimed in time"
    private static let full = "a full Redis refuses new jobs and ends those it has"
    private static let leftovers = "every job key has a TTL, every index names jobs that are there"
    private static let accounts = "the figures of the queues agree with the jobs"
    private static let processes = "no process exits or spins"

    @Test("A good run is good")
    func good() throws {
        #expect(try Scene().broken.isEmpty)
    }

    @Test("A verdict names what it failed for")
    func text() throws {
        var scene = Scene()
        scene.jobs["b"]?.life = -1
        let text = Leftovers.check(try scene.evidence).text
        #expect(text.hasPrefix("FAILED every job key has a TTL"))
        #expect(text.contains("\n         levee:{00}:j:b lives for ever"))
        #expect(Endings.check(try scene.evidence).text.hasPrefix("ok     every accepted job ends once: 2 accepted"))
    }

    @Test("What was never put to the test is no proof")
    func untested() throws {
        let verdict = FullRedis.check(try Scene().evidence)
        #expect(verdict.holds)
        #expect(verdict.text.hasPrefix("none   a full Redis"))
    }

    // MARK: Ends

    @Test("A job that never ends")
    func neverEnds() throws {
        var scene = Scene()
        scene.jobs["b"]?.log.removeLast()
        #expect(try scene.broken.contains(Self.ends))
    }

    @Test("An accepted job that is gone")
    func vanishes() throws {
        var scene = Scene()
        scene.submit("c", "job-3", at: 3_000)
        #expect(try scene.broken == [Self.ends])
    }

    @Test("An accepted job that a front end does not know")
    func isUnknown() throws {
        var scene = Scene()
        scene.see("b", nil, version: nil, at: 7_750)
        #expect(try scene.broken == [Self.ends])
    }

    @Test("Two ends in the log")
    func endsTwice() throws {
        var scene = Scene()
        scene.jobs["b"]?.log.insert(Scene.line(3, "failed", 1_540, "fail"), at: 2)
        scene.jobs["b"]?.log[3] = Scene.line(4, "succeeded", 1_550, "finish")
        #expect(try scene.broken.contains(Self.ends))
    }

    @Test("Two ends that clients have seen")
    func isSeenToEndTwice() throws {
        var scene = Scene()
        scene.see("b", "canceled", version: 3, at: 7_650)
        #expect(try scene.broken.contains(Self.ends))
    }

    @Test("One submit that became two jobs, and a job that nobody submitted")
    func isThereTwice() throws {
        var scene = Scene()
        scene.jobs["b"]?.label = "job-1"
        #expect(Endings.check(try scene.evidence).failures.contains { $0.contains("two jobs") })
        scene.jobs["b"]?.label = "job-9"
        #expect(Endings.check(try scene.evidence).failures.contains { $0.contains("nobody submitted") })
    }

    @Test("A run that was broken off")
    func isBrokenOff() throws {
        var scene = Scene()
        scene.run.removeAll { $0.event == .drained }
        #expect(try scene.broken == [Self.ends])
    }

    // MARK: Order

    @Test("A version that goes back, but only where one answer came before the other was asked for")
    func goesBack() throws {
        var scene = Scene()
        scene.see("a", "running", version: 2, at: 7_700, for: 50)
        #expect(try scene.broken == [Self.order])
        scene = Scene()
        scene.see("a", "running", version: 2, at: 7_700, for: 150)
        #expect(try scene.broken.isEmpty)
    }

    @Test("A poll without a version that goes back, by its state and time")
    func pollGoesBack() throws {
        var scene = Scene()
        var seen = Observation(id: "a", door: "frontend-2/jobs", sent: (Scene.beginning + 7_700) * 1_000, status: 202)
        seen.state = "queued"
        seen.updated = Scene.beginning + 7_100
        scene.add(to: \.clients, 7_710, .observed(seen))
        #expect(try scene.broken == [Self.order])
    }

    @Test("A state that the log does not know")
    func neverWas() throws {
        var scene = Scene()
        scene.see("b", "scheduled", version: 2, at: 1_300)
        #expect(try scene.broken == [Self.order])
    }

    @Test("A result that is withdrawn, and one that changes")
    func resultChanges() throws {
        var scene = Scene()
        scene.fetch("b", digest: "problem", fence: nil, at: 8_000)
        #expect(try scene.broken == [Self.order])
        scene = Scene()
        scene.fetch("b", digest: "d3", fence: 1, at: 7_850)
        #expect(try scene.broken == [Self.order])
    }

    // MARK: Fences and runs

    @Test("A result of an old fence, stored or shown")
    func oldFence() throws {
        var scene = Scene()
        scene.jobs["a"]?.resultFence = 1
        #expect(try scene.broken == [Self.fence])
        scene = Scene()
        scene.fetch("a", digest: "d2", fence: 1, at: 7_850)
        #expect(try scene.broken == [Self.fence])
    }

    @Test("A result that no handler wrote, and one that no client has read")
    func strangeResult() throws {
        var scene = Scene()
        scene.handlers.removeAll { if case .ended("b", _, _) = $0.event { true } else { false } }
        #expect(try !LastFence.check(scene.evidence).holds)
        scene = Scene()
        scene.clients.removeAll { if case .fetched(let fetch) = $0.event { fetch.id == "b" } else { false } }
        #expect(try scene.broken == [Self.fence])
    }

    @Test("A run too many: under the same fence, under one that nobody claimed")
    func runsTooOften() throws {
        for fence in [1, 2] {
            var scene = Scene()
            scene.add(to: \.handlers, 1_300, .started(id: "b", label: "job-2", fence: fence, attempt: 1, pid: 13))
            #expect(try scene.broken == [Self.runs])
        }
    }

    @Test("Without faults a lost claim is no excuse")
    func runsTwiceWithoutFaults() throws {
        var scene = Scene()
        scene.planned = [:]
        #expect(try scene.broken.contains("nothing runs twice"))
    }

    // MARK: Times

    @Test("A ready job that waits beside a free slot; not if there is none, and not while Redis is away")
    func waits() throws {
        var scene = Scene()
        scene.jobs["b"]?.log[1] = Scene.line(2, "running", 8_200, "claim 1 worker-2-y")
        scene.jobs["b"]?.log[2] = Scene.line(3, "succeeded", 8_300, "finish")
        #expect(Starts.check(try scene.evidence).failures.count == 1)
        scene.add(to: \.run, 4_000, .fault(kind: "kill-redis", target: "redis", detail: ""))
        scene.add(to: \.run, 4_500, .ready(name: "redis", pid: 1))
        #expect(Starts.check(try scene.evidence).holds)

        scene = Scene()
        scene.jobs["b"]?.log[1] = Scene.line(2, "running", 8_200, "claim 1 worker-2-y")
        for name in ["c", "d", "e", "f"] {
            scene.jobs[name] = scene.jobs["b"]
            scene.jobs[name]?.log = [
                Scene.line(1, "queued", 1_100, "submit"), Scene.line(2, "running", 1_105, "claim 1 worker-2-y"),
                Scene.line(3, "succeeded", 8_100, "finish"),
            ]
        }
        #expect(Starts.check(try scene.evidence).holds)
    }

    @Test("A late reclaim; not late if Redis was away, or if nobody was there to look")
    func reclaimsLate() throws {
        var scene = Scene()
        scene.jobs["a"]?.log[2] = Scene.line(3, "queued", 9_100, "lost worker-1-x")
        scene.jobs["a"]?.log[3] = Scene.line(4, "running", 9_105, "claim 2 worker-2-y")
        scene.jobs["a"]?.log[4] = Scene.line(5, "succeeded", 9_500, "finish")
        let late = scene
        #expect(Reclaims.check(try scene.evidence).failures.count == 1)
        scene.add(to: \.run, 3_000, .fault(kind: "kill-redis", target: "redis", detail: ""))
        scene.add(to: \.run, 3_500, .ready(name: "redis", pid: 1))
        #expect(Reclaims.check(try scene.evidence).holds)
        scene = late
        for (kind, name) in [("blackhole", "frontend-1"), ("stop-worker", "worker-2")] {
            scene.add(to: \.run, 2_500, .fault(kind: kind, target: name, detail: ""))
            scene.add(to: \.run, 4_500, .healed(kind: kind, target: name))
        }
        #expect(Reclaims.check(try scene.evidence).holds)
    }

    @Test("A worker that slept past its lease loses its jobs; one that woke in time need not")
    func reclaimsFromSleepers() throws {
        var scene = Scene()
        scene.run.removeAll { if case .fault = $0.event { true } else { false } }
        scene.add(to: \.run, 1_200, .fault(kind: "stop-worker", target: "worker-2", detail: ""))
        scene.add(to: \.run, 13_000, .healed(kind: "stop-worker", target: "worker-2"))
        scene.jobs["b"]?.log[2] = Scene.line(3, "succeeded", 13_100, "finish")
        #expect(Reclaims.check(try scene.evidence).failures.count == 1)
        scene.run.removeAll { if case .healed = $0.event { true } else { false } }
        scene.add(to: \.run, 3_000, .healed(kind: "stop-worker", target: "worker-2"))
        #expect(Reclaims.check(try scene.evidence).holds)
    }

    @Test("A silent Redis excuses what a dead one does", arguments: ["stop-redis", "busy-redis", "reload-redis"])
    func reclaimsAfterSilence(kind: String) throws {
        var scene = Scene()
        scene.jobs["a"]?.log[2] = Scene.line(3, "queued", 9_100, "lost worker-1-x")
        scene.jobs["a"]?.log[3] = Scene.line(4, "running", 9_105, "claim 2 worker-2-y")
        scene.jobs["a"]?.log[4] = Scene.line(5, "succeeded", 9_500, "finish")
        scene.add(to: \.run, 3_000, .fault(kind: kind, target: "redis", detail: ""))
        #expect(!Reclaims.check(try scene.evidence).holds, "what was never taken back is no excuse")
        scene.add(to: \.run, 4_000, .healed(kind: kind, target: "redis"))
        #expect(Reclaims.check(try scene.evidence).holds)
    }

    // MARK: The clock of Redis

    @Test("A clock that is set is seen through: nothing goes back, waits or is late for it", arguments: [1, -1])
    func clockIsSet(direction: Int64) throws {
        var scene = Scene()
        scene.setClock(from: 1_104, to: 7_102, ahead: direction * Scene.hour)
        #expect(try scene.broken.isEmpty)
    }

    @Test("After a jump heartbeats come first for a lease, and no longer")
    func reclaimsAfterAJump() throws {
        for (taken, isLate) in [(12_400, false), (12_600, true)] as [(Int64, Bool)] {
            var scene = Scene()
            scene.setClock(from: 3_000, to: 4_000, ahead: Scene.hour)
            scene.jobs["a"]?.log[2] = Scene.line(3, "queued", taken, "lost worker-1-x")
            scene.jobs["a"]?.log[3] = Scene.line(4, "running", taken + 5, "claim 2 worker-2-y")
            scene.jobs["a"]?.log[4] = Scene.line(5, "succeeded", taken + 50, "finish")
            #expect(Reclaims.check(try scene.evidence).holds != isLate, "taken back after \(taken) ms")
        }
    }

    // MARK: A full Redis

    @Test("A job that a full Redis took in")
    func acceptsWhileFull() throws {
        var scene = Scene()
        scene.fill(from: 900, to: 3_000)
        #expect(try scene.broken == [Self.full])
        scene = Scene()
        scene.fill(from: 1_005, to: 3_000)
        #expect(FullRedis.check(try scene.evidence).failures.count == 1, "the first was sent before")
    }

    @Test("An outcome that a full Redis did not take in; not if its worker was not whole")
    func doesNotDrain() throws {
        var scene = Scene()
        scene.fill(from: 1_400, to: 6_000)
        #expect(try scene.broken.isEmpty)
        #expect(FullRedis.check(try scene.evidence).figures.contains("0 attempts begun and 1 settled"))
        scene.jobs["b"]?.log[2] = Scene.line(3, "succeeded", 5_000, "finish")
        #expect(try scene.broken == [Self.full])
        scene.add(to: \.run, 1_300, .fault(kind: "slow", target: "worker-2", detail: ""))
        scene.add(to: \.run, 1_600, .healed(kind: "slow", target: "worker-2"))
        #expect(try scene.broken.isEmpty)
    }

    // MARK: What is left

    @Test("A job without a TTL", arguments: ["p:b", "r:b", "idem:x", "worker:x"])
    func livesForEver(name: String) throws {
        var scene = Scene()
        scene.keys.append(scene.key(name, name.hasPrefix("w") ? "hash" : "string", []))
        #expect(try scene.broken == [Self.leftovers])
    }

    @Test("An index of nothing", arguments: ["q:light:1", "suspect:light", "recent:light", "dead:light", "leases"])
    func namesNothing(name: String) throws {
        var scene = Scene()
        let isList = name.hasPrefix("q") || name.hasPrefix("s") || name.hasPrefix("r")
        scene.keys.append(scene.key(name, isList ? "list" : "zset", isList ? ["gone"] : ["gone", "1"]))
        #expect(try scene.broken.contains(Self.leftovers))
    }

    @Test("A payload whose job is gone, and a key that is none of Levee's")
    func strangeKeys() throws {
        for name in ["p:gone", "other"] {
            var scene = Scene()
            scene.keys.append(scene.key(name, "string", [], life: 1))
            #expect(try scene.broken == [Self.leftovers])
        }
    }

    @Test(
        "Figures that are off",
        arguments: ["running", "bytes", "submitted", "failed", "stale:1", "in:1", "runs:quick", "service:more"]
    )
    func figures(name: String) throws {
        var scene = Scene()
        scene.set(name, 7)
        #expect(try scene.broken == [Self.accounts])
    }

    @Test("An index that still names an ended job", arguments: ["leases", "scheduled", "deadlines"])
    func namesEnded(name: String) throws {
        var scene = Scene()
        scene.keys.append(scene.key(name, "zset", ["a", "1"]))
        #expect(try scene.broken == [Self.accounts])
    }

    // MARK: Processes

    @Test("A process that ends by itself; one that cannot start without Redis may")
    func exits() throws {
        var scene = Scene()
        scene.add(to: \.run, 3_000, .launched(name: "worker-1", pid: 9))
        scene.add(to: \.run, 3_500, .exited(name: "worker-1", pid: 9, status: 1, signal: nil, isWanted: false))
        #expect(try scene.broken == [Self.processes])
        scene.add(to: \.run, 2_900, .fault(kind: "reset", target: "worker-1", detail: ""))
        scene.add(to: \.run, 3_600, .healed(kind: "reset", target: "worker-1"))
        #expect(try scene.broken.isEmpty)
        scene.add(to: \.run, 3_400, .ready(name: "worker-1", pid: 9))
        #expect(try scene.broken == [Self.processes])
    }

    @Test("A process that spins, and a run in which nobody looked")
    func spins() throws {
        var scene = Scene()
        scene.add(to: \.run, 14_050, .idled(name: "worker-2", pid: 4, used: 4_900_000, over: 5_000_000))
        #expect(try scene.broken == [Self.processes])
        scene = Scene()
        scene.run.removeAll { if case .idled = $0.event { true } else { false } }
        #expect(try scene.broken == [Self.processes])
    }
}
