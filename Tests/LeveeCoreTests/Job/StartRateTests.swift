// Rates as they are written, and the bucket that they come to.

import LeveeCore
import Testing

@Suite struct StartRateTests {
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    @Test(arguments: [("10/s", 100_000), ("600/m", 100_000), ("1/h", 3_600_000_000), ("100000/s", 10)])
    func whatIsWrittenIsRead(text: String, interval: Int) throws {
        let rate = try #require(StartRate(text))
        #expect(rate.description == text)
        #expect(rate.interval == interval)
    }

    @Test(arguments: [
        "", "10", "/s", "0/s", "-1/s", "+1/s", "1.5/s", "10/d", "10/s/s", "100001/s", "6000001/m", "10 /s",
    ])
    func whatIsNoRateIsRefused(text: String) {
        #expect(StartRate(text) == nil)
    }

    @Test func theBucketHoldsATenthOfASecondAndOneMore() {
        let rate = StartRate(100, per: .second)
        #expect(rate.room(0, at: now) == 11)
        let opens = rate.opens(after: 0, starting: 11, at: now)
        #expect(rate.room(opens, at: now) == 0)
        #expect(rate.room(opens, at: now + .milliseconds(10)) == 1)
        #expect(rate.room(opens, at: now + .seconds(60)) == 11, "what was not used is lost")
        #expect(StartRate(1, per: .minute).room(0, at: now) == 1)
    }

    @Test func inNoStretchOfTimeDoMoreStartThanTheRateAllows() {
        let rate = StartRate(30, per: .second)
        var (opens, started) = (0, 0)
        for step in 0..<1_000 {
            let time = now + .milliseconds(step * 7)
            let room = rate.room(opens, at: time)
            if room > 0 { opens = rate.opens(after: opens, starting: room, at: time) }
            started += room
        }
        #expect((205...214).contains(started), "30 a second for 7 s, a tenth of a second's more, and one: \(started)")
    }

    @Test func aClockThatWasSetBackHoldsNobodyBack() {
        let rate = StartRate(10, per: .second)
        let opens = rate.opens(after: 0, starting: 2, at: now)
        #expect(rate.room(opens, at: now + .seconds(-3_600)) == 1)
    }
}
