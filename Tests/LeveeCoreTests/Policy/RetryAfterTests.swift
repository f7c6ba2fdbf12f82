// The hint to clients: honest, and within its bounds.

import LeveeCore
import Testing

@Suite struct RetryAfterTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    private func job(_ state: JobState, ticket: Int = 1, id: String = "00aaaa") -> JobRecord {
        JobRecord(
            id: JobID(trusted: id),
            type: "echo",
            queue: "default",
            priority: .normal,
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

    @Test func aLongerLineMeansALaterHint() {
        let figures = QueueFigures(
            entered: [0, 200, 0],
            running: 2,
            succeeded: 10,
            service: DurationCounts(total: .seconds(10))
        )
        #expect(figures.ready == 200)
        let hints = [1, 20, 60, 100].map { ticket in
            RetryAfter.hint(for: job(.queued, ticket: ticket), in: figures, rate: 2, now: now).seconds
        }
        #expect(hints == hints.sorted())
        #expect(hints[0] < hints[3])
        let middle = RetryAfter.hint(for: job(.queued, ticket: 60), in: figures, rate: 2, now: now)
        #expect(middle.etaSeconds == 30)
        #expect((27...35).contains(middle.seconds), "59 before it, two end in a second")
    }

    @Test func higherPrioritiesCountAsAhead() {
        let figures = QueueFigures(entered: [7, 5, 9], left: [2, 1, 0])
        #expect(figures.position(ticket: 5, priority: .normal) == 3 + 5)
        #expect(figures.position(ticket: 1, priority: .high) == 0)
    }

    @Test func theRunningJobsTellThePaceWhereNoOtherIsKnown() {
        let figures = QueueFigures(
            entered: [0, 100, 0],
            running: 4,
            succeeded: 10,
            service: DurationCounts(total: .seconds(20))
        )
        let hint = RetryAfter.hint(for: job(.queued, ticket: 41), in: figures, rate: nil, now: now)
        #expect(hint.etaSeconds == 20)
        #expect(hint.seconds == 10, "a guess is not trusted for longer")
        let next = RetryAfter.hint(for: job(.queued, ticket: 1), in: figures, rate: 0.0001, now: now)
        #expect(next.etaSeconds == 0)
        #expect((2...3).contains(next.seconds))
    }

    @Test func whereNobodyWorksTheHintGrowsWithTheWait() {
        let waiting = QueueFigures(entered: [0, 50, 0])
        let hints = [0, 5, 12, 100].map { waited in
            RetryAfter.hint(for: job(.queued, ticket: 9), in: waiting, rate: nil, now: now + .seconds(waited))
        }
        #expect(hints.map(\.etaSeconds) == [nil, nil, nil, nil])
        #expect(hints.map(\.seconds) == hints.map(\.seconds).sorted())
        #expect(hints[0].seconds <= 2)
        #expect(hints[3].seconds == 30)
    }

    @Test func ofAPausedQueueNothingIsKnown() {
        let paused = QueueFigures(entered: [0, 1, 0], running: 1, isPaused: true)
        #expect(RetryAfter.hint(for: job(.queued), in: paused, rate: 5, now: now) == .unknown)
        #expect(RetryAfter.toDrain(paused, rate: 5) == 30)
        #expect(RetryAfter.toDrain(QueueFigures(entered: [0, 9, 0]), rate: nil) == 30)
    }

    @Test func aRunningJobIsWaitedForAsLongAsRunsUsuallyTake() {
        let figures = QueueFigures(running: 1, succeeded: 10, service: DurationCounts(total: .seconds(100)))
        let early = RetryAfter.hint(for: job(.running), in: figures, rate: 1, now: now + .seconds(1))
        let late = RetryAfter.hint(for: job(.running), in: figures, rate: 1, now: now + .seconds(9))
        #expect((8...10).contains(early.seconds))
        #expect((1...2).contains(late.seconds))
        let overdue = RetryAfter.hint(for: job(.running), in: figures, rate: 1, now: now + .seconds(500))
        #expect(overdue.seconds == 1)
    }

    @Test func aScheduledJobIsWaitedForUntilItIsDue() {
        let hint = RetryAfter.hint(for: job(.scheduled), in: QueueFigures(), rate: nil, now: now)
        #expect((18...24).contains(hint.seconds))
        #expect(hint.etaSeconds == 20)
    }

    @Test func hintsStayBetweenOneSecondAndAMinute() {
        let crowded = QueueFigures(entered: [0, 1_000_000, 0], running: 1)
        let hint = RetryAfter.hint(for: job(.queued, ticket: 900_000), in: crowded, rate: 1, now: now)
        #expect(hint.seconds == 60)
        #expect(RetryAfter.toDrain(crowded, rate: 1e9) == 1)
        #expect(RetryAfter.toDrain(crowded, rate: 1e-9) == 60)
    }

    @Test func clientsOfManyJobsAreSpread() {
        let figures = QueueFigures(entered: [0, 100, 0], running: 1)
        let authority = JobIDAuthority(secret: [1])
        let hints = Set(
            (0..<100).map { _ in
                let id = authority.mint(partition: "00").text
                return RetryAfter.hint(for: job(.queued, ticket: 50, id: id), in: figures, rate: 1, now: now).seconds
            }
        )
        #expect(hints.count > 3)
    }
}
