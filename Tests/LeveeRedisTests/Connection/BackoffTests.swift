// How the wait between attempts grows.

import LeveeRedis
import Testing

@Suite struct BackoffTests {
    @Test func theCeilingDoublesUpToTheCap() {
        let backoff = Backoff(base: .milliseconds(50), cap: .seconds(2))
        let ceilings = (1...8).map { backoff.ceiling(failures: $0) }
        #expect(ceilings == [50, 100, 200, 400, 800, 1600, 2000, 2000].map { .milliseconds($0) })
        #expect(backoff.ceiling(failures: .max) == .seconds(2))
    }

    @Test func theDelayLiesAnywhereBelowTheCeiling() {
        let backoff = Backoff()
        var generator = SystemRandomNumberGenerator()
        let delays = (0..<1_000).map { _ in backoff.delay(failures: 3, using: &generator) }
        #expect(delays.allSatisfy { $0 >= .zero && $0 <= .milliseconds(200) })
        #expect(delays.contains { $0 < .milliseconds(100) } && delays.contains { $0 > .milliseconds(100) })
    }
}
