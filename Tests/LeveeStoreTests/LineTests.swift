// What hints rest on: who serves a queue, what waits in it, how long each type takes; and the limit that is made of it.

import LeveeCore
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct LineTests {
    private func beat(_ worker: String, slots: Int, queues: [String], isDraining: Bool = false) -> Heartbeat {
        Heartbeat(
            worker: worker,
            host: "test",
            processID: 1,
            slots: slots,
            queues: queues,
            isDraining: isDraining,
            lease: leaseTime,
            running: []
        )
    }

    @Test(arguments: StoreKind.allCases)
    func slotsAreThoseOfTheWorkersThatTakeItsJobs(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            #expect(try await test.store.line(of: "default").slots == 0)
            _ = try await test.store.beat(beat("w1", slots: 3, queues: ["default", "other"]))
            _ = try await test.store.beat(beat("w2", slots: 5, queues: ["default"]))
            _ = try await test.store.beat(beat("w3", slots: 7, queues: ["other"]))
            _ = try await test.store.beat(beat("w4", slots: 9, queues: ["default"], isDraining: true))
            for _ in 0..<4 { _ = try await test.store.put(queue: "other") }
            _ = try await test.store.put()
            _ = try await test.store.claim(.by("w1"))
            let line = try await test.store.line(of: "default")
            #expect(line.slots == 8)
            #expect(line.runningElsewhere == 4)
            #expect(try await test.store.line(of: "other").slots == 10)
            #expect(try await test.store.line(of: "other").runningElsewhere == 1)
            try await test.advance(by: leaseTime * 3)
            #expect(try await test.store.line(of: "default").slots == 0, "they have fallen silent")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aListIsLookedAtFromItsOldestJobOn(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            var ids: [JobID] = []
            for number in 0..<200 { ids.append(try await test.store.put(type: number < 100 ? "first" : "last")) }
            _ = try await test.store.put(type: "urgent", priority: .high)
            _ = try await test.store.claim(.by("w1", limit: 11))
            for id in ids[180..<200] { _ = try await test.store.cancel(id) }
            let line = try await test.store.line(of: "default")
            #expect(line.stretches[0] == QueueLine.Stretch(left: 1))
            #expect(line.stretches[2] == QueueLine.Stretch())
            let normal = line.stretches[1]
            #expect(normal.left == 10)
            #expect(normal.length == 190)
            #expect(normal.types.count == QueueLine.look)
            let expected = QueueLine.sample(of: 190).map { $0 < 90 ? "first" : $0 < 170 ? "last" : nil }
            #expect(normal.types == expected)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func eachTypeHasAMeanFromTheClaimToTheSettlement(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for type in ["quick", "slow", "slow"] { _ = try await test.store.put(type: type) }
            let jobs = try await test.store.claim(.by("w1"))
            try await test.advance(by: .milliseconds(100))
            _ = try await test.store.settle([.success(jobs[0].lease)], claiming: nil)
            try await test.advance(by: .milliseconds(900))
            _ = try await test.store.settle([.failure(jobs[1].lease, .final)], claiming: nil)
            try await test.advance(by: .seconds(2))
            _ = try await test.store.settle([.success(jobs[2].lease)], claiming: nil)
            let runs = try await test.store.figures(of: "default").runs
            #expect(runs["quick"] == MeanRun(count: 1, microseconds: 100_000))
            #expect(runs["slow"] == MeanRun(count: 2, microseconds: 2_000_000))
            #expect(runs.count == 2)
        }
    }

    @Test func aMeanWhoseFigureIsLostBeginsAnew() async throws {
        try await withRedisStore { redis in
            for _ in 0..<2 {
                _ = try await redis.store.put()
                let job = try #require(try await redis.store.claim(.by("w1")).first)
                try await redis.advance(by: .seconds(1))
                _ = try await redis.command("HDEL", "levee:{00}:stats:default", "mean:echo")
                _ = try await redis.store.settle([.success(job.lease)], claiming: nil)
                #expect(try await redis.store.figures(of: "default").runs["echo"]?.inSeconds == 1)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func jobsAreRefusedThatHaveTooManyBeforeThem(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            func submit(_ priority: Priority, limit: Int?) async throws -> SubmitReply {
                let job = NewJob.sample(test.store.newID(), priority: priority)
                return try await test.store.submit(job, rules: QueueRules(name: "default", maxAhead: limit))
            }
            for _ in 0..<3 { _ = try await test.store.put(priority: .low) }
            for _ in 0..<2 { _ = try await test.store.put() }
            #expect(try await submit(.low, limit: 5) == .full(.wait))
            #expect(try await submit(.normal, limit: 2) == .full(.wait))
            guard case .accepted = try await submit(.high, limit: 1) else { throw NotAccepted() }
            guard case .accepted = try await submit(.normal, limit: 4) else { throw NotAccepted() }
            #expect(try await submit(.normal, limit: 4) == .full(.wait), "three normal ones and a high one")
            guard case .accepted = try await submit(.low, limit: nil) else { throw NotAccepted() }
            #expect(try await test.store.figures(of: "default").ready == 8)
        }
    }

    @Test func ofFiftySubmitsAtOnceAsManyAreTakenAsFit() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            let replies = try await withThrowingTaskGroup(of: SubmitReply.self) { group in
                for _ in 0..<50 {
                    let job = NewJob.sample(store.newID())
                    group.addTask { try await store.submit(job, rules: QueueRules(name: "default", maxAhead: 17)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(replies.count { $0 == .full(.wait) } == 33)
            #expect(try await store.figures(of: "default").ready == 17)
        }
    }

    @Test func memoryIsWhatRedisSays() async throws {
        try await withRedisStore { redis in
            let open = try await redis.store.memory()
            #expect(open.used > 100_000)
            #expect(open.limit == nil)
            #expect(open.percent == nil)
            _ = try await redis.command("CONFIG", "SET", "maxmemory", "1gb")
            let limited = try await redis.store.memory()
            #expect(limited.limit == 1 << 30)
            #expect(try #require(limited.percent) < 10)
        }
    }
}
