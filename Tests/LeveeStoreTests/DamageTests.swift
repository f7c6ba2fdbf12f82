// What a damaged job, or a damaged line of figures, does to others: nothing. The doctor mends it; until then all others go on.

import LeveeCore
import LeveeRedis
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct DamageTests {
    /// The figures of a queue in which two jobs of two bytes wait: with a blank too many, a word less, a word that is no number.
    @Test(arguments: [
        "0 0 0 4 2 0 0 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0 ", "0 0  0 4 2 0 0 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0",
        "0 0 0 4 2 0 0 0 0 0 0 0 0 0 2 0 0 0 0 0 0", "many 0 0 4 2 0 0 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0", "nothing",
    ])
    func damagedFiguresHoldUpNoOtherQueue(line: String) async throws {
        try await withRedisStore { redis in
            let store = redis.store
            func damage() async throws {
                _ = try await redis.command("HSET", "levee:{00}:stats:other", "figures", line)
            }
            try await store.tick(lease: leaseTime)
            var ids = [try await store.put()]
            _ = try await store.claim(.by("w1"))
            ids.append(try await store.put(delay: .seconds(2)))
            for _ in 0..<2 { ids.append(try await store.put(queue: "other")) }
            try await damage()

            _ = try await store.overview()
            guard case .page(let page) = try await store.jobs(JobFilter(), after: nil, limit: 10) else {
                Issue.record("the jobs cannot be listed")
                return
            }
            #expect(Set(page.jobs.map(\.id)) == Set(ids))
            for _ in 0..<8 {
                try await redis.advance(by: .seconds(1))
                try await store.tick(lease: leaseTime)
            }
            let after = try await store.examine(repair: false, patience: .zero)
            #expect(after.isSound, "\(after.findings)")

            try await damage()
            ids.append(try await store.put(queue: "other"))
            try await damage()
            #expect(Set(try await store.claim(.by("w2")).map(\.lease.id)) == Set(ids))
            for _ in 0..<2 {
                try await redis.advance(by: .seconds(1))
                try await store.tick(lease: leaseTime)
            }
            let end = try await store.examine(repair: false, patience: .zero)
            #expect(end.isSound, "\(end.findings)")
        }
    }
}
