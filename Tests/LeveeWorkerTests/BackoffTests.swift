// The pauses between two tries at a store that does not answer.

import Testing

@testable import LeveeWorker

@Suite
struct BackoffTests {
    @Test("pauses grow up to five seconds")
    func backoff() {
        var backoff = Backoff()
        for bound in [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5] {
            let pause = backoff.next()
            #expect(pause <= .seconds(bound) && pause >= .seconds(bound / 2))
        }
        backoff.reset()
        #expect(backoff.next() <= .seconds(0.1))
    }
}
