// The scripts against the model: seeded random operations on both, compared after every step, and examined by the doctor.

import Foundation
import LeveeCore
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct ModelTests {
    /// Ten seeds, or as many as LEVEE_SEEDS says: then it is a soak.
    private static let seeds: [UInt64] = {
        let count = ProcessInfo.processInfo.environment["LEVEE_SEEDS"].flatMap { UInt64($0) } ?? 10
        return Array(1...max(1, count))
    }()

    @Test(arguments: seeds)
    func scriptsDoWhatTheModelDoes(seed: UInt64) async throws {
        let seen = try await run(seed: seed, steps: 300)
        #expect(!seen.isEmpty, "seed \(seed)")
    }

    @Test func everyTransitionIsReachedAndNoOther() async throws {
        var seen: Set<JobTransition> = []
        // Rare ones take some walks: as many as it takes, within reason.
        for seed in 100..<112 as Range<UInt64> where seen != JobTransition.all {
            seen.formUnion(try await run(seed: seed, steps: 500))
        }
        #expect(seen == JobTransition.all)
    }

    /// Runs random steps on both stores and returns the transitions that the logs show.
    private func run(seed: UInt64, steps: Int) async throws -> Set<JobTransition> {
        let found = Found()
        try await withRedisStore(secret: RandomWalk.secret, ahead: RandomWalk.ahead) { redis in
            let memory = InMemoryStore(clock: { redis.time.now })
            var walk = RandomWalk(seed: seed, left: redis.store, right: memory)
            for step in 0..<steps {
                if let pause = walk.pause() { try await redis.advance(by: pause) }
                try await walk.step()
                let difference = try await walk.difference()
                try #require(difference == nil, "seed \(seed), step \(step), \(walk.last): \(difference ?? "")")
                guard step % 8 == 7 || step > steps - 10 else { continue }
                let findings = try await redis.store.examine(repair: false, patience: .zero).findings
                try #require(findings.isEmpty, "seed \(seed), step \(step), \(walk.last): \(findings)")
            }
            found.add(try await walk.transitions())
        }
        return found.all
    }
}
