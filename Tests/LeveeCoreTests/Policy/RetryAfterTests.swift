// The hint to clients: honest, and within its bounds.

import Testing

@testable import LeveeCore

@Suite struct RetryAfterTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    /// A job whose hints are not shortened: its id ends so that nothing is taken away.
    private func job(
        _ state: JobState,
        type: String = "slow",
        ticket: Int = 1,
        priority: Priority = .normal,
        id: String = RetryAfterTests.unmoved
    ) -> JobRecord {
        JobRecord(
            id: JobID(trusted: id),
            type: type,
            queue: "default",
            priority: priority,
            state: state,
            version: 1,
            maxAttempts: 3,
            ticket: ticket,
            createdAt: now,
            updatedAt: now,
            claimedAt: now,
            dueAt: now + .seconds(20),
            expiresAt: now + .seconds(100)
        )
    }

    private static let unmoved: String = {
        let authority = JobIDAuthority(secret: [1])
        let outlook = QueueOutlook(
            figures: QueueFigures(runs: ["slow": MeanRun(count: 1, microseconds: 59_900_000)]),
            line: QueueLine(time: Timestamp(milliseconds: 0), slots: 1)
        )
        while true {
            let id = authority.mint(partition: "00").text
            let job = JobRecord(
                id: JobID(trusted: id),
                type: "slow",
                queue: "default",
                priority: .normal,
                state: .running,
                version: 1,
                maxAttempts: 1,
                ticket: 1,
                createdAt: outlook.line.time,
                updatedAt: outlook.line.time,
                claimedAt: outlook.line.time,
                expiresAt: outlook.line.time
            )
            if RetryAfter.hint(for: job, in: outlook, now: outlook.line.time).seconds == 60 { return id }
        }
    }()

    /// A queue that four slots serve, with two types of jobs: `slow` takes 4 s, `quick` 1 s.
    private func outlook(
        entered: [Int] = [0, 0, 0],
        left: [Int] = [0, 0, 0],
        running: Int = 4,
        slots: Int = 4,
        elsewhere: Int = 0,
        types: [String?] = [],
        concurrency: Int? = nil,
        isCold: Bool = false
    ) -> QueueOutlook {
        let runs = [
            "slow": MeanRun(count: 10, microseconds: 4_000_000), "quick": MeanRun(count: 30, microseconds: 1_000_000),
        ]
        let figures = QueueFigures(entered: entered, left: left, running: running, runs: isCold ? [:] : runs)
        var line = QueueLine(time: now, slots: slots, runningElsewhere: elsewhere)
        for priority in 0..<3 {
            line.stretches[priority].left = left[priority]
            line.stretches[priority].length = entered[priority] - left[priority]
        }
        line.stretches[1].types = types
        return QueueOutlook(figures: figures, line: line, concurrency: concurrency)
    }

    private func hint(_ job: JobRecord, _ outlook: QueueOutlook, after seconds: Int = 0) -> RetryAfter {
        RetryAfter.hint(for: job, in: outlook, now: now + .seconds(seconds))
    }

    // MARK: In line

    @Test func whatLiesBeforeAJobCountsByItsOwnKind() {
        let slow = outlook(entered: [0, 40, 0], types: Array(repeating: "slow", count: 40))
        let quick = outlook(entered: [0, 40, 0], types: Array(repeating: "quick", count: 40))
        let (late, soon) = (hint(job(.queued, ticket: 21), slow), hint(job(.queued, ticket: 21), quick))
        #expect(late.etaSeconds == 21, "20 before it and one that has to end, 4 s each, four at once")
        #expect(late.seconds == 25, "and its own run")
        #expect(soon.etaSeconds == 6)
        #expect(soon.seconds == 10)
    }

    @Test func onlyWhatLiesBeforeTheJobCounts() {
        let kinds = Array(repeating: "quick", count: 32) + Array(repeating: "slow", count: 32)
        let mixed = outlook(entered: [0, 6_400, 0], types: kinds)
        let middle = hint(job(.queued, ticket: 801), mixed)
        #expect(middle.etaSeconds == 201, "800 quick ones")
        let last = hint(job(.queued, ticket: 4_801), mixed)
        #expect(last.etaSeconds == 2_401, "3,200 quick ones and 1,600 slow ones")
    }

    @Test func whatHasLeftSinceTheSampleCountsNoMore() {
        var later = outlook(
            entered: [0, 40, 0],
            types: Array(repeating: "slow", count: 20) + Array(repeating: "quick", count: 20)
        )
        later.figures.left = [0, 20, 0]
        #expect(hint(job(.queued, ticket: 41), later).etaSeconds == 6, "20 quick ones")
        later.figures.entered = [0, 60, 0]
        #expect(
            hint(job(.queued, ticket: 61), later).etaSeconds == 18,
            "and 20 that came later, taken to be of both kinds"
        )
    }

    @Test func higherPrioritiesCountAsAhead() {
        #expect(QueueFigures(entered: [7, 5, 9], left: [2, 1, 0]).position(ticket: 5, priority: .normal) == 3 + 5)
        #expect(QueueFigures(entered: [7, 5, 9], left: [2, 1, 0]).position(ticket: 1, priority: .high) == 0)
        let waiting = outlook(entered: [8, 8, 8], types: Array(repeating: "slow", count: 8))
        #expect(hint(job(.queued, ticket: 1, priority: .high), waiting).etaSeconds == 1)
        let etas = Priority.allCases.map { hint(job(.queued, ticket: 8, priority: $0), waiting).etaSeconds ?? 0 }
        #expect(etas == etas.sorted() && Set(etas).count == 3, "\(etas)")
    }

    @Test func aFreeSlotMeansNoWait() {
        let open = outlook(entered: [0, 2, 0], running: 1, types: ["slow", "slow"])
        #expect(hint(job(.queued, ticket: 2), open) == RetryAfter(seconds: 4, etaSeconds: 0))
        #expect(hint(job(.queued, type: "quick", ticket: 3), open) == RetryAfter(seconds: 1, etaSeconds: 0))
        #expect(hint(job(.queued, ticket: 4), open).etaSeconds == 1, "no slot is left for the fourth")
    }

    @Test func slotsThatOthersHoldAndCapsAreCountedOut() {
        let types = Array(repeating: "slow", count: 20)
        let shared = outlook(entered: [0, 20, 0], running: 2, slots: 8, elsewhere: 6, types: types)
        #expect(hint(job(.queued, ticket: 20), shared).etaSeconds == 40, "two slots")
        let capped = outlook(entered: [0, 20, 0], running: 1, slots: 8, types: types, concurrency: 1)
        #expect(hint(job(.queued, ticket: 20), capped).etaSeconds == 80, "one")
        let crowded = outlook(entered: [0, 20, 0], running: 0, slots: 8, elsewhere: 9, types: types)
        #expect(hint(job(.queued), crowded) == RetryAfter(seconds: 1, etaSeconds: nil))
        #expect(hint(job(.queued), crowded, after: 40).seconds == 20)
        #expect(hint(job(.queued), crowded, after: 400).seconds == 30)
    }

    @Test func aRateHoldsJobsBackThatSlotsWouldNot() {
        var held = outlook(entered: [0, 40, 0], types: Array(repeating: "quick", count: 40))
        held.rate = StartRate(2, per: .second)
        #expect(hint(job(.queued, ticket: 21), held).etaSeconds == 10, "20 before it, two a second")
        held.rate = StartRate(100, per: .second)
        #expect(hint(job(.queued, ticket: 21), held).etaSeconds == 6, "the slots are what it waits for")
        var open = outlook(entered: [0, 2, 0], running: 1, types: ["slow", "slow"])
        open.rate = StartRate(6, per: .minute)
        #expect(hint(job(.queued, ticket: 2), open).etaSeconds == 10)
    }

    @Test func withoutDrainNothingIsKnown() {
        var paused = outlook(entered: [0, 9, 0])
        paused.figures.isPaused = true
        #expect(hint(job(.queued), paused) == .unknown)
        #expect(RetryAfter.unknown == RetryAfter(seconds: 30, etaSeconds: nil))
        #expect(hint(job(.queued), outlook(entered: [0, 9, 0], running: 0, slots: 0)) == .unknown)
        #expect(hint(job(.scheduled), paused) == .unknown, "due in 20 s")
    }

    @Test func aJobThatHasToRunAloneHasNoTimeToItsStart() {
        var suspect = job(.queued, ticket: 0)
        suspect.stalls = 2
        #expect(hint(suspect, outlook(running: 0)).etaSeconds == nil)
    }

    @Test func whereNothingHasRunYetHintsAreShortAndGrow() {
        let cold = outlook(entered: [0, 1_000, 0], isCold: true)
        let hints = [0, 1, 4, 10, 100].map { hint(job(.queued, ticket: 900), cold, after: $0) }
        #expect(hints.map(\.seconds) == [1, 1, 2, 5, 10])
        #expect(hints.map(\.etaSeconds) == [nil, nil, nil, nil, nil])
        let open = outlook(entered: [0, 1, 0], running: 0, isCold: true)
        #expect(hint(job(.queued), open) == RetryAfter(seconds: 1, etaSeconds: 0))
        #expect(hint(job(.running), open, after: 6).seconds == 3)
    }

    @Test func aTypeThatHasNotRunYetIsTakenForAnAverageOne() {
        #expect(hint(job(.running, type: "new"), outlook()).seconds == 2, "1.75 s over both types")
    }

    // MARK: Not in line

    @Test func aRunningJobIsWaitedForAsLongAsItsTypeTakes() {
        let hints = [0, 1, 3, 4, 8, 40, 400, 4_000].map { hint(job(.running), outlook(), after: $0) }
        #expect(hints.map(\.seconds) == [4, 3, 1, 1, 1, 5, 50, 60])
        #expect(hints.allSatisfy { $0.etaSeconds == nil })
        #expect(hint(job(.running, type: "quick"), outlook()).seconds == 1)
    }

    @Test func aScheduledJobIsWaitedForUntilItIsDueAndThroughTheLine() {
        let idle = hint(job(.scheduled), outlook(running: 0))
        #expect(idle == RetryAfter(seconds: 24, etaSeconds: 20))
        let types = Array(repeating: "slow", count: 39)
        let busy = hint(job(.scheduled), outlook(entered: [0, 39, 0], types: types))
        #expect(busy == RetryAfter(seconds: 44, etaSeconds: 40))
    }

    // MARK: Bounds

    @Test func hintsStayBetweenOneSecondAndAMinute() {
        let crowded = outlook(entered: [0, 1_000_000, 0], types: ["slow"])
        #expect(hint(job(.queued, ticket: 900_000), crowded).seconds == 60)
        #expect(hint(job(.queued, ticket: Int.max), crowded).etaSeconds == 1_000_000_000)
        #expect(hint(job(.scheduled), outlook(), after: 100_000).seconds == 5, "overdue: the next slot, and its run")
    }

    @Test func clientsOfManyJobsAreSpread() {
        let crowded = outlook(entered: [0, 1_000_000, 0], types: ["slow"])
        let authority = JobIDAuthority(secret: [1])
        let hints = (0..<200).map { _ in
            hint(job(.queued, ticket: 900_000, id: authority.mint(partition: "00").text), crowded).seconds
        }
        #expect(Set(hints).count > 10)
        #expect(hints.allSatisfy { (45...60).contains($0) })
        let id = authority.mint(partition: "00").text
        let twice = (0..<2).map { _ in hint(job(.queued, ticket: 900_000, id: id), crowded) }
        #expect(twice[0] == twice[1], "one job is told the same")
    }
}
