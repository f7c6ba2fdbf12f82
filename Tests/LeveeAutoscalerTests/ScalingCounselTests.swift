// The law obeyed, and only listened to.

import LeveeCore
import Testing

@testable import LeveeAutoscaler

@Suite struct ScalingCounselTests {
    /// Three readings of 150 waiting jobs, for five workers of one slot, where one lives.
    private func verdicts(isObeyed: Bool, found: [Int]) throws -> [String] {
        var counsel = ScalingCounsel(
            policy: try ScalingPolicy(min: 1, max: 10, slotsPerWorker: 1),
            isObeyed: isObeyed
        )
        return found.enumerated().map { index, workers in
            let time = Timestamp(milliseconds: 1_000_000 + Int64(index) * 2_000)
            let queues = ["default": QueueLoad(ready: 150, entered: 150)]
            let verdict = counsel.decide(ScalingFigures(time: time, queues: queues, workers: workers))
            return String(verdict.reason.prefix { $0 != ":" })
        }
    }

    @Test("whoever is obeyed counts with what was ordered")
    func obeyed() throws {
        #expect(try verdicts(isObeyed: true, found: [1, 1, 1]) == ["hold 1", "up 1 -> 5", "hold 5"])
    }

    @Test("whoever is not says the same again")
    func rehearsed() throws {
        #expect(try verdicts(isObeyed: false, found: [1, 1, 1]) == ["hold 1", "up 1 -> 5", "up 1 -> 5"])
    }

    @Test("whoever is not goes on from what others have made of the fleet")
    func overtaken() throws {
        #expect(try verdicts(isObeyed: false, found: [1, 1, 5, 5]) == ["hold 1", "up 1 -> 5", "hold 5", "hold 5"])
        #expect(
            try verdicts(isObeyed: false, found: [3, 3, 2, 2]) == ["hold 3", "up 3 -> 5", "up 2 -> 5", "up 2 -> 5"]
        )
    }

    @Test("whoever is not says the same for as long as nothing changes")
    func steadfast() throws {
        let later = try verdicts(isObeyed: false, found: [Int](repeating: 1, count: 60)).dropFirst()
        #expect(Set(later) == ["up 1 -> 5"])
    }
}
