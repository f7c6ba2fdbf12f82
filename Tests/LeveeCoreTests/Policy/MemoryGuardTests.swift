// When a store is full, and when it is not any more.

import LeveeCore
import Testing

@Suite struct MemoryGuardTests {
    private func verdicts(_ percents: [Int], threshold: Int = 90) -> [Bool] {
        var guardian = MemoryGuard(threshold: threshold)
        return percents.map { percent in
            let before = guardian.isFull
            let hasChanged = guardian.observe(StoreMemory(used: percent * 10, limit: 1_000))
            #expect(hasChanged == (before != guardian.isFull))
            return guardian.isFull
        }
    }

    @Test func itIsFullFromTheThresholdOnUntilWellBelowIt() {
        #expect(
            verdicts([0, 89, 90, 89, 88, 87, 88, 90, 100]) == [
                false, false, true, true, true, false, false, true, true,
            ]
        )
    }

    @Test func withoutALimitItIsNeverFull() {
        var guardian = MemoryGuard(threshold: 1)
        let hasChanged = guardian.observe(StoreMemory(used: .max, limit: nil))
        #expect(!hasChanged)
        #expect(!guardian.isFull)
    }
}
