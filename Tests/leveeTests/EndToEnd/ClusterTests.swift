// The cluster that `make` runs: what its commands do to real processes, and what they leave alone.

import Foundation
import LeveeTestSupport
import NIOCore
import NIOHTTP1
import Testing

@Suite(.serialized) struct ClusterTests {
    private static let configuration = """
        worker: {drainGrace: 100ms}
        jobs:
          sleep: {handler: {builtin: sleep}, timeout: 5m}
        """

    /// Two front ends and two workers, and Redis.
    private static let whole: Set = ["redis", "frontend-1", "frontend-2", "worker-w1", "worker-w2"]

    @Test func upHealsWhatIsDeadAndTouchesNothingElse() async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            try await cluster.succeed("up")
            let first = cluster.recorded
            #expect(Set(first.keys) == Self.whole)
            #expect(Set(first.values) == cluster.living)
            let table = try await cluster.succeed("status")
            for (name, pid) in first {
                #expect(table.split(separator: "\n").contains { $0.hasPrefix(name + " ") && $0.contains(" \(pid) ") })
            }
            #expect(table.contains(" \(cluster.port + 1) ") && table.contains(" \(cluster.port + 1_001) "))

            try await cluster.succeed("up")
            #expect(cluster.recorded == first)

            for name in ["worker-w2", "frontend-2", "redis"] {
                let before = cluster.recorded
                let pid = try #require(before[name])
                try await cluster.crash(name)
                let status = try await cluster.run("status")
                #expect(status.status == 1)
                let line = status.output.split(separator: "\n").first { $0.hasPrefix(name + " ") }
                #expect(line?.contains(" dead ") == true, "\(status.output)")

                let healed = try await cluster.succeed("up")
                #expect(healed.lowercased().contains("\(name) was dead (pid \(pid)): started anew"), "\(healed)")
                let after = cluster.recorded
                #expect(after.filter { $0.key != name } == before.filter { $0.key != name })
                #expect(after[name] != pid)
                #expect(Set(after.values) == cluster.living)
            }

            // One that neither lives nor is dead.
            let redis = try #require(cluster.recorded["redis"])
            kill(redis, SIGSTOP)
            let stopped = try await cluster.run("status")
            kill(redis, SIGCONT)
            #expect(stopped.status == 1)
            #expect(stopped.output.contains("stopped"))

            // The processes come back to it in their own time.
            try await eventually("all is well again") { try await cluster.run("status").status == 0 }
            let down = try await cluster.succeed("down")
            #expect(!down.contains("killed"), "\(down)")
            #expect(cluster.recorded.isEmpty)
            #expect(cluster.living.isEmpty)
        }
    }

    @Test func scaleDrainsTheLeastBusyAndKillsNoJob() async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            try await cluster.succeed("up", with: ["FRONTENDS": "1", "WORKERS": "1"])
            let door = HTTPDoor(base: "http://127.0.0.1:\(cluster.port)")
            let job = try await door.submit("sleep", #"{"seconds": 200}"#)
            try await door.wait(for: job, toBe: "running")
            let busy = try #require(cluster.recorded["worker-w1"])
            func hasBusy(_ line: [String], _ state: String) -> Bool {
                line.first == "worker-w1" && line.contains("\(busy)") && line.contains(state) && line.contains("1")
            }
            try await eventually("the table shows the job") {
                try await cluster.table().contains { hasBusy($0, "working") }
            }

            let held = try await cluster.succeed("scale", "3", "--by-hand")
            #expect(held.contains("holds the fleet at 3 until make scale WORKERS=auto"), "\(held)")
            let three = cluster.recorded
            #expect(Set(three.keys) == ["redis", "frontend-1", "worker-w1", "worker-w2", "worker-w3"])
            #expect(three["worker-w1"] == busy)
            #expect(try await cluster.succeed("scale", "3").contains("Nothing to do"))
            #expect(try await cluster.succeed("scale", "1").contains("held at 3 by hand"))
            #expect(cluster.recorded == three)
            try await cluster.succeed("scale", "auto")

            try await cluster.crash("worker-w3")
            let replaced = try await cluster.succeed("scale", "3")
            #expect(replaced.contains("worker-w3 was dead"), "\(replaced)")
            #expect(cluster.recorded["worker-w3"] != three["worker-w3"])
            #expect(cluster.recorded["worker-w2"] == three["worker-w2"])

            try await cluster.succeed("scale", "1")
            try await eventually("the idle ones end") { cluster.living.count == 3 }
            #expect(cluster.recorded["worker-w1"] == busy)

            let none = try await cluster.succeed("scale", "0")
            #expect(none.contains("still drains"), "\(none)")
            #expect(cluster.recorded["worker-w1"] == nil)
            #expect(ProcessTable.isAlive(busy))
            try await eventually("the table shows what drains") {
                try await cluster.table().contains { hasBusy($0, "draining") }
            }

            // Its name is free at once, and up brings back nobody who was sent away.
            try await cluster.succeed("scale", "1")
            let one = cluster.recorded
            #expect(one["worker-w1"] != nil && one["worker-w1"] != busy)
            try await cluster.succeed("up")
            #expect(cluster.recorded == one)
            #expect(try await door.history(of: job) == ["queued submit", "running claim"])

            _ = try await door.send(.POST, job + "/cancel")
            try await eventually("it ends with its job") { !ProcessTable.isAlive(busy) }
            #expect(try await cluster.table().map(\.first) == ["redis", "frontend-1", "worker-w1"])
        }
    }

    @Test func theAutoscalerMovesTheFleetAndGivesWayToAHand() async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            #expect(try await cluster.autoscale(with: [:]).run().status == 2, "there is no cluster")
            try await cluster.succeed("up", with: ["FRONTENDS": "1", "WORKERS": "1", "SLOTS": "3"])
            let scaler = try cluster.autoscale(with: ["MIN": "2", "MAX": "3"])
            defer { scaler.end() }
            func workers() -> Int { cluster.recorded.keys.count { $0.hasPrefix("worker-") } }
            try await eventually("there are two workers: \(scaler.output)") { workers() == 2 }
            let both = ["worker-w1", "worker-w2"].compactMap { cluster.recorded[$0] }

            let held = try await cluster.succeed("scale", "1", "--by-hand")
            #expect(held.contains("holds the fleet at 1"), "\(held)")
            try await eventually("it says so: \(scaler.output)") { scaler.output.contains("scaled by hand to 1") }
            #expect(workers() == 1)
            #expect(try await cluster.table().contains { $0.first == "autoscaler" && $0.contains("running") })

            try await cluster.succeed("scale", "auto")
            try await eventually("it decides again: \(scaler.output)") { workers() == 2 }
            #expect(Set(cluster.recorded.values).intersection(both).count >= 1)
            // What up was told holds for workers that others start.
            let slots = try runLevee("workers", "--url", "http://127.0.0.1:\(cluster.port + 1_000)")
            let lines = slots.output.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
            #expect(lines.allSatisfy { $0[4] == "3" }, "\(slots.output)")

            let living = cluster.living
            scaler.signalGroup(SIGINT)
            try await eventually("it ends: \(scaler.output)") { !ProcessTable.isAlive(scaler.pid) }
            #expect(cluster.recorded["autoscaler"] == nil)
            #expect(cluster.living == living, "the workers stay")
        }
    }

    @Test func restartReplacesAllButRedis() async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            #expect(try await cluster.run("restart").status == 2)
            try await cluster.succeed("up")
            let before = cluster.recorded
            let said = try await cluster.succeed("restart")
            #expect(said.contains("Redis (pid \(before["redis"] ?? 0)) was left alone"), "\(said)")
            let after = cluster.recorded
            #expect(Set(after.keys) == Self.whole)
            #expect(Self.whole.filter { before[$0] == after[$0] } == ["redis"])
            #expect(Set(after.values) == cluster.living)
            try await cluster.succeed("status")
        }
    }

    @Test(arguments: [0, 1_001]) func aTakenPortIsNamed(offset: Int) async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            let port = cluster.port + offset
            let holder = try await ScriptedCluster.hold(port)
            let run = try await cluster.run("up")
            try await holder.close()
            #expect(run.status == 2)
            #expect(run.output.contains("Port \(port) is taken"), "\(run.output)")
            if FileManager.default.isExecutableFile(atPath: "/usr/bin/ss") {
                #expect(run.output.contains("(pid \(getpid()))"), "\(run.output)")
            }
            #expect(cluster.recorded.isEmpty && cluster.living.isEmpty)
        }
    }

    @Test func withoutRedisItSaysWhereFrom() async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            let programs = "\(cluster.folder)/bin"
            try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: false)
            for folder in ["/usr/bin", "/bin"] {
                for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name != "redis-server" {
                    try? FileManager.default.createSymbolicLink(
                        atPath: "\(programs)/\(name)",
                        withDestinationPath: "\(folder)/\(name)"
                    )
                }
            }
            let run = try await cluster.run("up", with: ["PATH": programs])
            #expect(run.status == 2)
            #expect(run.output.contains("no redis-server on the PATH"), "\(run.output)")
            #expect(cluster.recorded.isEmpty && cluster.living.isEmpty)
        }
    }

    @Test func aMissingConfigurationIsNamed() async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            let run = try await cluster.run("up", with: ["CONFIG": "\(cluster.folder)/other.yaml"])
            #expect(run.status == 2)
            #expect(run.output.contains("\(cluster.folder)/other.yaml"), "\(run.output)")
            #expect(cluster.recorded.isEmpty && cluster.living.isEmpty)
        }
    }

    @Test func aStrangerWithAPidOfOursIsLeftAlone() async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            let stranger = try ChildProcess(["sleep", "1000"], environment: [:], log: "/dev/null")
            defer { stranger.end() }
            for name in ["redis", "frontend-1", "worker-w1", "draining-w2-\(stranger.pid)"] {
                try cluster.leaveRecord(name, pid: stranger.pid, start: 1)
            }
            let status = try await cluster.run("status")
            #expect(status.status == 1)
            #expect(status.output.split(separator: "\n").count { $0.contains(" dead ") } == 3, "\(status.output)")
            #expect(try await cluster.run("scale", "0").status == 2)
            try await cluster.succeed("down")
            #expect(cluster.recorded.isEmpty)
            #expect(ProcessTable.isAlive(stranger.pid))
        }
    }

    /// With SIGTERM, since bash 5.2 itself may spin for ever if SIGINT comes in the moment in which it begins to wait for a
    /// child.
    @Test func whatIsInterruptedGoesOn() async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            let up = try cluster.start("up")
            try await eventually("something runs: \(up.output)") { cluster.recorded["frontend-1"] != nil }
            up.signalGroup(SIGTERM)
            let stopped = try await up.run()
            #expect(stopped.status == 143, "\(stopped.output)")
            #expect(cluster.living.isSubset(of: cluster.recorded.values))

            try await cluster.succeed("up")
            #expect(Set(cluster.recorded.keys) == Self.whole)
            #expect(Set(cluster.recorded.values) == cluster.living)

            let down = try cluster.start("down")
            try await eventually("something ends: \(down.output)") { cluster.recorded.count < Self.whole.count }
            down.signalGroup(SIGTERM)
            _ = try await down.run()
            #expect(cluster.living.isSubset(of: cluster.recorded.values))
            try await cluster.succeed("down")
            #expect(cluster.recorded.isEmpty && cluster.living.isEmpty)
        }
    }

    @Test func twoAtOnceStartNothingTwice() async throws {
        try await ScriptedCluster.run(Self.configuration) { cluster in
            let both = [try cluster.start("up"), try cluster.start("up")]
            for child in both {
                let run = try await child.run()
                #expect(run.status == 0, "\(run.output)")
            }
            #expect(Set(cluster.recorded.keys) == Self.whole)
            #expect(Set(cluster.recorded.values) == cluster.living)
        }
    }
}
