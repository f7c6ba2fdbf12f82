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

    @Test("Two minutes have fifty kills, five ends of Redis and every kind of fault", arguments: 0..<50)
    func isRough(seed: UInt64) {
        let faults = FaultPlan(seed: seed, duration: 120, lease: 5).faults
        #expect(faults.count { $0.kind == .killWorker || $0.kind == .killFrontEnd } >= 55)
        #expect(faults.count { $0.kind == .killRedis } >= 5)
        for kind in Fault.Kind.allCases { #expect(faults.contains { $0.kind == kind }) }
        #expect(faults.contains { $0.kind == .stopWorker && $0.lasts > .seconds(5) })
    }

    @Test("Faults come in order and within the time", arguments: [1.0, 10, 33])
    func isInTime(duration: Double) {
        let times = FaultPlan(seed: 3, duration: duration, lease: 5).faults.map(\.at)
        #expect(times == times.sorted())
        #expect(times.allSatisfy { $0 >= .zero && $0 <= .seconds(duration) })
    }
}
