// The scaling law on simulated fleets: it keeps up, it does not overdo it, and it is calm.

import LeveeCore
import Testing

@Suite struct ScalingSimulationTests {
    /// What a failure is to be understood by.
    private func story(_ workload: Workload, _ seed: UInt64, _ trace: ScalingTrace) -> Comment {
        "\(workload.name), seed \(seed):\n\(trace.table)"
    }

    @Test(arguments: Workload.steps + [.slower], 1...3 as ClosedRange<UInt64>)
    func aLoadThatRisesIsMetWithinThreeTargets(workload: Workload, seed: UInt64) throws {
        let trace = try FleetSimulation.run(workload, seed: seed)
        let settled = workload.changesAt + 3 * workload.targetWait
        #expect(trace.longestWait(from: settled) <= workload.targetWait, story(workload, seed, trace))
        for row in trace.rows where row.time >= settled {
            let busy = workload.rate(row.time) * workload.service(row.time)
            #expect(Double(row.verdict.desired * workload.slotsPerWorker) >= busy, story(workload, seed, trace))
        }
        let late = trace.reversals.filter { $0 >= settled }
        #expect(zip(late, late.dropFirst()).allSatisfy { $1 - $0 >= 60 }, story(workload, seed, trace))
        let slots = Double((trace.mostDesired - 1) * workload.slotsPerWorker)
        #expect(slots <= 1.5 * trace.mostSteadySlots, story(workload, seed, trace))
    }

    @Test(arguments: Workload.steady, 1...6 as ClosedRange<UInt64>)
    func aSteadyLoadTurnsTheFleetAtMostOnceAMinute(workload: Workload, seed: UInt64) throws {
        let trace = try FleetSimulation.run(workload, seed: seed)
        let turns = trace.reversals
        #expect(zip(turns, turns.dropFirst()).allSatisfy { $1 - $0 >= 60 }, story(workload, seed, trace))
        #expect(trace.longestWait(from: 0) <= workload.targetWait, story(workload, seed, trace))
        let slots = Double((trace.mostDesired - 1) * workload.slotsPerWorker)
        #expect(slots <= 1.5 * trace.mostIdealSlots, story(workload, seed, trace))
    }

    @Test(arguments: [Workload.burst, .burstOnLoad], 1...4 as ClosedRange<UInt64>)
    func aBurstIsDrainedWithinTheTargetAndTheTimeToGrow(workload: Workload, seed: UInt64) throws {
        let trace = try FleetSimulation.run(workload, seed: seed)
        let grow = try workload.policy().growthPeriod.inSeconds + FleetSimulation.boot
        #expect(trace.longestWait(from: 0) <= workload.targetWait + grow, story(workload, seed, trace))
        let slots = Double((trace.mostDesired - 1) * workload.slotsPerWorker)
        #expect(slots <= 1.5 * trace.mostIdealSlots, story(workload, seed, trace))
        #expect(trace.reversals.count == 1, story(workload, seed, trace))
        let last = try #require(trace.rows.last).verdict.desired
        #expect(
            Double(last * workload.slotsPerWorker) <= 1.5 * workload.rate(0) / 0.8 + 2,
            story(workload, seed, trace)
        )
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func aTideIsFollowed(seed: UInt64) throws {
        let trace = try FleetSimulation.run(.sine, seed: seed)
        #expect(trace.longestWait(from: 0) <= Workload.sine.targetWait, story(.sine, seed, trace))
        for tide in 0..<3 {
            let rows = trace.rows.filter { ($0.time / 600).rounded(.down) == Double(tide) }
            let high = rows.map(\.verdict.desired).max() ?? 0
            #expect((9...18).contains(high), story(.sine, seed, trace))
        }
        let ebbs = trace.rows.filter { (1_200...1_260).contains($0.time) }.map(\.verdict.desired)
        #expect(try #require(ebbs.min()) <= 6, story(.sine, seed, trace))
        #expect(trace.reversals.count <= 7, story(.sine, seed, trace))
    }

    @Test func withNothingToDoTheFleetGoesHomeAndStaysThere() throws {
        let trace = try FleetSimulation.run(.nothing, seed: 1, workers: 4)
        #expect(trace.rows.allSatisfy { $0.verdict.change != .up }, story(.nothing, 1, trace))
        #expect(trace.rows.filter { $0.time < 120 }.allSatisfy { $0.verdict.desired > 0 }, story(.nothing, 1, trace))
        #expect(trace.rows.last?.verdict.desired == 0, story(.nothing, 1, trace))
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func aFleetThatWentHomeComesBack(seed: UInt64) throws {
        var workload = Workload.burst
        workload.min = 0
        workload.length = 1_200
        workload.bursts = [(401, 100), (800.5, 1)]
        let trace = try FleetSimulation.run(workload, seed: seed, workers: 1)
        let home = trace.rows.filter { $0.verdict.desired == 0 }.map(\.time)
        #expect(home.contains { $0 < 401 } && home.contains { 402...800 ~= $0 } && home.contains { $0 > 802 })
        #expect(trace.waits.count == 101, story(workload, seed, trace))
        #expect(trace.waits.last.map { $0.wait < 2 * FleetSimulation.interval } == true, story(workload, seed, trace))
    }

    @Test(arguments: Workload.all + [.bounded], 5...6 as ClosedRange<UInt64>)
    func whateverComesTheRulesHold(workload: Workload, seed: UInt64) throws {
        let trace = try FleetSimulation.run(workload, seed: seed, workers: Swift.max(workload.min, 1))
        let violations = trace.violations(of: try workload.policy())
        #expect(violations.isEmpty, "\(workload.name), seed \(seed): \(violations.joined(separator: "\n"))")
        #expect(trace.rows.count == Int(workload.length / FleetSimulation.interval))
    }

    @Test func aSeedTellsTheSameStoryTwice() throws {
        let first = try FleetSimulation.run(.burstOnLoad, seed: 7)
        let second = try FleetSimulation.run(.burstOnLoad, seed: 7)
        #expect(first.rows.map(\.verdict) == second.rows.map(\.verdict))
    }
}
