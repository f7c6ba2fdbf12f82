// The client commands and the load generator, as scripts use them.

import Foundation
import LeveeRedis
import LeveeTestSupport
import Testing

@testable import levee

@Suite(.serialized) struct ClientCommandTests {
    private static let jobs = """
        worker: {lease: 2s}
        jobs:
          square: {handler: {builtin: square}, accepts: [application/json]}
          echo: {handler: {builtin: echo}, maxPayload: 2MiB}
          sleep: {handler: {builtin: sleep}}
          fail: {handler: {builtin: fail}, retries: {maxAttempts: 1}}
        """

    /// Runs `levee` against a front end.
    private func client(_ arguments: [String], _ door: HTTPDoor, in folder: String = "/") async throws -> LeveeRun {
        try await Task.detached {
            try runLevee(arguments: arguments, environment: ["LEVEE_URL": door.base], in: folder)
        }.value
    }

    private func withService(_ body: (Fleet, HTTPDoor) async throws -> Void) async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1")
            try await body(fleet, door)
        }
    }

    @Test func aJobIsSubmittedWatchedAndFetched() async throws {
        try await withService { fleet, door in
            let waited = try await client(["submit", "square", "--payload", #"{"number": 7}"#, "--wait"], door)
            #expect(waited.status == 0)
            #expect(waited.output == #"{"square":49}"#)

            let submitted = try await client(["submit", "sleep", "-j", #"{"seconds": 0.1}"#], door)
            let id = submitted.output.trimmingCharacters(in: .newlines)
            #expect(submitted.status == 0)
            #expect(id.count == 28)
            let end = try await client(["wait", "\(door.base)/jobs/\(id)"], door)
            #expect(end.status == 0)
            #expect(end.output.contains("succeeded"))
            let status = try await client(["status", id, "--json"], door)
            let document = try JSONSerialization.jsonObject(with: Data(status.output.utf8)) as? [String: Any]
            #expect(document?["status"] as? String == "succeeded")

            try fleet.folder.write("any bytes", to: "payload.txt")
            let echoed = try await client(["submit", "echo", "--file", "payload.txt"], door, in: fleet.folder.path)
            let echo = echoed.output.trimmingCharacters(in: .newlines)
            _ = try await client(["wait", echo], door)
            let result = try await client(["result", echo, "-o", "result.txt"], door, in: fleet.folder.path)
            #expect(result.status == 0)
            #expect(FileManager.default.contents(atPath: "\(fleet.folder.path)/result.txt") == Data("any bytes".utf8))
        }
    }

    @Test func exitStatusesTellWhatBecameOfAJob() async throws {
        try await withService { _, door in
            let failed = try await client(["submit", "fail", "-j", #"{"detail": "no luck"}"#, "--wait"], door)
            #expect(failed.status == 3)
            #expect(failed.errors.contains("no luck"))

            let long = try await client(["submit", "sleep", "-j", #"{"seconds": 600}"#], door)
            let id = long.output.trimmingCharacters(in: .newlines)
            try await door.wait(for: "/jobs/\(id)", toBe: "running")
            #expect(try await client(["wait", id, "--timeout", "10ms"], door).status == 6)
            #expect(try await client(["result", id], door).status == 6)
            #expect(try await client(["cancel", id], door).status == 0)
            #expect(try await client(["wait", id], door).status == 4)

            #expect(try await client(["status", "no-such-job"], door).status == 5)
            let terms = ["--delay", "1m", "--priority", "low", "--start-timeout", "5m", "--cancel-after", "10m"]
            let later = try await client(["submit", "square", "-j", "1", "--json"] + terms, door)
            #expect(later.output.contains(#""status":"scheduled""#))
            let vague = try await client(["submit", "square", "-j", "1", "--delay", "soon"], door)
            #expect(vague.status == 2)
            #expect(vague.errors.contains("write whole seconds with their unit"))
            #expect(try await client(["submit", "square", "-j", "{"], door).status == 2)
            #expect(try await client(["wait", id, "--timeout", "soon"], door).status == 2)
            #expect(try await client(["status", id, "--url", "localhost"], door).status == 2)
            let nobody = try await client(["status", id, "--url", "http://127.0.0.1:1"], door)
            #expect(nobody.status == 1)
            #expect(nobody.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func aLoadTestVerifiesEveryJobOverTwoFrontEnds() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let (one, two) = (try await fleet.frontEnd("one"), try await fleet.frontEnd("two"))
            _ = try await fleet.worker("w1")
            let arguments = [
                "load", "--url", one.base, "--url", two.base, "--jobs", "300", "--pollers", "30", "--every", "10ms",
                "--json",
            ]
            let run = try await client(arguments, one)
            #expect(run.status == 0, "\(run.errors)")
            let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            let jobs = try #require(report?["jobs"] as? [String: Any])
            #expect(jobs["submitted"] as? Int == 300)
            #expect(jobs["verified"] as? Int == 300)
            for wrong in [["--url", "http://192.0.2.1:80"], ["--type", "square,echo", "--payload", "/dev/null"]] {
                let run = try await client(["load"] + wrong, one)
                #expect(run.status == 2)
                #expect(run.errors.split(separator: "\n").count == 1)
            }
        }
    }

    @Test(arguments: ["wait", "sse"])
    func clientsOfALoadTestCanWait(mode: String) async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let (one, two) = (try await fleet.frontEnd("one"), try await fleet.frontEnd("two"))
            _ = try await fleet.worker("w1")
            let arguments = [
                "load", "--url", one.base, "--url", two.base, "--jobs", "200", "--pollers", "100", "--mode", mode,
                "--json",
            ]
            let run = try await client(arguments, one)
            #expect(run.status == 0, "\(run.errors)")
            let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            #expect((report?["jobs"] as? [String: Any])?["verified"] as? Int == 200)
            let answers = try #require(report?["answers"] as? [String: Int])
            #expect(answers["fetch 200"] == 200)
            #expect(answers[mode == "wait" ? "wait 302" : "events 200"] == 200)
            let notice = (report?["latency"] as? [String: Any])?["notice"] as? [String: Any]
            #expect(notice?["count"] as? Int == 200)
            let refused = try await client(["load", "--mode", mode, "--every", "1s"], one)
            #expect(refused.status == 2)
        }
    }

    @Test func aCrowdCanLookAtOneJob() async throws {
        try await withService { _, door in
            let long = try await client(["submit", "sleep", "-j", #"{"seconds": 600}"#], door)
            let id = long.output.trimmingCharacters(in: .newlines)
            async let load = client(["load", "--watch", id, "--mode", "wait", "--pollers", "200", "--json"], door)
            try await door.wait(for: "/jobs/\(id)", toBe: "running")
            #expect(try await client(["cancel", id], door).status == 0)
            let run = try await load
            #expect(run.status == 0, "\(run.errors)")
            let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            #expect((report?["jobs"] as? [String: Any])?["seen"] as? Int == 200)
            #expect((report?["answers"] as? [String: Int])?.keys.sorted() == ["wait 302"])
        }
    }

    @Test func aLoadTestOfSeveralTypesSaysHowHonestTheHintsWere() async throws {
        try await withService { fleet, door in
            let run = try await client(["load", "--type", "square,echo,sleep", "--jobs", "30", "--json"], door)
            #expect(run.status == 0, "\(run.errors)")
            let report = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
            #expect((report?["settings"] as? [String: Any])?["type"] as? String == "square,echo,sleep")
            let hints = try #require(report?["hints"] as? [String: Any])
            #expect(try #require(hints["count"] as? Int) >= 30)
            for name in ["medianOffSeconds", "medianOffShare", "rightShare", "medianLateSeconds", "p90LateSeconds"] {
                #expect(try #require(hints[name] as? Double) >= 0, "\(name)")
            }
            let figures = try await withClient(fleet.redis.unix) {
                try await $0.send(["HGETALL", "levee:{00}:stats:default"])
            }
            let names = Set((figures.array ?? []).compactMap(\.string))
            #expect(
                names.isSuperset(of: ["mean:square", "mean:echo", "mean:sleep", "runs:sleep"]),
                "all three were drawn"
            )
        }
    }
}
