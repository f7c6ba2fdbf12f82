// Plans of faults: drawn from a seed, and rough enough.

import LeveeChaos
import Testing

@Suite struct FaultPlanTests {
    @Test("The same seed gives the same plan, another one another")
    func isDeterministic() {
        let plan = FaultPlan(seed: 7, duration: 60, lease: 5)
        #expect(plan == FaultPlan(seed: 7, duration: 60, lease: 5))
        #expect(plan != FaultPlan(seed: 8, duration: 60, lease: 5))
    }

    @Test("Two minutes have fifty kills, five ends of Redis and every kind of fault", arguments: 0..<400)
    func isRough(seed: UInt64) {
        let faults = FaultPlan(seed: seed, duration: 120, lease: 5).faults
        #expect(faults.count { $0.kind == .killWorker || $0.kind == .killFrontEnd } >= 55)
        #expect(faults.count { $0.kind == .killRedis || $0.kind == .tearFile } >= 5)
        for kind in Fault.Kind.allCases { #expect(faults.contains { $0.kind == kind }) }
        #expect(faults.contains { $0.kind == .stopWorker && $0.lasts > .seconds(5) })
        #expect(faults.contains { $0.kind == .stopRedis && $0.lasts > .seconds(5) })
        #expect(faults.contains { $0.kind == .stopRedis && $0.lasts < .seconds(5) })
    }

    @Test("A plan of drains has nothing else, one of none nothing", arguments: 0..<20)
    func isChosen(seed: UInt64) {
        let drains = FaultPlan(.drains, seed: seed, duration: 60, lease: 5)
        #expect(Set(drains.counts.keys) == ["drain-worker", "retire-worker"])
        #expect(drains.counts.values.reduce(0, +) == drains.faults.count && drains.faults.count >= 14)
        #expect(FaultPlan(.none, seed: seed, duration: 60, lease: 5).faults.isEmpty)
    }

    @Test("Redis has one trouble at a time", arguments: 0..<400)
    func troublesRedisOneByOne(seed: UInt64) {
        let kinds: Set<Fault.Kind> = [
            .killRedis, .tearFile, .stopRedis, .busyRedis, .reloadRedis, .fillRedis, .clockForward, .clockBack,
        ]
        let troubles = FaultPlan(seed: seed, duration: 120, lease: 5).faults.filter { kinds.contains($0.kind) }
        for (one, next) in zip(troubles, troubles.dropFirst()) { #expect(one.at + one.lasts < next.at) }
    }

    @Test("There are spells in which workers are lost and nothing else goes wrong", arguments: 0..<400)
    func hasQuietSpells(seed: UInt64) {
        let harmless: Set<Fault.Kind> = [
            .killWorker, .stopWorker, .stopFrontEnd, .flushScripts, .drainWorker, .retireWorker,
        ]
        let faults = FaultPlan(seed: seed, duration: 120, lease: 5).faults
        let others = faults.filter { !harmless.contains($0.kind) }
        let spells = zip(others, others.dropFirst()).filter { $1.at - $0.at > .seconds(9) }
        #expect(!spells.isEmpty)
        for (begin, end) in spells {
            #expect(faults.contains { $0.kind == .stopWorker && begin.at < $0.at && $0.at < end.at })
        }
    }

    @Test("The clock jumps by an hour at least, and by more than the run takes", arguments: [30.0, 120, 9_000])
    func jumpsFar(duration: Double) {
        let faults = FaultPlan(seed: 3, duration: duration, lease: 5).faults
        let jumps = faults.filter { $0.kind == .clockForward || $0.kind == .clockBack }
        #expect(jumps.allSatisfy { Double($0.size) > max(3_599, duration + 600) })
    }

    @Test("Faults come in order and within the time", arguments: [1.0, 10, 33])
    func isInTime(duration: Double) {
        let times = FaultPlan(seed: 3, duration: duration, lease: 5).faults.map(\.at)
        #expect(times == times.sorted())
        #expect(times.allSatisfy { $0 >= .zero && $0 <= .seconds(duration) })
    }
}
