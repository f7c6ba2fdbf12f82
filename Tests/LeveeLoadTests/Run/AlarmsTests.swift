// The heap of alarms.

import NIOCore
import Testing

@testable import LeveeLoad

struct AlarmsTests {
    private func time(_ milliseconds: UInt64) -> NIODeadline { .uptimeNanoseconds(milliseconds * 1_000_000) }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `alarms go off in the order of their times`(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        var alarms = Alarms()
        let times = (0..<500).map { _ in UInt64.random(in: 0...200, using: &generator) }
        for (slot, milliseconds) in times.enumerated() { alarms.set(slot, at: time(milliseconds)) }
        #expect(alarms.earliest == times.min().map(time))
        var rung: [Int] = []
        while let slot = alarms.popDue(at: time(200)) { rung.append(slot) }
        #expect(rung.map { times[$0] } == times.sorted())
        #expect(Set(rung).count == times.count)
        #expect(alarms.earliest == nil)
    }

    @Test func `nothing goes off early`() {
        var alarms = Alarms()
        alarms.set(1, at: .uptimeNanoseconds(4_000_001))
        #expect(alarms.earliest == time(5))
        #expect(alarms.popDue(at: .uptimeNanoseconds(4_999_999)) == nil)
        #expect(alarms.popDue(at: time(5)) == 1)
        #expect(alarms.popDue(at: time(5)) == nil)
    }
}
