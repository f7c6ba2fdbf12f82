// What becomes of a job whose deadline is over: while it waits, while it runs, and when another attempt would be too late.

import LeveeCore
import Testing

@testable import LeveeStore

@Suite struct DeadlineTests {
    @Test(arguments: StoreKind.allCases)
    func aWaitingJobIsCanceled(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let queued = try await test.store.put(deadline: .seconds(5))
            let scheduled = try await test.store.put(delay: .seconds(60), deadline: .seconds(5))
            let patient = try await test.store.put(deadline: .seconds(50))
            try await test.store.tick(lease: leaseTime)
            try await test.advance(by: .seconds(6))
            #expect(try await test.store.tick(lease: leaseTime)?.expired == 2)
            for id in [queued, scheduled] {
                let record = try #require(try await test.store.job(id))
                #expect((record.state, record.failure?.code) == (.canceled, JobFailure.deadlineCode))
                #expect(try await test.store.history(of: id)?.last?.cause == .deadline)
            }
            #expect(try await test.store.claim(.by("w1")).map(\.lease.id) == [patient])
            let figures = try await test.store.figures(of: "default")
            #expect((figures.ready, figures.scheduled, figures.canceled) == (0, 0, 2))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func oneThatWasNotTickedInTimeDoesNotStart(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put(deadline: .seconds(5))
            try await test.advance(by: .seconds(5))
            #expect(try await test.store.claim(.by("w1")).isEmpty)
            #expect(try await test.store.job(id)?.failure?.code == JobFailure.deadlineCode)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aRunningJobIsAskedToEnd(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put(deadline: .seconds(5))
            let lease = try #require(try await test.store.claim(.by("w1")).first).lease
            for second in 1...6 {
                try await test.advance(by: .seconds(1))
                try await test.store.tick(lease: leaseTime)
                let verdicts = try await test.store.beat(.of("w1", [(lease, nil)]))
                #expect(verdicts == (second < 5 ? [:] : [lease: .cancel]))
            }
            #expect(try await test.store.history(of: id)?.map(\.cause) == [.submit, .claim, .deadline])
            let settlement = Settlement(lease: lease, outcome: .canceled, busy: .zero)
            #expect(try await test.store.settle([settlement], claiming: nil).verdicts == [.settled])
            let record = try #require(try await test.store.job(id))
            #expect((record.state, record.failure?.code) == (.canceled, JobFailure.deadlineCode))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aResultThatComesAfterItCounts(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put(deadline: .seconds(2))
            let lease = try #require(try await test.store.claim(.by("w1")).first).lease
            try await test.advance(by: .seconds(3))
            try await test.store.tick(lease: leaseTime)
            _ = try await test.store.settle([.success(lease)], claiming: nil)
            #expect(try await test.store.job(id)?.state == .succeeded)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func thereIsNoAttemptThatWouldBeginTooLate(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let failing = try await test.store.put(deadline: .seconds(5))
            let throttled = try await test.store.put(deadline: .seconds(5))
            let leases = try await test.store.claim(.by("w1")).map(\.lease)
            let settlements: [Settlement] = [
                .failure(leases[0], after: .seconds(5)),
                .failure(leases[1], .throttle(after: nil), after: .seconds(5)),
            ]
            _ = try await test.store.settle(settlements, claiming: nil)
            let failed = try #require(try await test.store.job(failing))
            #expect((failed.state, failed.failure?.code, failed.failures) == (.failed, "exit-status", 1))
            let page = try await test.store.deadLetters(in: "default", after: nil, limit: 10)
            #expect(page.jobs.map(\.id) == [failing])
            let canceled = try #require(try await test.store.job(throttled))
            #expect((canceled.state, canceled.failure?.code) == (.canceled, JobFailure.deadlineCode))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aJobThatIsMadeOfADeadLetterHasAsLongAgain(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put(maxAttempts: 1, deadline: .seconds(100))
            let lease = try #require(try await test.store.claim(.by("w1")).first).lease
            _ = try await test.store.settle([.failure(lease)], claiming: nil)
            try await test.advance(by: .seconds(600))
            let again = test.store.newID()
            #expect(try await test.store.retry(id, as: again) == .retried(again))
            let place = try #require(try await test.store.place(of: again))
            #expect(place.endBy == place.time + .seconds(100))
        }
    }
}
