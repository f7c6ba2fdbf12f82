// The scaling law, rule by rule.

import LeveeCore
import Testing

@Suite struct ScalingLawTests {
    @Test func aBacklogAsksForWhatDrainsItInTimeAndSaysSo() throws {
        var bench = try LawBench(workers: 2)
        bench.jobs.ready = 41
        bench.figures.oldestReady = .seconds(7)
        #expect(
            bench.read().reason == "hold 2: 41 jobs wait, 0.00/s arrive, 1.0 s each, oldest 7 s; wants 3, "
                + "waits for a second reading to agree"
        )
        #expect(
            bench.read()
                == ScalingVerdict(
                    desired: 3,
                    change: .up,
                    reason: "up 2 -> 3: 41 jobs wait, 0.00/s arrive, 1.0 s each, oldest 7 s; wants 3"
                )
        )
    }

    @Test func arrivalsAskForTheSlotsTheyKeepBusyAndAQuarterMore() throws {
        var bench = try LawBench()
        (bench.enteredEach, bench.endedEach, bench.serviceEach) = (16, 16, .seconds(2))
        // 8 a second, of 2 s each, over 0.8: 20 slots.
        #expect(bench.read(for: .seconds(600)).last?.desired == 10)
    }

    @Test func oneReadingIsNoReasonToGrow() throws {
        var bench = try LawBench()
        for round in 0..<10 {
            bench.jobs.ready = round % 2 == 0 ? 100 : 0
            #expect(bench.read().change == .hold)
        }
    }

    @Test func growthIsWhatTheMoreCautiousOfTwoReadingsAsksFor() throws {
        var bench = try LawBench(workers: 10)
        bench.jobs.ready = 300
        bench.read()
        bench.jobs.ready = 240
        #expect(bench.read().desired == 12)
    }

    @Test(arguments: [(1, [1, 5, 5, 5, 5, 5, 10, 10]), (10, [10, 20, 20, 20, 20, 20, 40, 40])])
    func growthIsBounded(workers: Int, desired: [Int]) throws {
        var bench = try LawBench(workers: workers)
        bench.jobs.ready = 900
        #expect(bench.read(for: .seconds(16)).map(\.desired) == desired)
    }

    @Test func aTenthIsNotWorthAChange() throws {
        var bench = try LawBench(workers: 20)
        bench.jobs.ready = 410
        #expect(bench.read(for: .seconds(20)).allSatisfy { $0.desired == 20 })
        bench.jobs.ready = 430
        #expect(bench.read(for: .seconds(20)).last?.desired == 22)
    }

    @Test func aFleetShrinksAfterAWindowInSteps() throws {
        var bench = try LawBench(workers: 10)
        let verdicts = bench.read(for: .seconds(126))
        #expect(verdicts.prefix(30).allSatisfy { $0.desired == 10 })
        #expect(verdicts[29].reason.contains("has not watched for 60 s yet"))
        #expect(verdicts[30].desired == 8)
        #expect(verdicts[31].reason.hasSuffix("one step in 30 s"))
        #expect(verdicts[44].desired == 8)
        #expect(verdicts[45].desired == 6)
        #expect(verdicts[60].desired == 5)
    }

    @Test func onePeakInTheWindowKeepsTheFleet() throws {
        var bench = try LawBench(workers: 10)
        bench.read(for: .seconds(50))
        bench.jobs.ready = 200
        bench.read()
        bench.jobs.ready = 0
        #expect(bench.read(for: .seconds(60)).allSatisfy { $0.desired == 10 })
        #expect(bench.read().desired == 8)
    }

    @Test func aWorkerGoesOnlyIfWhatRemainsHasSomethingToSpare() throws {
        var bench = try LawBench(workers: 10)
        bench.jobs.ready = 175
        #expect(bench.read(for: .seconds(120)).allSatisfy { $0.desired == 10 })
        bench.jobs.ready = 155
        #expect(bench.read(for: .seconds(120)).last?.desired == 9)
        // 3.6 slots and a tenth would fit into two workers, but so small a load varies by more.
        var small = try LawBench(workers: 3)
        small.jobs.ready = 36
        #expect(small.read(for: .seconds(120)).allSatisfy { $0.desired == 3 })
    }

    @Test func whatIsInFlightIsNeverTakenAway() throws {
        var bench = try LawBench(workers: 10)
        bench.jobs.inFlight = 19
        #expect(bench.read(for: .seconds(200)).allSatisfy { $0.desired == 10 })
        bench.jobs.inFlight = 17
        #expect(bench.read(for: .seconds(200)).last?.desired == 9)
    }

    @Test func whatHasShrunkComesBackForASurgeOnly() throws {
        var bench = try LawBench(workers: 6)
        bench.jobs.ready = 81
        bench.read(for: .seconds(64))
        #expect(bench.figures.workers == 5)
        bench.jobs.ready = 110
        #expect(bench.read(for: .seconds(20)).allSatisfy { $0.desired == 5 })
        #expect(bench.read().reason.hasSuffix("wants 6, has let some go just now"))
        bench.jobs.ready = 190
        #expect(bench.read(for: .seconds(4)).last?.desired == 7)
    }

    @Test func theBoundsHoldAtOnce() throws {
        var large = try LawBench(min: 2, max: 4, workers: 9)
        #expect(
            large.read()
                == ScalingVerdict(
                    desired: 4,
                    change: .down,
                    reason: "down 9 -> 4: 0 jobs wait, 0.00/s arrive, 1.0 s each; wants 1, it has to be 2 to 4"
                )
        )
        large.jobs.ready = 1_000
        #expect(large.read(for: .seconds(60)).allSatisfy { $0.desired == 4 })
        #expect(large.read().reason.hasSuffix("wants 50, 4 is the most"))
        var small = try LawBench(min: 2, max: 4, workers: 0)
        #expect(small.read().desired == 2)
        #expect(small.read(for: .seconds(300)).allSatisfy { $0.desired == 2 })
    }
}
