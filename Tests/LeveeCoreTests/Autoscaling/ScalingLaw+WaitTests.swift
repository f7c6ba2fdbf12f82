// The scaling law on lines that wait although they should not, and on queues that no worker can help.

import LeveeCore
import Testing

@Suite struct ScalingLawWaitTests {
    /// A fleet of ten whose few waiting jobs would not ask for more, but have waited for one and a half targets.
    private func late() throws -> LawBench {
        var bench = try LawBench(workers: 10)
        bench.jobs.ready = 20
        bench.jobs.inFlight = 20
        bench.figures.oldestReady = .seconds(15)
        return bench
    }

    @Test func aLineThatHasWaitedTooLongAsksForMoreInProportion() throws {
        var bench = try late()
        #expect(bench.read(for: .seconds(4)).last?.desired == 15)
        // They get the time to show what they can do.
        bench.jobs.inFlight = 30
        #expect(bench.read(for: .seconds(8)).allSatisfy { $0.desired == 15 })
    }

    @Test func itAsksForTwiceAsManyAtMost() throws {
        var bench = try late()
        bench.figures.oldestReady = .seconds(900)
        #expect(bench.read(for: .seconds(4)).last?.desired == 20)
    }

    @Test func whileSlotsAreFreeTheWaitIsNotForWorkers() throws {
        var bench = try late()
        bench.jobs.inFlight = 15
        #expect(bench.read(for: .seconds(20)).allSatisfy { $0.desired == 10 })
    }

    @Test func aQueueAtItsCapWaitsForItself() throws {
        var bench = try late()
        bench.jobs.concurrency = 20
        bench.jobs.ready = 5_000
        #expect(bench.read(for: .seconds(20)).allSatisfy { $0.desired == 10 })
        bench.jobs.concurrency = 30
        #expect(bench.read(for: .seconds(4)).last?.desired == 15)
    }

    @Test func aQueueThatItsRateHoldsBackWaitsForItself() throws {
        var bench = try late()
        bench.jobs.rate = StartRate(16, per: .second)
        bench.jobs.ready = 5_000
        #expect(bench.read(for: .seconds(20)).allSatisfy { $0.desired == 10 })
        bench.jobs.rate = StartRate(24, per: .second)
        #expect(bench.read(for: .seconds(4)).last?.desired == 15)
    }

    @Test func aPausedQueueAsksForNothing() throws {
        var bench = try LawBench(workers: 2)
        bench.figures.queues["paused"] = QueueLoad(ready: 5_000, isPaused: true)
        #expect(bench.read(for: .seconds(20)).allSatisfy { $0.desired == 2 })
        bench.figures.queues["paused"]?.isPaused = false
        #expect(bench.read(for: .seconds(4)).last?.desired == 6)
    }

    @Test func eachQueueCountsWithItsOwnServiceTime() throws {
        var bench = try LawBench(workers: 1)
        bench.figures.queues = ["films": QueueLoad(), "thumbnails": QueueLoad()]
        bench.read()
        bench.figures.queues["films"] = QueueLoad(entered: 20, ended: 20, busy: .seconds(400))
        bench.figures.queues["thumbnails"] = QueueLoad(entered: 1_000, ended: 1_000, busy: .seconds(10))
        bench.read()
        bench.read(for: .seconds(600))
        bench.figures.queues["thumbnails"]?.ready = 100
        #expect(bench.read(for: .seconds(4)).last?.desired == 1)
        bench.figures.queues["films"]?.ready = 4
        #expect(bench.read(for: .seconds(4)).last?.desired == 5)
    }
}
