// Equal submits under one key, through real front ends: one job, whatever happens on the way.

import LeveeChaos
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct IdempotencyTests {
    private static let jobs = """
        jobs:
          square: {handler: {builtin: square}, accepts: [application/json]}
        """

    @Test func fiftyEqualPostsAtOnceMakeOneJob() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let doors = [try await fleet.frontEnd("one"), try await fleet.frontEnd("two")]
            for round in 0..<5 {
                let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                    for number in 0..<50 {
                        group.addTask {
                            try await doors[number % 2].send(
                                .POST,
                                "/jobs/square",
                                type: "application/json",
                                // A quoted key and a bare one are the same.
                                headers: [("Idempotency-Key", number < 25 ? "\"round \(round)\"" : "round \(round)")],
                                body: Array(#"{"number": 7}"#.utf8)
                            )
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.allSatisfy { $0.status == 202 })
                #expect(Set(answers.map { $0["Location"]?.split(separator: "/").last }).count == 1)
                #expect(answers.count { $0["Idempotency-Replayed"] == nil } == 1)
                #expect(answers.count { $0["Idempotency-Replayed"] == "true" } == 49)
            }
            try await withClient(fleet.redis.unix) { client in
                let submitted = try await client.figure(.submitted)
                #expect(submitted == 5)
            }
            _ = try await fleet.worker("w1")
            let again = try await doors[0].send(
                .POST,
                "/jobs/square",
                type: "application/json",
                headers: [("Idempotency-Key", "round 0")],
                body: Array(#"{"number": 7}"#.utf8)
            )
            let job = "/jobs/\(try again.text("id"))"
            #expect(try await doors[1].result(of: job).json("square") as? Int == 49)
        }
    }

    /// Connections between front end and Redis break after ever more bytes: before the submit, in the middle of it, after it
    /// was done and before the answer was there. However often the client has to send it, there is one job.
    @Test func aSubmitWhoseAnswersAreLostIsOneJob() async throws {
        try await Fleet.run(Self.jobs, listensOnTCP: true) { fleet in
            let proxy = try await FaultProxy.start(upstream: fleet.redis.port)
            let door = try await fleet.frontEnd(redis: "redis://127.0.0.1:\(proxy.port)")
            let limits = Array(stride(from: 200, through: 1_400, by: 40))
            var lost = 0
            for bytes in limits {
                proxy.become(.reset(afterBytes: bytes))
                var answer: Answer?
                try await eventually("the submit is answered") {
                    let reply = try await door.send(
                        .POST,
                        "/jobs/square",
                        type: "application/json",
                        headers: [("Idempotency-Key", "after \(bytes)")],
                        body: Array(#"{"number": 7}"#.utf8)
                    )
                    guard reply.status == 202 else {
                        lost += 1
                        #expect(reply.status == 503)
                        proxy.become(.pass)
                        return false
                    }
                    answer = reply
                    return true
                }
                #expect(answer?["Location"] != nil)
            }
            #expect(lost > 0, "no answer was lost: the test has tested nothing")
            try await withClient(fleet.redis.unix) { client in
                let submitted = try await client.figure(.submitted)
                #expect(submitted == limits.count)
            }
            await proxy.close()
        }
    }
}
