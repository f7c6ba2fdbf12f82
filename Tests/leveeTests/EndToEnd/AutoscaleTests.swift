// `levee autoscale` on a real store, with a command that writes down what it is told.

import Foundation
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct AutoscaleTests {
    private static let jobs = """
        worker: {lease: 2s}
        jobs:
          sleep: {handler: {builtin: sleep}}
        """

    /// The options of an autoscaler whose fleet is a file of numbers.
    private func arguments(_ more: String...) -> [String] {
        ["autoscale", "--min", "1", "--max", "4", "--interval", "100ms", "--exec", "echo {n} >> told"] + more
    }

    private func told(_ fleet: Fleet) -> [Int] {
        let bytes = FileManager.default.contents(atPath: "\(fleet.folder.path)/told") ?? Data()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
    }

    private func command(_ fleet: Fleet, _ arguments: String...) throws -> LeveeRun {
        try runLevee(arguments: arguments, environment: ["LEVEE_REDIS": fleet.redisURL], in: fleet.folder.path)
    }

    @Test func aBacklogCallsForWorkersAndVerdictsAreExplained() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            for _ in 0..<200 { _ = try await door.submit("sleep", #"{"seconds": 1}"#) }
            let scaler = try fleet.start("autoscaler", arguments("--target-wait", "5s"), keepsOutput: true)
            try await eventually("the fleet is to have 4 workers: \(scaler.text)") { told(fleet).last == 4 }
            try await eventually("it says why") { scaler.text.contains("200 jobs wait") }
            #expect(scaler.text.contains("leading\n"))
            #expect(told(fleet).first == 1, "from none to the least")
            scaler.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: scaler) == 0)
        }
    }

    @Test func oneLeadsAndAnotherTakesOverWhenItStops() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let first = try fleet.start("first", arguments(), keepsOutput: true)
            try await eventually("the first leads: \(first.text)") { first.text.contains("leading") }
            let second = try fleet.start("second", arguments(), keepsOutput: true)
            try await eventually("the second waits: \(second.text)") { second.text.contains("waiting: ") }
            #expect(!second.text.contains("scaling to"))
            first.signal(SIGTERM)
            try await eventually("the second leads: \(second.text)") { second.text.contains("leading") }
        }
    }

    @Test func aNumberSetByHandWinsUntilItIsReleased() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let scaler = try fleet.start("autoscaler", arguments(), keepsOutput: true)
            try await eventually("it scales: \(scaler.text)") { told(fleet) == [1] }
            #expect(try command(fleet, "autoscale", "--hold", "7").status == 0)
            try await eventually("the hand wins: \(scaler.text)") { told(fleet).contains(7) }
            try await eventually("and it says so") { scaler.text.contains("scaled by hand to 7") }
            #expect(try command(fleet, "autoscale", "--release").status == 0)
            try await eventually("the law is back: \(scaler.text)") { told(fleet).last ?? 7 <= 4 }
        }
    }

    @Test func aDryRunMovesNothing() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let scaler = try fleet.start("autoscaler", arguments("--dry-run"), keepsOutput: true)
            try await eventually("it decides: \(scaler.text)") { scaler.text.split(separator: "\n").count > 10 }
            #expect(scaler.text.contains("dry run"))
            #expect(told(fleet).isEmpty)
        }
    }

    @Test func whatItPublishesIsThereForOthersToScaleBy() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let (door, admin) = try await fleet.doors()
            for _ in 0..<200 { _ = try await door.submit("sleep", #"{"seconds": 1}"#) }
            let options = ["autoscale", "--publish", "--max", "4", "--interval", "100ms", "--target-wait", "5s"]
            let scaler = try fleet.start("autoscaler", options, keepsOutput: true)
            try await eventually("the figure is in /workers: \(scaler.text)") {
                try await admin.send(.GET, "/workers").json("autoscaler", "desired") as? Int == 4
            }
            let metrics = String(decoding: try await admin.send(.GET, "/metrics").body, as: UTF8.self)
            #expect(metrics.contains("\nlevee_workers_desired 4\n"))
            #expect(scaler.text.contains("publishing: "))
            #expect(!scaler.text.contains("scaling to"))
        }
    }

    @Test func inAJSONLogVerdictsAreLinesWithTheirFigure() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let scaler = try fleet.start("autoscaler", arguments("--log-format", "json"), keepsOutput: true)
            try await eventually("a verdict is in the log") { scaler.text.contains(#/"change":"\w+","desired":\d/#) }
            let lines = scaler.text.split(separator: "\n").dropLast()
            #expect(lines.allSatisfy { $0.hasPrefix(#"{"time":""#) })
        }
    }

    @Test func itIsReadyWhileRedisAnswersIt() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let scaler = try fleet.start("autoscaler", arguments("--health-port", "0"))
            let door = try await fleet.door("probes", of: scaler)
            try await eventually("it is ready") { try await door.send(.GET, "/readyz").status == 200 }
            let metrics = try await door.send(.GET, "/metrics")
            #expect(String(decoding: metrics.body, as: UTF8.self).contains("\nlevee_autoscaler_leading 1\n"))
            fleet.redis.stop()
            try await eventually("it is not") { try await door.send(.GET, "/readyz").status == 503 }
            #expect(try await door.send(.GET, "/livez").status == 200)
        }
    }

    @Test func thePortInTheFileIsThatOfWorkers() async throws {
        try await Fleet.run(Self.jobs.replacing("lease: 2s", with: "lease: 2s, healthPort: 0")) { fleet in
            let scaler = try fleet.start("autoscaler", arguments(), keepsOutput: true)
            try await eventually("it leads: \(scaler.text)") { scaler.text.contains("leading") }
            #expect(!scaler.text.contains("probes"))
            let worker = try fleet.start("w1", ["work"])
            _ = try await fleet.door("probes", of: worker)
        }
    }

    @Test(arguments: [
        (["autoscale"], "--max"),
        (["autoscale", "--max", "3", "--publish", "--exec", "scale {n}"], "--publish"),
        (["autoscale", "--max", "0", "--exec", "scale {n}"], "maximum"),
        (["autoscale", "--max", "3", "--exec", "scale 4"], "{n}"),
        (["autoscale", "--max", "3", "--target-wait", "soon"], "soon"),
        (["autoscale", "--max", "3"], "scripts/cluster"),
        (["autoscale", "--hold", "-1"], "--hold"),
        (["autoscale", "--hold", "3", "--dry-run"], "--dry-run"),
        (["autoscale", "--max", "1000"], "999"),
        (["autoscale", "--max", "3", "--shrink-window", "x"], "--shrink-window"),
    ])
    func aWrongCommandLineIsToldInOneLine(arguments: [String], hint: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.jobs, to: "levee.yaml")
        let run = try runLevee(arguments: arguments, environment: [:], in: folder.path)
        #expect(run.status == 2)
        #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
        #expect(run.errors.contains(hint), "\(run.errors)")
    }
}
