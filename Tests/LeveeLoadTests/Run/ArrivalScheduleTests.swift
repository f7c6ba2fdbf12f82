// Arrivals by seed.

import Testing

@testable import LeveeLoad

struct ArrivalScheduleTests {
    private func times(_ arrivals: Arrivals, seed: UInt64, atMost count: Int = 100_000) -> [Double] {
        var schedule = ArrivalSchedule(arrivals, seed: seed)
        var times: [Double] = []
        while times.count < count, let time = schedule.next() { times.append(time) }
        return times
    }

    @Test func `the same seed gives the same arrivals, another one others`() {
        let steps = Arrivals.steps([.init(rate: 50, seconds: 2), .init(rate: 10, seconds: 3)])
        #expect(times(steps, seed: 7) == times(steps, seed: 7))
        #expect(times(steps, seed: 7) != times(steps, seed: 8))
    }

    @Test func `gaps are exponential`() {
        let times = times(.poisson(rate: 200), seed: 1, atMost: 40_000)
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        let mean = gaps.reduce(0, +) / Double(gaps.count)
        #expect(abs(mean * 200 - 1) < 0.03)
        // Of exponential gaps, 1/e are longer than the mean.
        #expect(abs(Double(gaps.count { $0 > mean }) / Double(gaps.count) - 0.3679) < 0.01)
        #expect(gaps.allSatisfy { $0 >= 0 })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `steps hold their rates for their times, and then it is over`(seed: UInt64) {
        let times = times(
            .steps([.init(rate: 1_000, seconds: 4), .init(rate: 0, seconds: 2), .init(rate: 100, seconds: 10)]),
            seed: seed
        )
        let first = times.count { $0 < 4 }
        let third = times.count { $0 >= 6 && $0 < 16 }
        #expect(times == times.sorted())
        // Five standard deviations of a Poisson count.
        #expect(abs(first - 4_000) < 317)
        #expect(abs(third - 1_000) < 159)
        #expect(first + third == times.count)
    }
}
