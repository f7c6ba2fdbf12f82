// Backoff: doubles, is capped, and never brings all back at once.

import LeveeCore
import LeveeTestSupport
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(maxAttempts: 9, base: .seconds(2), cap: .seconds(30))

    @Test(arguments: [(1, 2_000), (2, 4_000), (3, 8_000), (4, 16_000), (5, 30_000), (60, 30_000), (Int.max, 30_000)])
    func delaysLieBetweenHalfAndTheWhole(failures: Int, full: Int) {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<200 {
            let delay = policy.delay(afterFailures: failures, using: &generator).milliseconds
            #expect((Int64(full / 2)...Int64(full)).contains(delay), "seed 3")
        }
    }

    @Test func delaysDiffer() {
        var generator = SeededGenerator(seed: 4)
        let delays = Set((0..<50).map { _ in policy.delay(afterFailures: 3, using: &generator).milliseconds })
        #expect(delays.count > 40)
    }

    @Test func noBaseMeansNoDelay() {
        var generator = SeededGenerator(seed: 5)
        #expect(RetryPolicy(base: .zero).delay(afterFailures: 4, using: &generator) == .zero)
    }
}
