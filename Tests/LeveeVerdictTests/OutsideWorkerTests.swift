// A worker that knows only HTTP is as good as the front ends it speaks to.

import LeveeLedger
import Testing

@testable import levee_verdict

@Suite("Outside workers in the verdict")
struct OutsideWorkerTests {
    /// `b` is lost by an outside worker that lives on, and done by worker-2.
    private func scene() throws -> Scene {
        var scene = Scene()
        scene.add(to: \.run, 0, .launched(name: "outside-py", pid: 9))
        scene.add(to: \.run, 1, .ready(name: "outside-py", pid: 9))
        scene.jobs["b"]?.log = [
            Scene.line(1, "queued", 3_000, "submit"), Scene.line(2, "running", 3_005, "claim 1 outside-py-x"),
            Scene.line(3, "queued", 8_100, "lost outside-py-x"), Scene.line(4, "running", 8_105, "claim 2 worker-2-y"),
            Scene.line(5, "succeeded", 8_550, "finish"),
        ]
        scene.jobs["b"]?.fence = 2
        scene.jobs["b"]?.resultFence = 2
        return scene
    }

    private func losses(of scene: Scene) throws -> [String] {
        Runs.check(try scene.evidence).failures.filter { $0.contains("which was whole") }
    }

    @Test("that loses a job beside whole front ends has broken its word")
    func unexplained() throws {
        #expect(try losses(of: scene()).count == 1)
    }

    @Test("may lose a job when a front end does not answer")
    func explained() throws {
        var scene = try scene()
        scene.add(to: \.run, 4_000, .fault(kind: "stop-frontend", target: "frontend-1", detail: ""))
        scene.add(to: \.run, 6_000, .healed(kind: "stop-frontend", target: "frontend-1"))
        #expect(try losses(of: scene) == [])
    }

    @Test(
        "that was killed loses its jobs in time, or later if a front end had its heartbeat in hand",
        arguments: [false, true]
    )
    func reclaimed(stops: Bool) throws {
        var scene = try scene()
        scene.add(to: \.run, 3_100, .fault(kind: "kill-worker", target: "outside-py", detail: ""))
        scene.add(to: \.run, 3_101, .exited(name: "outside-py", pid: 9, status: nil, signal: 9, isWanted: true))
        #expect(Reclaims.check(try scene.evidence).failures == [])
        scene.jobs["b"]?.log[2] = Scene.line(3, "queued", 11_000, "lost outside-py-x")
        if stops {
            scene.add(to: \.run, 3_050, .fault(kind: "stop-frontend", target: "frontend-1", detail: ""))
            scene.add(to: \.run, 6_000, .healed(kind: "stop-frontend", target: "frontend-1"))
        }
        #expect(Reclaims.check(try scene.evidence).failures.isEmpty == stops)
    }

    @Test("does not count as one that looks after leases")
    func isNoWatch() throws {
        var scene = try scene()
        for (name, kind) in [("frontend-1", "stop-frontend"), ("worker-2", "stop-worker")] {
            scene.add(to: \.run, 3_000, .fault(kind: kind, target: name, detail: ""))
            scene.add(to: \.run, 5_000, .healed(kind: kind, target: name))
        }
        let unwatched = Timeline(try scene.evidence.run).unwatched
        #expect(unwatched.contains((Scene.beginning + 4_000) * 1_000))
    }
}
