// Failed jobs: listed, made anew, removed; on both stores.

import LeveeCore
import LeveeTesting
import Testing

@Suite struct DeadLetterTests {
    /// Submits jobs and lets each fail for good.
    private func bury(_ count: Int, _ test: StoreUnderTest, payload: [UInt8] = Array("{}".utf8)) async throws -> [JobID]
    {
        var ids: [JobID] = []
        for _ in 0..<count {
            ids.append(try await test.store.put(payload: payload, maxAttempts: 2))
            let lease = try #require(try await test.store.claim(.by("w1")).first).lease
            _ = try await test.store.settle([.failure(lease, .final)], claiming: nil)
            try await test.advance(by: .milliseconds(10))
        }
        return ids
    }

    @Test(arguments: StoreKind.allCases)
    func theyAreListedPageByPageTheLastOnesFirst(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let ids = try await bury(5, test)
            let first = try await test.store.deadLetters(in: "default", after: nil, limit: 2)
            #expect(first.total == 5)
            #expect(first.jobs.map(\.id) == [ids[4], ids[3]])
            #expect(first.jobs.allSatisfy { $0.state == .failed && $0.failure?.code == "exit-status" })
            // The place holds although what stands there is gone.
            _ = try await test.store.remove(ids[3])
            let second = try await test.store.deadLetters(in: "default", after: first.next, limit: 2)
            #expect(second.jobs.map(\.id) == [ids[2], ids[1]])
            let third = try await test.store.deadLetters(in: "default", after: second.next, limit: 2)
            #expect(third.jobs.map(\.id) == [ids[0]])
            #expect(third.next == nil)
            #expect(try await test.store.deadLetters(in: "other", after: nil, limit: 2).total == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func itsTraceIsToldWhenItIsMadeAnewOrRemoved(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            let trace = try #require(TraceContext(traceparent: parent, tracestate: "a=1"))
            let job = NewJob.sample(test.store.newID(), trace: trace)
            _ = try await test.store.submit(job, rules: QueueRules(name: job.queue))
            let lease = try #require(try await test.store.claim(.by("w1")).first).lease
            _ = try await test.store.settle([.failure(lease, .final)], claiming: nil)
            let made = test.store.newID()
            #expect(try await test.store.retry(job.id, as: made) == .retried(made, trace: trace))
            #expect(try await test.store.remove(job.id) == .removed(trace: trace))
        }
    }

    @Test(arguments: StoreKind.allCases, [10, 100_000])
    func oneIsMadeAnewOnce(kind: StoreKind, size: Int) async throws {
        try await withStore(kind) { test in
            let payload = [UInt8](repeating: 0x61, count: size)
            let dead = try #require(try await bury(1, test, payload: payload).first)
            let (first, second) = (test.store.newID(), test.store.newID())
            #expect(try await test.store.retry(dead, as: first) == .retried(first))
            #expect(try await test.store.retry(dead, as: second) == .again(first))
            #expect(try await test.store.job(second) == nil)
            #expect(try await test.store.deadLetters(in: "default", after: nil, limit: 9).total == 0)

            let job = try #require(try await test.store.claim(.by("w1")).first)
            #expect(job.lease.id == first)
            #expect(job.payload?.bytes == payload)
            #expect((job.attempt, job.maxAttempts) == (1, 2))
            _ = try await test.store.settle([.success(job.lease)], claiming: nil)
            #expect(try await test.store.job(first)?.state == .succeeded)
            #expect(try await test.store.job(dead)?.state == .failed, "what has ended stays as it is")
            let figures = try await test.store.figures(of: "default")
            #expect((figures.submitted, figures.bytes, figures.ready) == (2, 0, 0))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func onlyFailedJobsAreMadeAnew(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let waiting = try await test.store.put()
            #expect(try await test.store.retry(waiting, as: test.store.newID()) == .notFailed(.queued))
            _ = try await test.store.cancel(waiting)
            #expect(try await test.store.retry(waiting, as: test.store.newID()) == .notFailed(.canceled))
            #expect(try await test.store.retry(test.store.newID(), as: test.store.newID()) == .missing)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aPurgeLeavesNothingOfThem(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let ids = try await bury(120, test)
            let other = try await test.store.put()
            var counts: [Int] = []
            repeat { counts.append(try await test.store.purgeDeadLetters(in: "default")) } while counts.last != 0
            #expect(counts == [100, 20, 0])
            for id in ids { #expect(try await test.store.job(id) == nil) }
            #expect(try await test.store.job(other)?.state == .queued)
        }
    }
}
