// Storms of jobs that end in the middle of a list: the list stays short, and nobody else loses the place.

import LeveeCore
import LeveeRedis
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct SweepTests {
    /// How long the list of normal priority is.
    private func lying(_ store: AnyStore) async throws -> Int {
        let figures = try await store.figures(of: "default")
        return figures.entered[1] - figures.left[1]
    }

    @Test(arguments: StoreKind.allCases)
    func canceledJobsDoNotPileUpBehindOneThatWaits(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let first = try await test.store.put()
            var longest = 0
            for _ in 0..<1_500 {
                let id = try await test.store.put()
                #expect(try await test.store.cancel(id) == .canceled)
                longest = max(longest, try await lying(test.store))
            }
            #expect((251...252).contains(longest))
            let last = try await test.store.put()
            let figures = try await test.store.figures(of: "default")
            #expect((figures.ready, figures.canceled) == (2, 1_500))
            #expect(figures.entered[1] == 1_502)
            // A claim looks past so many entries and no more.
            var leased: [JobID] = []
            for _ in 0..<2 { leased += try await test.store.claim(.by("w1", limit: 5)).map(\.lease.id) }
            #expect(leased == [first, last])
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func whateverIsCanceledTheListKeepsNoMoreThanItHasTo(seed: UInt64) async throws {
        try await withRedisStore { redis in
            let memory = InMemoryStore(clock: { redis.time.now })
            var generator = SeededGenerator(seed: seed)
            var waiting: [JobID] = []
            var longest = 0
            for _ in 0..<6 {
                for _ in 0..<Int.random(in: 100...400, using: &generator) {
                    let job = NewJob.sample(redis.store.newID())
                    for store in [redis.store, memory] as [AnyStore] {
                        guard case .accepted = try await store.submit(job, rules: QueueRules(name: job.queue)) else {
                            throw NotAccepted()
                        }
                    }
                    waiting.append(job.id)
                }
                let count = Int.random(in: 0...waiting.count, using: &generator)
                for _ in 0..<count {
                    let id = waiting.remove(at: Int.random(in: 0..<waiting.count, using: &generator))
                    try await redis.advance(by: .milliseconds(Int.random(in: 0...2, using: &generator)))
                    #expect(try await redis.store.cancel(id) == .canceled)
                    _ = try await memory.cancel(id)
                    let figures = try await redis.store.figures(of: "default")
                    #expect(figures == (try await memory.figures(of: "default")), "seed \(seed)")
                    longest = max(longest, figures.stale[1] - max(250, figures.ready))
                }
            }
            #expect(longest < 250, "a sweep that has drawn a poor piece is made up for by the next")
            while !waiting.isEmpty {
                let leased = try await redis.store.claim(.by("w1", limit: 50)).map(\.lease.id)
                #expect(leased == (try await memory.claim(.by("w1", limit: 50)).map(\.lease.id)))
                #expect(leased.allSatisfy { $0 == waiting.removeFirst() })
                try #require(!leased.isEmpty)
            }
        }
    }

    @Test func jobsThatExpireInTheMiddleAreSweptByTheTick() async throws {
        try await withRedisStore { redis in
            let first = try await redis.store.put()
            for _ in 0..<600 { _ = try await redis.store.put(ageLimit: .seconds(1)) }
            try await redis.advance(by: .seconds(2))
            for _ in 0..<10 {
                try await redis.store.tick(lease: leaseTime)
                try await redis.advance(by: .milliseconds(600))
            }
            #expect(try await redis.store.figures(of: "default").failed == 600)
            #expect(try await lying(redis.store) <= 251)
            #expect(try await redis.store.claim(.by("w1")).map(\.lease.id) == [first])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func thePlaceInLineIsNeverTooNearAndExactOnceSomethingWasTaken(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            func positions(_ ids: [JobID]) async throws -> [Int] {
                let figures = try await test.store.figures(of: "default")
                var positions: [Int] = []
                for id in ids {
                    let ticket = try #require(try await test.store.job(id)).ticket
                    positions.append(figures.position(ticket: ticket, priority: .normal))
                }
                return positions
            }
            var early: [JobID] = []
            var late: [JobID] = []
            for _ in 0..<5 { early.append(try await test.store.put()) }
            for _ in 0..<600 { _ = try await test.store.cancel(try await test.store.put()) }
            for _ in 0..<5 { late.append(try await test.store.put()) }
            #expect(try await positions(early) == [0, 1, 2, 3, 4])
            #expect(try await positions(late).allSatisfy { $0 == 9 })
            _ = try await test.store.claim(.by("w1", limit: 6))
            #expect(try await positions(Array(late.dropFirst())) == [0, 1, 2, 3])
        }
    }

    @Test(arguments: [2, 100_000])
    func aCanceledJobKeepsNoPayload(size: Int) async throws {
        try await withRedisStore { redis in
            let id = try await redis.store.put(payload: [UInt8](repeating: 0x78, count: size))
            _ = try await redis.store.cancel(id)
            #expect(try await redis.command("HGET", "levee:{00}:j:\(id)", "b").string == "")
            #expect(try await redis.keys("levee:{00}:p:*") == [])
            #expect(try await redis.store.examine(repair: false).isSound)
        }
    }
}
