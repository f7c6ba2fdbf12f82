// The admin door of a front end, the commands that read it, and a worker that retires.

import Foundation
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct FleetCommandTests {
    private static let jobs = """
        worker: {lease: 2s, drainGrace: 0s}
        jobs:
          square: {handler: {builtin: square}, queue: maths}
          sleep: {handler: {builtin: sleep}}
        """

    /// Runs a command on an admin door and returns the columns of each line.
    private func table(_ command: String, _ admin: HTTPDoor) async throws -> [[String]] {
        let run = try await Task.detached {
            try runLevee(arguments: [command], environment: ["LEVEE_ADMIN_URL": admin.base], in: "/")
        }.value
        try #require(run.status == 0, "\(run.errors)")
        return run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test func queuesAndWorkersAreShown() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let (door, admin, _) = try await fleet.doors()
            let worker = try await fleet.worker("w1", slots: 3)
            let square = try await door.submit("square", #"{"number": 3}"#)
            #expect(try await door.end(of: square).text("status") == "succeeded")
            let sleep = try await door.submit("sleep", #"{"seconds": 600}"#)
            try await door.wait(for: sleep, toBe: "running")

            var lines: [[String]] = []
            try await eventually("the worker shows the job: \(lines)") {
                lines = try await table("workers", admin)
                return lines.count == 2 && lines[1][3] == "1"
            }
            #expect(lines[0].prefix(5) == ["WORKER", "PID", "STATE", "RUNNING", "SLOTS"])
            #expect(lines[1][0].hasPrefix("w1-"))
            #expect(lines[1][1...4] == ["\(worker.pid)", "working", "1", "3"])
            #expect(lines[1].last == "default,maths")

            let queues = try await table("queues", admin)
            #expect(queues.map(\.count) == [9, 9, 9], "no cell is empty")
            #expect(queues[1].prefix(4) == ["default", "open", "0", "1"])
            #expect(queues[2].prefix(2) == ["maths", "open"])
            #expect(queues[2][6] == "1")

            let metrics = try await admin.send(.GET, "/metrics")
            let text = String(decoding: metrics.body, as: UTF8.self)
            #expect(text.contains("levee_jobs_finished_total{queue=\"maths\",outcome=\"succeeded\"} 1\n"))
            #expect(text.contains("levee_job_service_seconds_count{queue=\"maths\"} 1\n"))
        }
    }

    @Test func aWorkerThatRetiresEndsWhatItRunsAndSignsOff() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let (door, admin, _) = try await fleet.doors()
            let first = try await fleet.worker("w1")
            let short = try await door.submit("sleep", #"{"seconds": 3}"#)
            let long = try await door.submit("sleep", #"{"seconds": 600}"#)
            for job in [short, long] { try await door.wait(for: job, toBe: "running") }
            first.signal(SIGUSR1)
            try await eventually("it drains") { try await table("workers", admin).contains { $0[2] == "draining" } }
            let late = try await door.submit("square", #"{"number": 3}"#)
            #expect(try await door.end(of: short).text("status") == "succeeded", "although the grace is none")
            #expect(try await door.history(of: short) == ["queued submit", "running claim", "succeeded finish"])
            #expect(first.isAlive, "one job still runs")
            #expect(try await door.send(.DELETE, long).status == 202)
            #expect(try await fleet.exitStatus(of: first) == 0)
            #expect(try await table("workers", admin).count == 1)
            #expect(try await door.history(of: late) == ["queued submit"])
            _ = try await fleet.worker("w2")
            #expect(try await door.end(of: late).text("status") == "succeeded")
        }
    }

    @Test func aTakenAdminPortIsNamed() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let port = try #require(try await fleet.doors().admin.base.split(separator: ":").last)
            let second = try fleet.start("second", ["serve", "--port", "0", "--admin-port", "\(port)"])
            #expect(try await fleet.exitStatus(of: second) == 2)
            let line = try #require(second.text.split(separator: "\n").first { $0.hasPrefix("levee: ") })
            #expect(line.contains("127.0.0.1:\(port)"))
            #expect(line.contains("--admin-port"))
        }
    }

    @Test func whereThereIsNoAdminDoorTheCommandsSaySo() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.doors().jobs
            let wrong = try runLevee("queues", "--url", door.base, in: "/")
            #expect(wrong.status == 2)
            #expect(wrong.errors.contains("LEVEE_ADMIN_URL"))
            let nobody = try runLevee("workers", "--url", "http://127.0.0.1:1", in: "/")
            #expect(nobody.status == 1)
            #expect(nobody.errors.split(separator: "\n").count == 1)
        }
    }
}
