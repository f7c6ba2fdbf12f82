// What is said of an outage, and of ticks, however often they happen.

import LeveeCore
import Testing

@Suite struct StoreOutageTests {
    private let start = ContinuousClock.now

    @Test func theFirstFailureIsToldAndThenOneInTenSecondsUntilAllSucceeds() {
        var outage = StoreOutage()
        #expect(outage.succeeded("beat", at: start) == nil)
        #expect(outage.failed("beat", at: start) == .began)
        var told: [StoreOutage.News] = []
        for second in 1...35 {
            let now = start + .seconds(second)
            for call in ["beat", "tick"] { if let news = outage.failed(call, at: now) { told.append(news) } }
        }
        #expect(told == [.lasts(.seconds(10)), .lasts(.seconds(20)), .lasts(.seconds(30))])
        #expect(outage.succeeded("beat", at: start + .seconds(36)) == nil, "the tick still fails")
        #expect(outage.succeeded("claim", at: start + .seconds(36)) == nil)
        #expect(outage.succeeded("tick", at: start + .seconds(37)) == .ended(after: .seconds(37)))
        #expect(outage.succeeded("tick", at: start + .seconds(38)) == nil)
        #expect(outage.failed("tick", at: start + .seconds(39)) == .began)
    }

    @Test func whatIsHeldBackIsCounted() {
        var pace = LogPace()
        #expect(pace.admit(at: start) == 0)
        for second in 1...9 { #expect(pace.admit(at: start + .seconds(second)) == nil) }
        #expect(pace.admit(at: start + .seconds(10)) == 9)
        #expect(pace.admit(at: start + .seconds(30)) == 0)
    }

    @Test func ticksAreAddedUpAndThoseThatOnlyPromoteAreNotTold() {
        func report(_ reaped: Int, _ promoted: Int, _ expired: Int) -> TickReport {
            TickReport(reaped: reaped, promoted: promoted, expired: expired, isHolding: false)
        }
        var tally = TickTally()
        #expect(tally.add(report(0, 7, 0), at: start) == nil)
        #expect(tally.add(report(1, 2, 0), at: start + .seconds(1)) == report(1, 2, 0))
        #expect(tally.add(report(0, 5, 0), at: start + .seconds(2)) == nil)
        #expect(tally.add(report(100, 1, 3), at: start + .seconds(3)) == nil)
        #expect(tally.add(report(100, 0, 0), at: start + .seconds(4)) == nil)
        #expect(tally.add(nil, at: start + .seconds(5)) == nil)
        #expect(tally.add(nil, at: start + .seconds(11)) == report(200, 1, 3))
        #expect(tally.add(report(0, 0, 1), at: start + .seconds(21)) == report(0, 0, 1))
    }
}
