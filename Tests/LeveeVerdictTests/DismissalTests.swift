// The checker on workers that are told to end.

import LeveeLedger
import Testing

@testable import levee_verdict

@Suite struct DismissalTests {
    /// The good run, in which worker-2 is told to end in the middle of job b, and is gone a while later; worker-3 takes over.
    private func scene(_ kind: String, at order: Int64 = 1_200, gone: Int64 = 6_300, status: Int32? = 0) -> Scene {
        var scene = Scene()
        scene.add(to: \.run, order, .fault(kind: kind, target: "worker-2", detail: ""))
        scene.run.removeAll {
            switch $0.event {
            case .exited("worker-2", _, _, _, _), .idled("worker-2", _, _, _): true
            default: false
            }
        }
        scene.add(to: \.run, gone, .exited(name: "worker-2", pid: 4, status: status, signal: nil, isWanted: true))
        scene.add(to: \.run, 1, .launched(name: "worker-3", pid: 5))
        scene.add(to: \.run, 2, .ready(name: "worker-3", pid: 5))
        scene.jobs["a"]?.log[3] = Scene.line(4, "running", 7_105, "claim 2 worker-3-z")
        return scene
    }

    /// Has job b be handed back, and run anew elsewhere.
    private func handBack(_ scene: inout Scene, at time: Int64, isDone: Bool = false) {
        if !isDone { scene.handlers.removeAll { if case .ended("b", _, _) = $0.event { true } else { false } } }
        scene.add(to: \.handlers, time + 20, .started(id: "b", label: "job-2", fence: 2, attempt: 1, pid: 13))
        scene.add(to: \.handlers, time + 30, .ended(id: "b", fence: 2, digest: "d1"))
        scene.jobs["b"]?.log = [
            Scene.line(1, "queued", 1_100, "submit"), Scene.line(2, "running", 1_105, "claim 1 worker-2-y"),
            Scene.line(3, "queued", time, "release"), Scene.line(4, "running", time + 10, "claim 2 worker-3-z"),
            Scene.line(5, "succeeded", time + 50, "finish"),
        ]
    }

    private func holds(_ scene: Scene) throws -> Bool { Dismissals.check(try scene.evidence).holds }

    @Test("A worker that ends in order, and one that has not ended soon after its grace or its last job")
    func ends() throws {
        for kind in ["drain-worker", "retire-worker"] {
            #expect(try scene(kind).broken.isEmpty)
            #expect(try !holds(scene(kind, gone: 17_000)))
        }
        #expect(try holds(scene("drain-worker", gone: 15_000)))
        #expect(try !holds(scene("retire-worker", gone: 15_000)), "its last job had ended long before")
    }

    @Test("A worker that ends with another status, or by a signal", arguments: [1, nil] as [Int32?])
    func status(status: Int32?) throws {
        let scene = scene("drain-worker", status: status)
        #expect(try !holds(scene))
    }

    @Test("A fault of the network excuses a worker that takes its time")
    func excused() throws {
        var scene = scene("drain-worker", gone: 17_000)
        scene.add(to: \.run, 1_300, .fault(kind: "blackhole", target: "worker-2", detail: ""))
        scene.add(to: \.run, 1_400, .healed(kind: "blackhole", target: "worker-2"))
        #expect(try holds(scene))
    }

    @Test("A job that is handed back before the grace is over, or that was done by then")
    func handsBack() throws {
        var scene = scene("drain-worker")
        let plain = scene
        handBack(&scene, at: 6_200)
        #expect(try holds(scene))
        scene = plain
        handBack(&scene, at: 6_000)
        #expect(try !holds(scene), "its grace was over at 6,200")
        scene = plain
        handBack(&scene, at: 6_200, isDone: true)
        #expect(try !holds(scene), "its handler had ended")
        scene = self.scene("retire-worker")
        handBack(&scene, at: 6_200)
        #expect(try !holds(scene), "a worker that retires stops nothing")
        scene = Scene()
        scene.add(to: \.run, 1, .launched(name: "worker-3", pid: 5))
        handBack(&scene, at: 6_200)
        #expect(try !holds(scene), "nobody told the worker to end")
    }

    @Test("A claim that came too late to be begun is given back at once")
    func givesBack() throws {
        var scene = scene("drain-worker")
        handBack(&scene, at: 1_210)
        scene.handlers.removeAll { if case .started("b", _, 1, _, _) = $0.event { true } else { false } }
        #expect(try holds(scene))
    }

    @Test("A job that is lost with a worker that was told to end, and a stall for one that was handed back")
    func losesNothing() throws {
        var scene = scene("drain-worker")
        handBack(&scene, at: 6_200)
        let plain = scene
        scene.jobs["b"]?.log[2] = Scene.line(3, "queued", 6_200, "lost worker-2-y")
        #expect(try !holds(scene))
        scene = plain
        scene.jobs["b"]?.stalls = 1
        #expect(try !holds(scene))
    }

    @Test("Many drains of which none could be judged")
    func nothing() throws {
        var scene = Scene()
        for time in 0..<5 as Range<Int64> {
            scene.add(to: \.run, 2_100 + time, .fault(kind: "drain-worker", target: "worker-1", detail: ""))
        }
        #expect(Dismissals.check(try scene.evidence).failures == [Verdict.nothing])
    }

    @Test("Where workers are only told to end, nothing runs twice but what was handed back")
    func onlyDrains() throws {
        var scene = scene("drain-worker")
        handBack(&scene, at: 6_200)
        scene.planned = ["drain-worker": 1]
        #expect(Runs.check(try scene.evidence).failures.count == 1, "job a was lost")
    }
}
