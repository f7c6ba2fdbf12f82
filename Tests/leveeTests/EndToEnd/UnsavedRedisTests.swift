// Redis cannot write its files, and therefore takes no writes: MISCONF.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct UnsavedRedisTests {
    private static let jobs = """
        worker: {lease: 2s}
        jobs:
          sleep: {handler: {builtin: sleep}}
        """

    @Test func aRedisThatCannotSaveRefusesJobsAndLosesNone() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let worker = try await fleet.worker("w1")
            let job = try await door.submit("sleep", #"{"seconds": 1}"#)
            try await door.wait(for: job, toBe: "running")
            try await withClient(fleet.redis.unix) { redis in
                @Sendable func save() async throws -> Bool {
                    _ = try? await redis.send(["BGSAVE"])
                    let info = try await redis.send(["INFO", "persistence"]).string ?? ""
                    return info.contains("rdb_last_bgsave_status:ok")
                }
                let folder = try #require(try await redis.send(["CONFIG", "GET", "dir"]).array?.last?.string)
                // Where the file is to be there is a folder: it cannot be renamed to that.
                let obstacle = folder + "/dump.rdb"
                try FileManager.default.createDirectory(atPath: obstacle, withIntermediateDirectories: false)
                _ = try await redis.send(["CONFIG", "SET", "save", "3600 1"])
                try await eventually("Redis fails to save") { try await !save() }

                let refusal = try await door.send(.POST, "/jobs/sleep", body: Array(#"{"seconds": 0}"#.utf8))
                #expect(refusal.status == 503)
                #expect(try refusal.text("type") == "urn:levee:problem:store-refused")
                #expect(refusal["Retry-After"] == "30")
                #expect(try await door.send(.GET, job).status == 202, "reads go on")
                try await eventually("the worker's result does not pass") { worker.text.contains("MISCONF") }
                #expect(worker.isAlive)

                try FileManager.default.removeItem(atPath: obstacle)
                try await eventually("Redis saves again") { try await save() }
            }
            let end = try await door.end(of: job)
            #expect(try end.text("status") == "succeeded")
            #expect(try end.json("attempt") as? Int == 1, "the result was kept and sent again")
            #expect(try await door.send(.POST, "/jobs/sleep", body: Array(#"{"seconds": 0}"#.utf8)).status == 202)
        }
    }
}
