// Jobs all the way round, through real processes.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct RoundTripTests {
    private static let jobs = """
        worker: {lease: 2s}
        jobs:
          square: {handler: {builtin: square}, accepts: [application/json]}
          echo: {handler: {builtin: echo}, maxPayload: 2MiB}
          order: {handler: {builtin: echo}, schema: {type: object, properties: {count: {type: integer, minimum: 1}}}}
          sleep: {handler: {builtin: sleep}}
          fail: {handler: {builtin: fail}, retries: {maxAttempts: 2, base: 10ms}}
          limited: {handler: {builtin: sleep}, deadline: 2s}
          lonely: {handler: {builtin: echo}, queue: nobody, maxWait: 1s}
        """

    @Test func twoFrontEndsAndThreeWorkersAreOneService() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let (one, two) = (try await fleet.frontEnd("one"), try await fleet.frontEnd("two"))
            for name in ["w1", "w2", "w3"] { _ = try await fleet.worker(name) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let job = try await one.submit("square", #"{"number": \#(number)}"#)
                        let answer = try await two.result(of: job)
                        #expect(answer.status == 200)
                        #expect(try answer.json("square") as? Int == number * number)
                    }
                }
                try await group.waitForAll()
            }
            let monitored = try await two.submit("square", #"{"number": 3}"#)
            _ = try await one.end(of: monitored)
            let monitor = try await one.send(.GET, monitored.replacing("/jobs/", with: "/operations/"))
            #expect(monitor.status == 200)
            #expect(try monitor.json("result", "square") as? Int == 9)
        }
    }

    @Test func bytesComeBackAsTheyWere() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1")
            let bytes = (0..<(256 << 10)).map { _ in UInt8.random(in: .min ... .max) }
            let answer = try await door.result(
                of: try await door.submit("echo", bytes, mediaType: "application/x-any; v=1")
            )
            #expect(answer["Content-Type"] == "application/x-any; v=1")
            #expect(answer.body == bytes)
        }
    }

    @Test func onlyWhatFitsTheSchemaIsQueued() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1")
            let answer = try await door.send(
                .POST,
                "/jobs/order",
                type: "application/json",
                body: Array(#"{"count": 0}"#.utf8)
            )
            #expect(answer.status == 400)
            #expect(try answer.text("detail").contains("/count must be at least 1"))
            let order = #"{"count": 3}"#
            #expect(try await door.result(of: try await door.submit("order", order)).body == Array(order.utf8))
        }
    }

    @Test func sixtyFourMebibytesAtOnce() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1", slots: 64)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<64 {
                    group.addTask {
                        let bytes = [UInt8](repeating: UInt8(number), count: 1 << 20)
                        let job = try await door.submit("echo", bytes, mediaType: "application/octet-stream")
                        #expect(try await door.result(of: job).body == bytes)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func aFailureIsKeptAsAProblem() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1")
            let job = try await door.submit("fail", #"{"code": "no-luck", "detail": "it was not to be"}"#)
            let answer = try await door.result(of: job)
            #expect((400..<500).contains(answer.status))
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(try answer.json("status") as? Int == answer.status)
            #expect(
                try await door.send(.GET, try #require(try await door.end(of: job)["Location"])).body == answer.body
            )
            let causes = try await door.history(of: job)
            #expect(
                causes == [
                    "queued submit", "running claim", "scheduled fail", "queued promote", "running claim",
                    "failed fail",
                ]
            )
        }
    }

    @Test func aJobOnAQueueThatNobodyServesEndsAsExpired() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let job = try await door.submit("lonely", "1", mediaType: "text/plain")
            let end = try await door.end(of: job)
            #expect(try end.text("status") == "failed")
            #expect(try end.text("error", "code") == "expired")
            #expect(try await door.history(of: job) == ["queued submit", "failed expire"])
        }
    }

    @Test func aJobPastItsDeadlineIsCanceledWhereverItIs() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let waiting = try await door.submit("limited", #"{"seconds": 0}"#)
            #expect(try await door.end(of: waiting).text("error", "code") == "deadline-exceeded")
            _ = try await fleet.worker("w1")
            let running = try await door.submit("limited", #"{"seconds": 600}"#)
            let end = try await door.end(of: running)
            #expect(try end.text("status") == "canceled")
            #expect(try end.text("error", "code") == "deadline-exceeded")
            #expect(
                try await door.history(of: running)
                    == ["queued submit", "running claim", "running deadline", "canceled deadline"]
            )
        }
    }

    @Test func aRunningJobIsCanceledAndThenRemoved() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1")
            let job = try await door.submit("sleep", #"{"seconds": 600}"#)
            try await door.wait(for: job, toBe: "running")
            #expect(try await door.send(.DELETE, job).status == 202)
            #expect(try await door.end(of: job).text("status") == "canceled")
            #expect(try await door.send(.DELETE, job).status == 204)
            #expect(try await door.send(.GET, job).status == 410)
        }
    }

    @Test func aForgedIdCostsNoCommand() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            try await withClient(fleet.redis.unix) { client in
                _ = try await client.send(["CONFIG", "SET", "slowlog-log-slower-than", "0"])
                _ = try await client.send(["CONFIG", "SET", "slowlog-max-len", "10000"])
                let forged = [
                    "forged", "%2e%2e", "00{*}", String(repeating: "0", count: 28), "000000000000000000000000000*",
                ]
                for id in forged {
                    let answer = try await door.send(.GET, "/jobs/\(id)")
                    #expect(answer.status == 404)
                    #expect(answer["Content-Type"] == "application/problem+json")
                }
                let job = try await door.submit("lonely", "1", mediaType: "text/plain")
                _ = try await door.send(.GET, job)
                let log = try await client.send(["SLOWLOG", "GET", "-1"])
                let named = (log.array ?? []).flatMap { ($0.array?[3].array ?? []).compactMap(\.string) }
                func isAskedFor(_ id: some StringProtocol) -> Bool {
                    named.contains { $0 == id || $0.hasSuffix(":\(id)") }
                }
                #expect(isAskedFor(job.split(separator: "/").last ?? ""), "a genuine id is seen in the log")
                #expect(!forged.contains { isAskedFor($0) || isAskedFor($0.removingPercentEncoding ?? $0) })
            }
        }
    }

    @Test func redisAwayMeans503AndThenAllGoesOn() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let worker = try await fleet.worker("w1")
            let front = try #require(fleet.member("frontend"))
            fleet.redis.stop()
            let answer = try await door.send(
                .POST,
                "/jobs/square",
                type: "application/json",
                body: Array(#"{"number":1}"#.utf8)
            )
            #expect(answer.status == 503)
            #expect(answer["Content-Type"] == "application/problem+json")
            #expect(try #require(answer["Retry-After"].flatMap { Int($0) }) >= 1)
            #expect(try await door.send(.GET, "/livez").status == 200)
            #expect(try await door.send(.GET, "/readyz").status == 503)
            func lines(_ words: String, of member: Fleet.Member) -> Int {
                member.text.split(separator: "\n").count { $0.lowercased().contains(words) }
            }
            for member in [front, worker] {
                try await eventually("\(member.name) says so: \(member.text)") {
                    lines("the store fails ", of: member) > 0
                }
            }
            try await fleet.redis.start()
            try await eventually("the front end is ready again") { try await door.send(.GET, "/readyz").status == 200 }
            for member in [front, worker] {
                try await eventually("\(member.name) says when it is over: \(member.text)") {
                    lines("the store works again", of: member) > 0
                }
                let failures = lines("the store fails ", of: member)
                #expect((1...3).contains(failures), "not a line for each failure: \(member.text)")
            }
        }
    }
}
