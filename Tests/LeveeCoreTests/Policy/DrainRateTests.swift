// The estimate of how fast a queue drains.

import LeveeCore
import Testing

@Suite struct DrainRateTests {
    private func figures(left: Int) -> QueueFigures { QueueFigures(left: [0, left, 0]) }

    private func time(_ second: Int) -> Timestamp { Timestamp(milliseconds: Int64(second) * 1_000) }

    @Test func oneReadingTellsNothing() {
        var rate = DrainRate()
        #expect(rate.perSecond == nil)
        rate.observe(figures(left: 100), at: time(0))
        #expect(rate.perSecond == nil)
    }

    @Test func aSteadyPaceIsFoundAtOnceAndAChangeInTime() throws {
        var rate = DrainRate()
        for second in 0...20 { rate.observe(figures(left: second * 10), at: time(second)) }
        #expect(try #require(rate.perSecond) == 10)
        for second in 21...140 { rate.observe(figures(left: 200), at: time(second)) }
        #expect(try #require(rate.perSecond) < 0.5)
    }

    @Test func readingsOutOfOrderAndACounterBegunAnewDoNoHarm() throws {
        var rate = DrainRate()
        rate.observe(figures(left: 10), at: time(1))
        rate.observe(figures(left: 20), at: time(2))
        rate.observe(figures(left: 15), at: time(2))
        rate.observe(figures(left: 0), at: time(3))
        rate.observe(figures(left: 10), at: time(4))
        #expect(try #require(rate.perSecond) == 10)
    }
}
