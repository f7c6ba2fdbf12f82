// `levee jobs` and `levee queues` against a real front end.

import Foundation
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct JobsCommandTests {
    private static let jobs = """
        jobs:
          square: {handler: {builtin: square}, queue: maths}
          echo: {handler: {builtin: echo}}
        """

    private func run(_ admin: HTTPDoor, _ arguments: String...) async throws -> LeveeRun {
        try await Task.detached {
            try runLevee(arguments: arguments, environment: ["LEVEE_ADMIN_URL": admin.base], in: "/")
        }.value
    }

    private func table(_ run: LeveeRun) throws -> [[String]] {
        try #require(run.status == 0, "\(run.errors)")
        return run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test func jobsAreListedAndAQueueIsEmptied() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let (door, admin) = try await fleet.doors()
            var ids: [String] = []
            for number in 0..<7 {
                let job = try await door.submit("square", #"{"number": \#(number)}"#)
                ids.append(String(job.dropFirst("/jobs/".count)))
            }
            let delayed = try await door.send(.POST, "/jobs/echo", headers: [("Delay", "600")], body: [1]).text("id")
            let all = try table(try await run(admin, "jobs"))
            #expect(all[0].prefix(5) == ["JOB", "TYPE", "TENANT", "QUEUE", "STATE"])
            #expect(all.dropFirst().map { $0[0] } == ids + [delayed], "the next to run first")
            #expect(all.allSatisfy { $0.count == 10 }, "no cell is empty")
            let some = try await run(admin, "jobs", "--queue", "maths", "--state", "queued,running", "--limit", "3")
            #expect(try table(some).dropFirst().map { $0[0] } == Array(ids.prefix(3)))
            #expect(some.errors.contains("--limit"))
            #expect(try table(try await run(admin, "jobs", "--type", "echo")).dropFirst().map { $0[0] } == [delayed])
            let json = try await run(admin, "jobs", "--json", "--state", "scheduled")
            let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect((document?["jobs"] as? [Any])?.count == 1)
            #expect(document?["next"] is NSNull)
            let wrong = try await run(admin, "jobs", "--state", "done")
            #expect(wrong.status == 2 && wrong.errors.contains("succeeded"))

            #expect(try await run(admin, "queues", "pause", "maths").output == "maths is paused\n")
            #expect(try table(try await run(admin, "queues"))[2][1] == "paused")
            #expect(try await run(admin, "queues", "resume", "maths").output == "maths is open\n")
            #expect(try await run(admin, "queues", "purge", "maths").output == "7 canceled\n")
            #expect(try await run(admin, "queues", "purge", "nowhere").status == 5)
            let ended = try table(try await run(admin, "jobs", "--state", "canceled"))
            #expect(Set(ended.dropFirst().map { $0[0] }) == Set(ids))
            for id in ids { #expect(try await door.end(of: "/jobs/\(id)").text("status") == "canceled") }
        }
    }
}
