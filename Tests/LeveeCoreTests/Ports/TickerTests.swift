// The ticker: goes on whatever a tick comes to, and stops when it is told.

import LeveeCore
import Synchronization
import Testing

/// An upkeep that fails every other time.
private final class Unsteady: JobUpkeep {
    private let calls = Mutex(0)

    func tick(lease: Duration) async throws(StoreError) -> TickReport? {
        let call = calls.withLock { calls in
            calls += 1
            return calls
        }
        if call % 2 == 0 { throw .unavailable("away") }
        return nil
    }

    func setPaused(_ paused: Bool, queue: String) async throws(StoreError) {}
    func ping() async throws(StoreError) {}
    func memory() async throws(StoreError) -> StoreMemory { StoreMemory(used: 0) }
}

@Suite struct TickerTests {
    @Test(.timeLimit(.minutes(1)))
    func itGoesOnAfterFailuresUntilItIsCanceled() async {
        let (outcomes, heard) = AsyncStream<Result<TickReport?, StoreError>>.makeStream()
        let ticker = Ticker(upkeep: Unsteady(), lease: .seconds(5), interval: .milliseconds(1)) { heard.yield($0) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await ticker.run() }
            var failures = 0
            for await outcome in outcomes {
                if case .failure = outcome { failures += 1 }
                if failures == 3 { break }
            }
            group.cancelAll()
        }
    }
}
