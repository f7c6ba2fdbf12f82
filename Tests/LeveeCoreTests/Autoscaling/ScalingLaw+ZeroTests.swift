// The scaling law at the end of the day: when the last worker goes, and when the first comes back.

import LeveeCore
import Testing

@Suite struct ScalingLawZeroTests {
    @Test func theLastWorkerGoesAfterTwoMinutesOfNothing() throws {
        var bench = try LawBench(min: 0)
        let verdicts = bench.read(for: .seconds(130))
        #expect(verdicts.prefix(60).allSatisfy { $0.desired == 1 })
        #expect(verdicts[60].change == .down)
        #expect(verdicts.dropFirst(60).allSatisfy { $0.desired == 0 })
    }

    @Test func itStaysIfItHasToBeOne() throws {
        var bench = try LawBench(min: 1)
        #expect(bench.read(for: .seconds(600)).allSatisfy { $0.desired == 1 })
    }

    @Test func itStaysForAJobThatRunsIsReadyOrComesAndGoesUnseen() throws {
        for change in [{ $0.jobs.inFlight = 1 }, { $0.jobs.ready = 1 }, { $0.enteredEach = 1 }]
            as [(inout LawBench) -> Void]
        {
            var bench = try LawBench(min: 0)
            change(&bench)
            #expect(bench.read(for: .seconds(600)).allSatisfy { $0.desired == 1 })
        }
    }

    @Test func itStaysForAJobThatIsSoonDue() throws {
        var bench = try LawBench(min: 0)
        bench.figures.nextDue = Timestamp(milliseconds: 180_000)
        #expect(bench.read(for: .seconds(170)).allSatisfy { $0.desired == 1 })
    }

    @Test func theFirstComesBackJustBeforeAJobFallsDue() throws {
        var bench = try LawBench(min: 0)
        bench.figures.nextDue = Timestamp(milliseconds: 600_000)
        let verdicts = bench.read(for: .seconds(600))
        #expect(verdicts[200].desired == 0)
        #expect(verdicts.lastIndex { $0.desired == 0 } == 296)
        #expect(verdicts[297].change == .up)
    }

    @Test func fromZeroOneReadingIsEnough() throws {
        var bench = try LawBench(min: 0, workers: 0)
        #expect(bench.read(for: .seconds(20)).allSatisfy { $0.desired == 0 })
        bench.jobs.ready = 70
        #expect(bench.read().desired == 4)
    }

    @Test func aTraceOfOldArrivalsDoesNotCallTheFirstWorker() throws {
        var bench = try LawBench(min: 0, workers: 0)
        bench.enteredEach = 20
        bench.figures.manualTarget = 0
        bench.read(for: .seconds(60))
        bench.enteredEach = 0
        bench.figures.manualTarget = nil
        #expect(bench.read(for: .seconds(60)).allSatisfy { $0.desired == 0 })
    }
}
