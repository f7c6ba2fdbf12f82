// What the door does when it gets tight: queues that would keep a job waiting, and a Redis short of memory.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct AdmissionTests {
    private static let jobs = """
        worker: {lease: 2s}
        queues:
          default: {maxExpectedWait: 5s}
        jobs:
          sleep: {handler: {builtin: sleep}}
        """

    @Test func jobsAreRefusedThatWouldWaitTooLongAndTakenAgainLater() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1", slots: 2)
            for _ in 0..<4 { _ = try await door.end(of: try await door.submit("sleep", #"{"seconds": 1}"#)) }
            // Of a second each, two at once, ten jobs start within five seconds.
            var taken: [String] = []
            var refused: Answer?
            try await eventually("a job is refused, not \(taken.count) taken") {
                let answer = try await door.send(.POST, "/jobs/sleep", body: Array(#"{"seconds": 1}"#.utf8))
                if answer.status == 202 { taken.append("/jobs/\(try answer.text("id"))") } else { refused = answer }
                return refused != nil
            }
            let answer = try #require(refused)
            #expect(answer.status == 503)
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(try answer.text("type") == "urn:levee:problem:queue-full")
            #expect(try answer.text("limit") == "wait")
            #expect(try #require(answer["Retry-After"].flatMap { Int($0) }) >= 1)
            #expect(taken.count >= 8)
            for job in taken { _ = try await door.end(of: job) }
            #expect(try await door.send(.POST, "/jobs/sleep", body: Array(#"{"seconds": 0}"#.utf8)).status == 202)
        }
    }

    @Test func aRedisThatIsShortOfMemoryIsSparedBeforeItRefuses() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let member = try fleet.start("frontend", ["serve", "--port", "0"])
            let (door, admin) = (try await fleet.door("serving", of: member), try await fleet.door("admin", of: member))
            _ = try await fleet.worker("w1")
            try await withClient(fleet.redis.unix) { redis in
                @Sendable func setLimit(_ bytes: Int) async throws {
                    _ = try await redis.send(RedisCommand("CONFIG", "SET", "maxmemory", "\(bytes)"))
                }
                @Sendable func submit() async throws -> Answer {
                    try await door.send(.POST, "/jobs/sleep", body: Array(#"{"seconds": 0}"#.utf8))
                }
                @Sendable func metric(_ line: String) async throws -> Bool {
                    let text = String(decoding: try await admin.send(.GET, "/metrics").body, as: UTF8.self)
                    return text.split(separator: "\n").contains(Substring(line))
                }
                // So that what clients and tests take for themselves does not matter.
                _ = try await redis.send(RedisCommand("SETRANGE", "ballast", "67108864", "x"))
                let before = try await door.submit("sleep", #"{"seconds": 0}"#)
                let info = try await redis.send(RedisCommand("INFO", "memory")).string ?? ""
                let used = try #require(
                    info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("used_memory:") }
                        .flatMap { Int($0.dropFirst("used_memory:".count)) }
                )
                try await setLimit(used * 100 / 95)
                var answer = try await submit()
                try await eventually("jobs are refused") {
                    answer = try await submit()
                    return answer.status != 202
                }
                #expect(answer.status == 503)
                #expect(try answer.text("type") == "urn:levee:problem:store-nearly-full")
                #expect(answer["Retry-After"] == "30")
                #expect(member.text.contains("The store is nearly full"))
                #expect(try await metric("levee_store_full 1"))
                #expect(try await metric("levee_store_memory_limit_bytes \(used * 100 / 95)"))
                #expect(try await door.end(of: before).text("status") == "succeeded", "what is there goes on")
                try await setLimit(0)
                try await eventually("jobs are taken again") { try await submit().status == 202 }
                #expect(member.text.contains("The store has room again"))
                #expect(try await metric("levee_store_full 0"))
            }
        }
    }

    @Test func hintsLeadToTheEndOfAJob() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let idle = try await door.send(.POST, "/jobs/sleep", body: Array(#"{"seconds": 0}"#.utf8))
            #expect(idle["Retry-After"] == "30", "nobody serves the queue")
            #expect(try idle.json("queue", "etaSeconds") is NSNull)
            _ = try await fleet.worker("w1", slots: 1)
            for _ in 0..<3 { _ = try await door.end(of: try await door.submit("sleep", #"{"seconds": 3}"#)) }
            let first = try await door.submit("sleep", #"{"seconds": 3}"#)
            try await door.wait(for: first, toBe: "running")
            let second = try await door.send(.POST, "/jobs/sleep", body: Array(#"{"seconds": 3}"#.utf8))
            #expect(try second.json("queue", "position") as? Int ?? -1 >= 0)
            // Until it starts, and until it is done: the mean is some 2 s, with the one that took nothing. A hint may be
            // shortened by a quarter, so that not all who wait come back at once.
            let eta = try #require(try second.json("queue", "etaSeconds") as? Int)
            let hint = try #require(second["Retry-After"].flatMap { Int($0) })
            #expect(eta >= 0 && 4 * hint >= 3 * (eta + 1) && hint < 30, "\(eta) \(hint)")
            for job in [first, "/jobs/\(try second.text("id"))"] { _ = try await door.end(of: job) }
        }
    }
}
