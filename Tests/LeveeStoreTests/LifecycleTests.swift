// The life of a job, step by step, on both stores.

import LeveeCore
import LeveeTesting
import Testing

@Suite struct LifecycleTests {
    @Test(arguments: StoreKind.allCases)
    func aJobGoesAllTheWayRound(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put(payload: Array("12".utf8))
            #expect(try await test.store.job(id)?.state == .queued)
            #expect(try await test.store.figures(of: "default").ready == 1)

            let leased = try await test.store.claim(.by("w1"))
            let job = try #require(leased.first)
            #expect(leased.count == 1)
            #expect(job.payload == Content(mediaType: "application/json", bytes: Array("12".utf8)))
            #expect((job.attempt, job.lease.fence) == (1, 1))
            #expect(try await test.store.job(id)?.state == .running)

            try await test.advance(by: .milliseconds(40))
            let reply = try await test.store.settle([.success(job.lease)], claiming: nil)
            #expect(reply == SettleReply(verdicts: [.settled], claimed: []))
            let record = try #require(try await test.store.job(id))
            #expect(record.state == .succeeded)
            #expect(record.version == 3)
            #expect(record.result?.inline == Array("done".utf8))
            #expect(record.result?.mediaType == "text/plain")

            let log = try #require(try await test.store.history(of: id))
            #expect(log.map(\.cause) == [.submit, .claim, .finish])
            #expect(log.map(\.version) == [1, 2, 3])
            #expect(log[1].note == "1 w1")
            let figures = try await test.store.figures(of: "default")
            #expect((figures.ready, figures.running, figures.succeeded, figures.bytes) == (0, 0, 1, 0))
            #expect(figures.busy == .milliseconds(20))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theSameSubmitTwiceIsOneJob(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let job = NewJob.sample(test.store.newID())
            let rules = QueueRules(name: "default")
            guard case .accepted = try await test.store.submit(job, rules: rules) else { throw NotAccepted() }
            #expect(try await test.store.submit(job, rules: rules) == .duplicate)
            #expect(try await test.store.claim(.by("w1")).count == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func failuresAreTriedAgainAndThenBuried(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put(maxAttempts: 2)
            let first = try #require(try await test.store.claim(.by("w1")).first)
            _ = try await test.store.settle([.failure(first.lease, after: .seconds(2))], claiming: nil)
            #expect(try await test.store.job(id)?.state == .scheduled)
            #expect(try await test.store.claim(.by("w1")).isEmpty)

            try await test.advance(by: .seconds(2))
            let second = try #require(try await test.store.claim(.by("w1")).first)
            #expect(second.attempt == 2)
            #expect(second.lease.fence > first.lease.fence)
            _ = try await test.store.settle([.failure(second.lease)], claiming: nil)
            let record = try #require(try await test.store.job(id))
            #expect(record.state == .failed)
            #expect(record.failure == .init(code: "exit-status", detail: "it broke\nbadly", status: 418))
            #expect((record.failures, record.attempt) == (2, 2))
            let kept = record.expiresAt - record.updatedAt
            #expect(kept == .seconds(14 * 86_400), "a dead letter lives for fourteen days")
            let notes = try await test.store.history(of: id)?.compactMap(\.note)
            #expect(notes?.contains("exit-status it broke badly") == true)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theSameFailureTwiceCountsOnce(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put()
            let job = try #require(try await test.store.claim(.by("w1")).first)
            let failure = Settlement.failure(job.lease, after: .milliseconds(10))
            #expect(try await test.store.settle([failure], claiming: nil).verdicts == [.settled])
            #expect(try await test.store.settle([failure], claiming: nil).verdicts == [.repeated])
            try await test.advance(by: .seconds(1))
            try await test.store.tick(lease: leaseTime)
            #expect(try await test.store.job(id)?.state == .queued)
            #expect(try await test.store.settle([failure], claiming: nil).verdicts == [.stale])
            #expect(try await test.store.job(id)?.failures == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aThrottledAttemptDoesNotCount(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put(maxAttempts: 1)
            let job = try #require(try await test.store.claim(.by("w1")).first)
            _ = try await test.store.settle(
                [.failure(job.lease, .throttle(after: nil), after: .seconds(3))],
                claiming: nil
            )
            let record = try #require(try await test.store.job(id))
            #expect((record.state, record.failures, record.attempt) == (.scheduled, 0, 1))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func settlingTwiceIsHarmless(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put()
            let job = try #require(try await test.store.claim(.by("w1")).first)
            _ = try await test.store.settle([.success(job.lease)], claiming: nil)
            let before = try await test.store.job(id)
            let again = try await test.store.settle([.success(job.lease, bytes: [0])], claiming: nil)
            #expect(again.verdicts == [.repeated])
            #expect(try await test.store.job(id) == before)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func cancellationEndsWaitingJobsAndAsksRunningOnes(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let waiting = try await test.store.put()
            let delayed = try await test.store.put(delay: .seconds(9))
            #expect(try await test.store.cancel(waiting) == .canceled)
            #expect(try await test.store.cancel(delayed) == .canceled)
            #expect(try await test.store.cancel(waiting) == .ended)
            #expect(try await test.store.claim(.by("w1")).isEmpty)

            let running = try await test.store.put()
            let job = try #require(try await test.store.claim(.by("w1")).first)
            #expect(try await test.store.cancel(running) == .asked)
            #expect(try await test.store.cancel(running) == .asked)
            #expect(try await test.store.beat(.of("w1", [(job.lease, nil)])) == [job.lease: .cancel])
            let stop = Settlement(lease: job.lease, outcome: .canceled, busy: .zero)
            #expect(try await test.store.settle([stop], claiming: nil).verdicts == [.settled])
            let ended = try #require(try await test.store.job(running))
            #expect((ended.state, ended.attempt) == (.canceled, 1))
            #expect(try await test.store.cancel(test.store.newID()) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func whatEndsFirstWins(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put()
            let job = try #require(try await test.store.claim(.by("w1")).first)
            #expect(try await test.store.cancel(id) == .asked)
            _ = try await test.store.settle([.success(job.lease)], claiming: nil)
            #expect(
                try await test.store.job(id)?.state == .succeeded,
                "the result was there before the worker heard of it"
            )
        }
    }

    @Test(arguments: StoreKind.allCases)
    func removalTakesEndedJobsOnly(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put()
            #expect(try await test.store.remove(id) == .pending)
            _ = try await test.store.cancel(id)
            #expect(try await test.store.remove(id) == .removed())
            #expect(try await test.store.remove(id) == .missing)
            #expect(try await test.store.job(id) == nil)
            #expect(try await test.store.history(of: id) == nil)
            #expect(try await test.store.figures(of: "default").ready == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aJobThatNobodyStartsEndsAsExpired(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let usual = try await test.store.put(queue: "other")
            let hasty = try await test.store.put(queue: "other", ageLimit: .seconds(10))
            try await test.advance(by: .seconds(11))
            try await test.store.tick(lease: leaseTime)
            #expect(try await test.store.job(hasty)?.failure?.code == JobFailure.expiredCode)
            #expect(try await test.store.job(usual)?.state == .queued)
            try await test.advance(by: .seconds(86_400))
            try await test.store.tick(lease: leaseTime)
            #expect(try await test.store.job(usual)?.failure?.code == JobFailure.expiredCode)
            #expect(try await test.store.figures(of: "other").ready == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func progressIsAVisibleChange(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put()
            let job = try #require(try await test.store.claim(.by("w1")).first)
            let progress = Progress(percent: 40, stage: "scaling", message: "nearly\nthere")
            #expect(try await test.store.beat(.of("w1", [(job.lease, progress)])).isEmpty)
            let record = try #require(try await test.store.job(id))
            #expect(record.progress == Progress(percent: 40, stage: "scaling", message: "nearly there"))
            #expect(record.version == 3)
            #expect(try await test.store.history(of: id)?.last?.note == "40% scaling")
        }
    }
}
