// What becomes of leases, workers and schedules when somebody sets the clock, on both stores.

import LeveeCore
import LeveeRedis
import Testing

@testable import LeveeStore

@Suite struct ClockTests {
    private static let hour = Duration.seconds(3_600)
    /// More than the clock goes back: keys live by the clock of Redis.
    private static let ahead = hour * 3

    @Test(arguments: StoreKind.allCases, [hour, .zero - hour])
    func aJumpTakesNoJobFromAWorkerThatBeats(kind: StoreKind, jump: Duration) async throws {
        try await withStore(kind, ahead: Self.ahead) { test in
            try await live(.seconds(8), test)
            let id = try await test.store.put()
            let job = try #require(try await test.store.claim(.by("w1")).first)
            _ = try await test.store.beat(.of("w1", [(job.lease, nil)]))
            try await test.advance(by: jump)
            try await live(.seconds(12), test) { _ = try await $0.beat(.of("w1", [(job.lease, nil)])) }
            let record = try #require(try await test.store.job(id))
            #expect((record.state, record.fence) == (.running, job.lease.fence))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func afterAStepBackALostWorkersJobComesBackAfterItsLease(kind: StoreKind) async throws {
        try await withStore(kind, ahead: Self.ahead) { test in
            try await live(.seconds(8), test)
            let id = try await test.store.put()
            let job = try #require(try await test.store.claim(.by("w1")).first)
            try await live(.seconds(1), test)
            _ = try await test.store.beat(.of("w1", [(job.lease, nil)]))
            try await test.advance(by: .zero - Self.hour)
            #expect(try await test.store.tick(lease: leaseTime)?.isHolding == true)
            #expect(try await test.store.place(of: id)?.leaseUntil == test.store.overview().time + leaseTime)
            try await live(leaseTime + .seconds(1), test)
            let record = try #require(try await test.store.job(id))
            #expect(record.state == .queued)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func afterAStepBackASilentWorkerIsForgottenAfterThreeLeases(kind: StoreKind) async throws {
        try await withStore(kind, ahead: Self.ahead) { test in
            _ = try await test.store.beat(.of("w1"))
            try await live(.seconds(1), test)
            try await test.advance(by: .zero - Self.hour)
            try await live(.seconds(1), test)
            #expect(try await test.store.overview().workers.map(\.name) == ["w1"])
            try await live(leaseTime * 3, test)
            #expect(try await test.store.overview().workers.isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func afterAStepBackADelayBeginsAnewIfItWasGivenByTheClockThatWasAhead(kind: StoreKind) async throws {
        try await withStore(kind, ahead: Self.ahead) { test in
            try await live(.seconds(1), test)
            let early = try await test.store.put(delay: .seconds(7_000))
            try await test.advance(by: Self.hour)
            try await live(.seconds(1), test)
            let late = try await test.store.put(delay: .seconds(30))
            try await live(.seconds(4), test)
            let due = try await test.store.job(early)?.dueAt
            try await test.advance(by: .zero - Self.hour)
            try await live(.seconds(1), test)
            let now = try await test.store.overview().time
            #expect(try await test.store.job(late)?.dueAt == now + .seconds(30))
            #expect(try await test.store.history(of: late)?.map(\.cause) == [.submit, .clock])
            #expect(try await test.store.job(early)?.dueAt == due, "what was put off before stands as it was")
            try await live(.seconds(30), test)
            #expect(try await test.store.job(late)?.state == .queued)
            #expect(try await test.store.job(early)?.state == .scheduled)
        }
    }

    @Test func aLongScheduleIsSetBackTickByTick() async throws {
        try await withRedisStore(ahead: Self.ahead) { redis in
            let test = StoreUnderTest(store: redis.store, move: { try await redis.advance(by: $0) })
            try await live(.seconds(1), test)
            for _ in 0..<600 { _ = try await redis.store.put(delay: .seconds(10)) }
            try await redis.advance(by: .zero - Self.hour)
            try await redis.store.tick(lease: leaseTime)
            #expect(try await redis.command("HEXISTS", "levee:{00}:upkeep", "ahead").int == 1, "one tick is not enough")
            try await live(.seconds(60), test)
            #expect(try await redis.store.figures(of: "default").ready == 600)
            #expect(try await redis.command("HEXISTS", "levee:{00}:upkeep", "ahead").int == 0)
            #expect(try await redis.store.examine(repair: false, patience: .zero).findings.isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aFailureTakesNothingFromTheTimeToStartWhenTheClockWasSetBack(kind: StoreKind) async throws {
        try await withStore(kind, ahead: Self.ahead) { test in
            let id = try await test.store.put()
            let startBy = try #require(try await test.store.place(of: id)?.startBy)
            let job = try #require(try await test.store.claim(.by("w1")).first)
            try await test.advance(by: .zero - Self.hour)
            _ = try await test.store.settle([.failure(job.lease)], claiming: nil)
            #expect(try await test.store.place(of: id)?.startBy == startBy)
        }
    }

    /// Lets time pass as a living fleet does: with a tick each second.
    private func live(
        _ duration: Duration,
        _ test: StoreUnderTest,
        _ besides: (AnyStore) async throws -> Void = { _ in }
    ) async throws {
        for _ in 0..<Int(duration.inSeconds) {
            try await test.advance(by: .seconds(1))
            try await besides(test.store)
            try await test.store.tick(lease: leaseTime)
        }
    }
}
