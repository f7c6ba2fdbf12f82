// Who gets which job, who loses it, and who is woken, on both stores.

import LeveeCore
import LeveeTesting
import Testing

@Suite struct LeasingTests {
    @Test(arguments: StoreKind.allCases)
    func higherPrioritiesComeFirstThenTheOldest(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let low = try await test.store.put(priority: .low)
            let first = try await test.store.put()
            let second = try await test.store.put()
            let high = try await test.store.put(queue: "other", priority: .high)
            let order = try await test.store.claim(.by("w1")).map(\.lease.id)
            #expect(order == [high, first, second, low])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aKilledWorkersJobIsReclaimedAndTheDeadWorkerChangesNothing(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await settleClock(test)
            let id = try await test.store.put()
            let lost = try #require(try await test.store.claim(.by("w1")).first)
            try await pass(.seconds(6), test)
            let again = try #require(try await test.store.claim(.by("w2")).first)
            #expect(again.lease == Lease(id: id, fence: lost.lease.fence + 1))
            let before = try await test.store.job(id)

            let late: [Settlement] = [
                .success(lost.lease), .failure(lost.lease), .failure(lost.lease, .final),
                Settlement(lease: lost.lease, outcome: .canceled, busy: .zero),
            ]
            #expect(try await test.store.settle(late, claiming: nil).verdicts == [.stale, .stale, .stale, .stale])
            #expect(try await test.store.beat(.of("w1", [(lost.lease, Progress(percent: 99))])) == [lost.lease: .lost])
            try await test.store.release([lost.lease], by: nil)
            #expect(try await test.store.job(id) == before)
            #expect(before?.stalls == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func heartbeatsKeepALease(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await settleClock(test)
            let id = try await test.store.put()
            let job = try #require(try await test.store.claim(.by("w1")).first)
            for _ in 0..<10 {
                #expect(try await test.store.beat(.of("w1", [(job.lease, nil)])).isEmpty)
                try await pass(.seconds(2), test)
            }
            #expect(try await test.store.job(id)?.state == .running)
            #expect(try await test.store.settle([.success(job.lease)], claiming: nil).verdicts == [.settled])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aLostReplyToAClaimIsNoLossOfTheWorker(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await settleClock(test)
            let id = try await test.store.put()
            _ = try await test.store.claim(.by("w1"))
            try await pass(.seconds(2), test)
            _ = try await test.store.beat(.of("w1"))
            try await pass(.seconds(4), test)
            let record = try #require(try await test.store.job(id))
            #expect((record.state, record.stalls) == (.queued, 0))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func afterTwoLossesAJobRunsAloneAndAfterFiveItIsPoison(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await settleClock(test)
            let id = try await test.store.put()
            for loss in 1...5 {
                let neighbour = try await test.store.put()
                let leased = try await test.store.claim(.by("w\(loss)", idle: true))
                let expected = loss <= 2 ? [id, neighbour] : [id]
                #expect(Set(leased.map(\.lease.id)) == Set(expected), "loss \(loss)")
                #expect(leased.first?.runsAlone == (loss > 2))
                _ = try await test.store.settle(
                    leased.filter { $0.lease.id != id }.map { .success($0.lease) },
                    claiming: nil
                )
                if loss > 2 {
                    let rest = try await test.store.claim(.by("other"))
                    #expect(rest.map(\.lease.id) == [neighbour], "a busy worker leaves the suspect alone")
                    _ = try await test.store.settle(rest.map { .success($0.lease) }, claiming: nil)
                }
                try await pass(.seconds(6), test)
            }
            let record = try #require(try await test.store.job(id))
            #expect((record.state, record.failure?.code) == (.failed, JobFailure.poisonCode))
            #expect(record.failures == 0, "lost workers do not use up attempts")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aFleetThatIsNeverIdleMakesRoomForASuspect(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await settleClock(test)
            let id = try await test.store.put()
            for loss in 1...2 {
                _ = try await test.store.claim(.by("w\(loss)"))
                try await pass(.seconds(6), test)
            }
            for _ in 0..<40 { _ = try await test.store.put() }
            func claim(_ worker: String, idle: Bool = false) async throws -> [JobID] {
                let leased = try await test.store.claim(.by(worker, limit: 1, idle: idle))
                _ = try await test.store.settle(leased.map { .success($0.lease) }, claiming: nil)
                return leased.map(\.lease.id)
            }
            for worker in ["a", "b"] {
                #expect(try await claim(worker).count == 1, "for a while it waits for an idle one")
            }
            try await pass(.seconds(5), test)
            #expect(try await claim("a").isEmpty, "one worker makes itself free")
            #expect(try await claim("b").count == 1, "and no other")
            try await pass(.seconds(20), test)
            #expect(try await claim("a").isEmpty)
            #expect(try await claim("b").count == 1)
            try await pass(.seconds(31), test)
            #expect(try await claim("b").isEmpty, "nothing was heard of the first for long: the next one")
            #expect(try await claim("a").count == 1)
            #expect(try await claim("b", idle: true) == [id])
            for worker in ["a", "b"] { #expect(try await claim(worker).count == 1) }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func nothingIsReapedAfterAGapInTheTicking(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await settleClock(test)
            let id = try await test.store.put()
            _ = try await test.store.claim(.by("w1"))
            try await test.advance(by: .seconds(60))
            let report = try await test.store.tick(lease: leaseTime)
            #expect(report?.isHolding == true)
            #expect(try await test.store.job(id)?.state == .running)
            try await pass(.seconds(6), test)
            #expect(try await test.store.job(id)?.state == .queued)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aReleasedJobGoesToTheFrontWithoutALoss(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put()
            let job = try #require(try await test.store.claim(.by("w1")).first)
            let later = try await test.store.put()
            try await test.store.release([job.lease], by: nil)
            let leased = try await test.store.claim(.by("w2"))
            #expect(leased.map(\.lease.id) == [id, later])
            let record = try #require(try await test.store.job(id))
            #expect((record.stalls, record.failures, record.fence) == (0, 0, 2))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aPausedQueueHandsOutNothing(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            _ = try await test.store.put()
            try await test.store.setPaused(true, queue: "default")
            #expect(try await test.store.claim(.by("w1")).isEmpty)
            _ = try await test.store.put()
            let hint = try await test.store.awaitWork(in: ["default"], timeout: .milliseconds(50))
            #expect(hint == nil, "nobody is woken for a paused queue")
            try await test.store.setPaused(false, queue: "default")
            #expect(try await test.store.awaitWork(in: ["default"], timeout: .seconds(5))?.queue == "default")
            #expect(try await test.store.claim(.by("w1")).count == 2)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theCapOfAQueueHoldsOverAllWorkers(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for _ in 0..<5 { _ = try await test.store.put() }
            let rules = [QueueRules(name: "default", concurrency: 3)]
            let first = try await test.store.claim(.by("w1", limit: 2, queues: rules))
            let second = try await test.store.claim(.by("w2", limit: 2, queues: rules))
            #expect((first.count, second.count) == (2, 1))
            #expect(try await test.store.claim(.by("w3", queues: rules)).isEmpty)
            let request = ClaimRequest.by("w1", limit: 9, queues: rules)
            let reply = try await test.store.settle(first.map { .success($0.lease) }, claiming: request)
            #expect(reply.claimed.count == 2)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theRateOfAQueueHoldsOverAllWorkers(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for _ in 0..<20 { _ = try await test.store.put() }
            let rules = [QueueRules(name: "default", rate: StartRate(10, per: .second))]
            var started = try await test.store.claim(.by("w1", queues: rules)).count
            #expect(started == 2, "one, and what comes in a tenth of a second")
            #expect(try await test.store.claim(.by("w2", queues: rules)).isEmpty)
            for worker in ["w1", "w2", "w3", "w4", "w5"] {
                try await test.advance(by: .milliseconds(100))
                started += try await test.store.claim(.by(worker, queues: rules)).count
            }
            #expect(started == 7)
            try await test.advance(by: .seconds(100))
            #expect(try await test.store.claim(.by("w1", queues: rules)).count == 2, "what was not used is lost")
            try await test.advance(by: .seconds(-50))
            #expect(
                try await test.store.claim(.by("w1", queues: rules)).count == 1,
                "a clock set back holds nobody back"
            )
            #expect(try await test.store.claim(.by("w1", queues: rules)).isEmpty)
            let both = [QueueRules(name: "default", concurrency: 1, rate: StartRate(10, per: .second))]
            try await test.advance(by: .seconds(1))
            #expect(try await test.store.claim(.by("w1", queues: both)).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func whatAJobKeepsOfItsRequestReachesItsWorker(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for head in RandomWalk.heads {
                let job = NewJob.sample(test.store.newID(), request: head)
                _ = try await test.store.submit(job, rules: QueueRules(name: "default"))
                let leased = try #require(try await test.store.claim(.by("w1")).first)
                #expect(leased.request == head)
                let failure = Settlement.failure(leased.lease, .final, answer: .sample)
                _ = try await test.store.settle([failure], claiming: nil)
                let answer = try #require(try await test.store.job(job.id)?.failure?.answer)
                #expect(
                    (answer.status, answer.mediaType, answer.fields) == (404, "text/html", [HeaderField("Link", "<a>")])
                )
                #expect(answer.inline == Array("<p>no".utf8))
                guard case .retried(let again, _) = try await test.store.retry(job.id, as: test.store.newID()) else {
                    Issue.record("\(job.id) cannot be retried")
                    return
                }
                let second = try #require(try await test.store.claim(.by("w1")).first)
                #expect((second.lease.id, second.request) == (again, head))
                let fields = [HeaderField("ETag", "\"7\"")]
                _ = try await test.store.settle([.success(second.lease, fields: fields)], claiming: nil)
                #expect(try await test.store.job(again)?.result?.fields == fields)
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func manyLostJobsAreTakenBackWithoutAPause(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.store.tick(lease: leaseTime)
            for _ in 0..<230 { _ = try await test.store.put() }
            #expect(try await test.store.claim(.by("w1", limit: 300)).count == 230)
            for _ in 0..<5 {
                try await test.advance(by: .milliseconds(999))
                #expect(try await test.store.tick(lease: leaseTime)?.reaped == 0)
            }
            try await test.advance(by: .milliseconds(600))
            var reaped: [Int?] = []
            for _ in 0..<4 { reaped.append(try await test.store.tick(lease: leaseTime)?.reaped) }
            #expect(reaped == [100, 100, 30, nil])
            #expect(try await test.store.figures(of: "default").ready == 230)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aFullQueueRefuses(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            _ = try await test.store.put(payload: [UInt8](repeating: 0, count: 100))
            let job = NewJob.sample(test.store.newID(), payload: [UInt8](repeating: 0, count: 100))
            let byCount = try await test.store.submit(job, rules: QueueRules(name: "default", maxReady: 1))
            #expect(byCount == .full(.count))
            let byBytes = try await test.store.submit(job, rules: QueueRules(name: "default", maxBytes: 150))
            #expect(byBytes == .full(.bytes))
            #expect(try await test.store.job(job.id) == nil)
            _ = try await test.store.claim(.by("w1"))
            guard case .accepted = try await test.store.submit(job, rules: QueueRules(name: "default", maxReady: 1))
            else {
                throw NotAccepted()
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aWakeUpComesWithASubmitAndIsLeftWhereMoreIsToDo(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let waiting = Task { try await test.store.awaitWork(in: ["default", "other"], timeout: .seconds(20)) }
            let id = try await test.store.put(queue: "other")
            #expect(try await waiting.value == WakeUp(queue: "other", hint: id.text))

            _ = try await test.store.put(queue: "other")
            _ = try await test.store.awaitWork(in: ["other"], timeout: .seconds(5))
            #expect(try await test.store.claim(.by("w1", limit: 1)).count == 1)
            #expect(try await test.store.awaitWork(in: ["other"], timeout: .seconds(5)) != nil, "one job is left")
            #expect(try await test.store.claim(.by("w1", limit: 1)).count == 1)
            #expect(try await test.store.awaitWork(in: ["other"], timeout: .milliseconds(50)) == nil)

            try await test.store.release([], by: WakeUp(queue: "other", hint: "x"))
            #expect(try await test.store.awaitWork(in: ["other"], timeout: .seconds(5)) != nil, "a hint handed on")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func oneClaimTakesNoMoreThanAMebibyteOfPayload(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            for _ in 0..<4 { _ = try await test.store.put(payload: [UInt8](repeating: 7, count: 600_000)) }
            let first = try await test.store.claim(.by("w1"))
            #expect(first.count == 2)
            #expect(first.allSatisfy { $0.payload?.bytes.count == 600_000 })
            #expect(try await test.store.awaitWork(in: ["default"], timeout: .seconds(5)) != nil)
            #expect(try await test.store.claim(.by("w2")).count == 2)
        }
    }

    // MARK: Time

    /// The first tick of a store holds the reaper for one lease: lets that pass.
    private func settleClock(_ test: StoreUnderTest) async throws { try await pass(.seconds(8), test) }

    /// Lets time pass as a living fleet does: with a tick each second.
    private func pass(_ duration: Duration, _ test: StoreUnderTest) async throws {
        for _ in 0..<Int(duration.inSeconds) {
            try await test.advance(by: .seconds(1))
            try await test.store.tick(lease: leaseTime)
        }
    }
}
