// What is said at the door: how many jobs fit in an expected wait, and when those who are refused may come back.

import LeveeCore
import Testing

@Suite struct AdmissionTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    /// Four slots, jobs of two seconds.
    private func outlook(ready: [Int], running: Int = 4, slots: Int = 4, bytes: Int = 0) -> QueueOutlook {
        let runs = ["a": MeanRun(count: 1, microseconds: 2_000_000)]
        let figures = QueueFigures(entered: ready, running: running, bytes: bytes, runs: runs)
        let stretches = ready.map { QueueLine.Stretch(length: $0, types: $0 == 0 ? [] : ["a"]) }
        return QueueOutlook(figures: figures, line: QueueLine(time: now, slots: slots, stretches: stretches))
    }

    private func refusal(by limit: SubmitReply.QueueLimit, _ rules: QueueRules, _ outlook: QueueOutlook) -> [Int] {
        let authority = JobIDAuthority(secret: [1])
        let hints = (0..<4_000).map { _ in
            let job = NewJob(
                id: authority.mint(partition: "00"),
                type: "a",
                queue: "q",
                payload: Content(mediaType: "a/b", bytes: [])
            )
            return RetryAfter.refusal(of: job, by: limit, rules: rules, in: outlook)
        }
        return [hints.min() ?? 0, hints.max() ?? 0]
    }

    @Test func asManyFitAsStartWithinTheWait() throws {
        let room = try #require(outlook(ready: [0, 9, 0]).room(for: .normal, within: .seconds(10)))
        #expect(room == 20)
        let open = outlook(ready: [0, 0, 0], running: 1)
        #expect(open.room(for: .normal, within: .seconds(10)) == 23, "and three start at once")
        for ready in [0, 1, 19, 20, 21, 300] {
            let outlook = outlook(ready: [0, ready, 0])
            let wait = try #require(outlook.wait(ofNext: .normal))
            let fits = try ready < #require(outlook.room(for: .normal, within: .seconds(10)))
            #expect(fits == (wait <= 10), "\(ready) ready: \(wait) s")
        }
        #expect(outlook(ready: [0, 5, 0]).room(for: .normal, within: .milliseconds(1)) == 1, "one always fits")
    }

    @Test func lowerPrioritiesAreNotInTheWay() throws {
        let outlook = outlook(ready: [0, 0, 500])
        #expect(outlook.wait(ofNext: .normal) == 0.5)
        #expect(try #require(outlook.wait(ofNext: .low)) > 200)
    }

    @Test func whereNobodyCanTellThereIsNoLimit() {
        #expect(outlook(ready: [0, 5, 0], running: 0, slots: 0).room(for: .normal, within: .seconds(1)) == nil)
        var paused = outlook(ready: [0, 5, 0])
        paused.figures.isPaused = true
        #expect(paused.room(for: .normal, within: .seconds(1)) == nil)
        var cold = outlook(ready: [0, 5, 0])
        cold.figures.runs = [:]
        #expect(cold.room(for: .normal, within: .seconds(1)) == nil)
    }

    @Test func whoIsRefusedComesBackWhenATenthIsFree() {
        let full = outlook(ready: [0, 100, 0], bytes: 1_040)
        #expect(refusal(by: .count, QueueRules(name: "q", maxReady: 100), full) == [4, 5], "ten jobs have to start")
        #expect(refusal(by: .bytes, QueueRules(name: "q", maxBytes: 1_000), full) == [6, 7], "14 of 104")
        let wait = QueueRules(name: "q", maxExpectedWait: .seconds(40))
        #expect(refusal(by: .wait, wait, full) == [11, 15], "50.5 s, down to 36 s")
        #expect(refusal(by: .count, QueueRules(name: "q", maxReady: 1), outlook(ready: [0, 1, 0])) == [1, 1])
        #expect(refusal(by: .count, QueueRules(name: "q", maxReady: 9), outlook(ready: [0, 9_000, 0])) == [45, 60])
    }

    @Test func withoutDrainItIsHalfAMinute() {
        let stuck = outlook(ready: [0, 100, 0], running: 0, slots: 0)
        #expect(refusal(by: .count, QueueRules(name: "q", maxReady: 100), stuck) == [30, 30])
    }
}
