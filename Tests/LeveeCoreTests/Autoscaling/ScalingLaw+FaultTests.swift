// The scaling law when something is amiss: stale figures, dead workers, clocks, operators.

import LeveeCore
import Testing

@Suite struct ScalingLawFaultTests {
    @Test func staleFiguresHoldTheFleet() throws {
        var bench = try LawBench(workers: 3)
        bench.jobs.ready = 500
        bench.read()
        bench.figures.age = .seconds(12)
        let verdict = bench.read()
        #expect(verdict == ScalingVerdict(desired: 3, change: .hold, reason: "hold 3: the figures are 12 s old"))
        bench.figures.age = .zero
        // What was agreed on before the gap does not count after it.
        #expect(bench.read().desired == 3)
        #expect(bench.read().desired == 7)
    }

    @Test func theSameReadingShownAgainIsNoSecondOpinion() throws {
        var bench = try LawBench()
        bench.jobs.ready = 500
        bench.read()
        bench.figures.age = .seconds(4)
        #expect(bench.read(after: .zero).reason == "hold 1: no new figures for 4 s")
    }

    @Test(arguments: [true, false])
    func afterAGapAWindowIsWatchedAnew(isTold: Bool) throws {
        var bench = try LawBench(workers: 10)
        bench.read(for: .seconds(58))
        if isTold {
            bench.figures.age = .seconds(20)
            bench.read(after: .zero)
            bench.figures.age = .zero
        }
        #expect(bench.read(after: .seconds(20)).desired == 10)
        #expect(bench.read(for: .seconds(58)).allSatisfy { $0.desired == 10 })
        #expect(bench.read().desired == 8)
    }

    @Test func aClockThatGoesBackBeginsAnew() throws {
        var bench = try LawBench(workers: 10)
        bench.read(for: .seconds(58))
        #expect(bench.read(after: .seconds(-3_600)).desired == 10)
        #expect(bench.read(for: .seconds(58)).allSatisfy { $0.desired == 10 })
        #expect(bench.read().desired == 8)
    }

    @Test func deadWorkersAreReplaced() throws {
        var bench = try LawBench(workers: 5)
        bench.read()
        bench.figures.workers = 3
        #expect(bench.read().change == .hold)
        bench.figures.workers = 3
        let verdict = bench.read()
        #expect(verdict.change == .up)
        #expect(verdict.desired == 5)
        #expect(verdict.reason.hasPrefix("up 3 -> 5: 2 of 5 missing; 0 jobs wait"))
        #expect(bench.read().change == .hold)
    }

    @Test func workersFromElsewhereShrinkByTheRules() throws {
        var bench = try LawBench(workers: 1)
        bench.read(for: .seconds(10))
        bench.figures.workers = 8
        #expect(bench.read().desired == 1, "those who were told to go may take a moment")
        bench.figures.workers = 8
        let verdict = bench.read()
        #expect((verdict.desired, verdict.change) == (8, .hold))
        #expect(verdict.reason.hasPrefix("hold 8: 8 found where 1 were ordered; 0 jobs wait"))
        let later = bench.read(for: .seconds(100))
        #expect(later.first { $0.change == .down }?.desired == 6, "a quarter at a time")
    }

    @Test func workersThatTakeTheirTimeToGoAreNotKept() throws {
        var bench = try LawBench(workers: 8)
        bench.read(for: .seconds(60))
        #expect(bench.read().desired == 6)
        for _ in 0..<10 {
            bench.figures.workers = 8
            #expect(bench.read().desired == 6)
        }
    }

    @Test func aRehearsalSaysTheSameUntilTheFleetIsMoved() throws {
        var bench = try LawBench(workers: 8)
        bench.read(for: .seconds(60))
        var law = bench.law
        for second in stride(from: 2, to: 120, by: 2) {
            bench.figures.time = bench.figures.time + .seconds(2)
            bench.figures.workers = second < 60 ? 8 : 6
            let verdict = law.rehearse(bench.figures)
            #expect(verdict.reason.hasPrefix(second < 60 ? "down 8 -> 6: " : "down 6 -> 5: "), "\(verdict.reason)")
        }
    }

    @Test func anOperatorsNumberWinsUntilItIsTakenBack() throws {
        var bench = try LawBench(workers: 2)
        bench.jobs.ready = 500
        bench.figures.manualTarget = 60
        for verdict in bench.read(for: .seconds(120)) {
            #expect(verdict == ScalingVerdict(desired: 60, change: .hold, reason: "hold 60: scaled by hand to 60"))
        }
        bench.figures.age = .seconds(60)
        #expect(bench.read(after: .zero).desired == 60)
        bench.figures.age = .zero
        bench.figures.manualTarget = nil
        bench.figures.workers = 4
        #expect(bench.read().desired == 4)
        #expect(bench.read().desired == 8)
    }

    @Test func whereMoreWouldNotHelpTheFleetDoesNotGrow() throws {
        var bench = try LawBench(workers: 2)
        bench.jobs.ready = 500
        bench.figures.obstacle = "Redis is at 92 % of a core"
        #expect(bench.read(for: .seconds(20)).allSatisfy { $0.desired == 2 })
        #expect(bench.read().reason.hasSuffix("wants 25, but Redis is at 92 % of a core"))
        bench.figures.obstacle = nil
        #expect(bench.read().desired == 6)
    }

    @Test func aStoreThatWasEmptiedIsNoRush() throws {
        var bench = try LawBench(workers: 4)
        bench.jobs = QueueLoad(entered: 1_000_000, ended: 1_000_000, busy: .seconds(90_000))
        bench.read(for: .seconds(20))
        bench.jobs = QueueLoad()
        #expect(bench.read(for: .seconds(10)).allSatisfy { $0.desired == 4 })
        bench.jobs = QueueLoad(entered: 1, ended: 1, busy: .seconds(1))
        #expect(bench.read(for: .seconds(10)).allSatisfy { $0.desired == 4 })
    }
}
