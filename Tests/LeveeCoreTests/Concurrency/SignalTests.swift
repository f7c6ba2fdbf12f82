// The signals between duties.

import Testing

@testable import LeveeCore

@Suite(.timeLimit(.minutes(1)))
struct SignalTests {
    @Test("a ring that nobody waited for is heard once")
    func ring() async {
        let signal = Signal()
        signal.ring()
        signal.ring()
        #expect(signal.isSet)
        await signal.wait()
        #expect(!signal.isSet)
    }

    @Test("a latch stays open, for any number of tasks")
    func latch() async {
        let latch = Signal.latch()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<10 { group.addTask { await latch.wait() } }
            latch.ring()
            await group.waitForAll()
        }
        await latch.wait()
        #expect(latch.isSet)
    }

    @Test("canceling one that waits leaves the signal as it is")
    func cancellation() async {
        let signal = Signal()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await signal.wait() }
            group.cancelAll()
        }
        #expect(!signal.isSet)
        await signal.wait(atMost: .milliseconds(1))
        #expect(!signal.isSet)
        signal.ring()
        await signal.wait()
    }

    @Test("an operation is canceled by its latch, and what it comes to is told either way")
    func canceledBy() async {
        let latch = Signal.latch()
        #expect(await canceled(by: latch) { 1 } == 1)
        #expect(!latch.isSet)
        latch.ring()
        let stopped = await canceled(by: latch) { () -> Bool in
            try? await Task.sleep(for: .seconds(3_600))
            return Task.isCancelled
        }
        #expect(stopped == true)
    }

    @Test("what is shielded does not notice cancellation")
    func shield() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await shielded { #expect(!Task.isCancelled) } }
            group.cancelAll()
        }
    }
}
