// Redis loses everything under running processes: FLUSHALL.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct EmptiedRedisTests {
    private static let jobs = """
        worker: {lease: 2s, queues: [maths]}
        jobs:
          square: {handler: {builtin: square}, queue: maths}
          lonely: {handler: {builtin: echo}, queue: nobody, maxWait: 1s}
        """

    private func empty(_ fleet: Fleet) async throws {
        try await withClient(fleet.redis.unix) { client in _ = try await client.send(["FLUSHALL"]) }
    }

    @Test func aFrontEndStartedAfterwardsKnowsTheJobsOfOneThatRan() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let one = try await fleet.frontEnd("one")
            _ = try await fleet.worker("w1")
            let lost = try await one.submit("square", #"{"number": 2}"#)
            _ = try await one.end(of: lost)
            try await empty(fleet)

            let job = try await one.submit("square", #"{"number": 3}"#)
            let two = try await fleet.frontEnd("two")
            #expect(try await two.result(of: job).json("square") as? Int == 9)
            #expect(try await one.result(of: job).json("square") as? Int == 9)
            for door in [one, two] { #expect(try await door.send(.GET, lost).status == 410) }
            // The queue is known again, so that time passes for it.
            let late = try await two.submit("lonely", "1", mediaType: "text/plain")
            #expect(try await one.end(of: late).text("error", "code") == "expired")
        }
    }

    @Test func aFrontEndThatWasStoppedGoesByTheOneThatWasStartedMeanwhile() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let one = try await fleet.frontEnd("one")
            let member = try #require(fleet.member("one"))
            member.signal(SIGSTOP)
            try await empty(fleet)
            let two = try await fleet.frontEnd("two")
            member.signal(SIGCONT)
            _ = try await fleet.worker("w1")

            var job: String?
            try await eventually("one takes a job") {
                let answer = try await one.send(.POST, "/jobs/square", body: Array(#"{"number": 4}"#.utf8))
                guard answer.status == 202 else {
                    #expect(answer.status == 503)
                    #expect(answer["Retry-After"] != nil)
                    return false
                }
                job = "/jobs/\(try answer.text("id"))"
                return true
            }
            #expect(try await two.result(of: try #require(job)).json("square") as? Int == 16)
            try await eventually("it says so: \(member.text)") { member.text.contains("Redis was emptied") }
        }
    }
}
