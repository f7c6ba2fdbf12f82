// The estimates of arrivals and service times.

import LeveeCore
import Testing

@Suite struct ScalingRatesTests {
    private var rates = ScalingRates()
    private var load = QueueLoad()
    private var second = 0

    /// Lets time pass in readings of two seconds.
    private mutating func pass(_ seconds: Int, entering: Int = 0, ending: Int = 0, of service: Duration = .zero) {
        for _ in 0..<(seconds / 2) {
            second += 2
            load.entered += entering
            load.ended += ending
            load.busy += service * ending
            rates.observe(load, at: Timestamp(milliseconds: Int64(second) * 1_000))
        }
    }

    @Test mutating func arrivalsAreFoundWithinAFewWindows() {
        #expect(rates.arrivalsPerSecond == 0)
        pass(2, entering: 500)
        #expect(rates.arrivalsPerSecond == 0, "the first reading is only a beginning")
        pass(30, entering: 20)
        #expect((5...8).contains(rates.arrivalsPerSecond))
        pass(150, entering: 20)
        #expect((9.9...10).contains(rates.arrivalsPerSecond))
        pass(180)
        #expect(rates.arrivalsPerSecond < 0.1)
    }

    @Test mutating func theServiceTimeIsAssumedUntilTwentyHaveEnded() {
        pass(40, entering: 1, ending: 1, of: .seconds(3))
        #expect(rates.serviceSeconds(assuming: .seconds(7)) == 7)
        pass(2, entering: 1, ending: 1, of: .seconds(3))
        #expect(rates.serviceSeconds(assuming: .seconds(7)) == 3)
    }

    @Test mutating func slowerJobsShowInTime() {
        pass(300, ending: 20, of: .seconds(1))
        pass(120, ending: 2, of: .seconds(10))
        #expect((6...9.9).contains(rates.serviceSeconds(assuming: .zero)))
    }

    @Test mutating func oneOddJobAfterAQuietHourDoesNotStandForAll() {
        pass(60, ending: 10, of: .seconds(1))
        pass(3_600)
        pass(2, ending: 1, of: .seconds(100))
        #expect((2...4).contains(rates.serviceSeconds(assuming: .zero)))
    }

    @Test mutating func longJobsAreLookedAtForLonger() {
        pass(200, ending: 1, of: .seconds(60))
        pass(30, entering: 2)
        let long = rates.arrivalsPerSecond
        self = ScalingRatesTests()
        pass(200, ending: 1, of: .seconds(1))
        pass(30, entering: 2)
        #expect(long < rates.arrivalsPerSecond / 2)
    }

    @Test mutating func countersThatFallAndReadingsThatAreNotNewerOnlyBeginAnew() {
        pass(120, entering: 4, ending: 4, of: .seconds(1))
        let before = rates.arrivalsPerSecond
        load = QueueLoad()
        pass(2)
        #expect(rates.arrivalsPerSecond == before)
        #expect(rates.serviceSeconds(assuming: .zero) == 1)
        load.entered = 9_000
        rates.observe(load, at: Timestamp(milliseconds: Int64(second) * 1_000))
        #expect(rates.arrivalsPerSecond == before)
        pass(2, entering: 4)
        #expect((1.9...2.1).contains(rates.arrivalsPerSecond))
    }
}
