// The deployment as a whole: what an overview shows, and who leads it; on both stores.

import LeveeCore
import LeveeRedis
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct FleetTests {
    /// The overview of one queue.
    private func queue(_ name: String = "default", of store: AnyStore) async throws -> QueueOverview {
        try #require(try await store.overview().queues.first { $0.name == name })
    }

    @Test(arguments: StoreKind.allCases)
    func anOverviewShowsWhatWaitsAndForHowLong(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let first = try await test.store.put()
            let since = try #require(try await test.store.job(first)).createdAt
            try await test.advance(by: .seconds(3))
            _ = try await test.store.put(priority: .high)
            var shown = try await queue(of: test.store)
            #expect(shown.oldestReady == since, "the oldest of all priorities")
            #expect(shown.figures.ready == 2)
            #expect(shown.figures.submitted == 2)
            #expect(try await test.store.overview().time == since + .seconds(3))

            // What was canceled still lies in the list, and is looked past.
            _ = try await test.store.cancel(first)
            shown = try await queue(of: test.store)
            #expect(shown.oldestReady == since + .seconds(3))

            // A job that comes back stands before older ones.
            let claimed = try #require(try await test.store.claim(.by("w1")).first)
            let older = try await test.store.put(priority: .high)
            try await test.advance(by: .seconds(1))
            try await test.store.release([claimed.lease], by: nil)
            let olderSince = try #require(try await test.store.job(older)).createdAt
            #expect(try await queue(of: test.store).oldestReady == olderSince)
        }
    }

    @Test func aLookCostsLittleHoweverMuchWaits() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            for _ in 0..<60 {
                _ = try await store.put()
                _ = try await store.put(delay: .seconds(60))
            }
            _ = try await store.beat(.of("w1"))
            let before = try await commands(of: store)
            _ = try await store.overview()
            // The look itself and this count are two; the rest is what the script asks.
            #expect(try await commands(of: store) - before <= 18)
        }
    }

    /// How many commands Redis has carried out, those of scripts included.
    private func commands(of store: RedisStore) async throws -> Int {
        let info = try await store.send(RedisCommand("INFO", "stats")).string ?? ""
        let line = try #require(info.firstMatch(of: /total_commands_processed:([0-9]+)/))
        return try #require(Int(line.output.1))
    }

    @Test(arguments: StoreKind.allCases)
    func whatIsDueIsCountedBeforeItIsPromoted(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            _ = try await test.store.put(delay: .seconds(5))
            _ = try await test.store.put(delay: .seconds(60))
            _ = try await test.store.put(queue: "other", delay: .seconds(30))
            let start = try await test.store.overview().time
            #expect(try await queue(of: test.store).nextDue == start + .seconds(5))
            #expect(try await queue("other", of: test.store).nextDue == start + .seconds(30))
            #expect(try await queue(of: test.store).due == 0)
            try await test.advance(by: .seconds(6))
            #expect(try await queue(of: test.store).due == 1)
            _ = try await test.store.tick(lease: leaseTime)
            #expect(try await queue(of: test.store).due == 0)
            #expect(try await queue(of: test.store).nextDue == start + .seconds(60))
            #expect(try await queue(of: test.store).figures.ready == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func deadLettersAndFollowUpsAreCounted(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let followUps = [
                FollowUp(.end, to: .list("done")), FollowUp(.failure, to: .webhook("http://127.0.0.1:1/")),
            ]
            _ = try await test.store.put(followUps: followUps)
            #expect(try await queue(of: test.store).dead == 0)
            #expect(try await test.store.overview().outbox == OutboxOverview())
            let job = try #require(try await test.store.claim(.by("w1")).first)
            let failure = JobFailure(code: "x", detail: "y", disposition: .final)
            let settlement = Settlement(lease: job.lease, outcome: .failed(failure, retryAfter: .zero), busy: .zero)
            _ = try await test.store.settle([settlement], claiming: nil)
            let ended = try await test.store.overview().time
            #expect(try await queue(of: test.store).dead == 1)
            #expect(
                try await test.store.overview().outbox == OutboxOverview(waiting: 2, due: 2, oldestDue: ended)
            )

            try await test.advance(by: .seconds(3))
            let taken = try await test.store.takeDeliveries(1, lease: .seconds(60))
            #expect(
                try await test.store.overview().outbox == OutboxOverview(waiting: 2, due: 1, oldestDue: ended),
                "one that is being delivered is not due"
            )
            _ = try await test.store.settle(try #require(taken.first), as: .dead(reason: "no"))
            #expect(
                try await test.store.overview().outbox
                    == OutboxOverview(waiting: 1, due: 1, oldestDue: ended, dead: 1)
            )
            _ = try await test.store.purgeDeadLetters(in: "default")
            #expect(try await queue(of: test.store).dead == 0)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func waitsAndServiceTimesAreCountedByLength(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            _ = try await test.store.put()
            _ = try await test.store.put()
            try await test.advance(by: .seconds(7))
            let jobs = try await test.store.claim(.by("w1"))
            let outcomes: [Settlement.Outcome] = [
                .succeeded(JobResult(content: Content(mediaType: "text/plain", bytes: []))),
                .failed(JobFailure(code: "x", detail: "y", disposition: .final), retryAfter: .zero),
            ]
            let settlements = zip(jobs, outcomes).map { job, outcome in
                Settlement(lease: job.lease, outcome: outcome, busy: .milliseconds(3_600_000))
            }
            _ = try await test.store.settle(settlements, claiming: nil)
            let figures = try await test.store.figures(of: "default")
            #expect(figures.wait.total == .seconds(14))
            #expect(figures.wait.counts[try #require(DurationCounts.bounds.firstIndex(of: 10_000))] == 2)
            #expect(figures.service.total == .seconds(7_200))
            #expect(figures.service.counts.last == 2, "longer than all bounds")
            #expect((figures.wait.count, figures.service.count) == (2, 2))
        }
    }

    @Test func theScriptsCountByTheSameBounds() throws {
        let durations = String(decoding: PackageResources.durations_lua, as: UTF8.self)
        let bounds = try #require(durations.firstMatch(of: /BOUNDS = \{ ([0-9, ]+) \}/)).output.1
        #expect(bounds.split(separator: ", ").compactMap { Int($0) } == DurationCounts.bounds)
    }

    @Test(arguments: StoreKind.allCases)
    func workersAreShownUntilTheyLeaveOrFallSilent(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put()
            let lease = try #require(try await test.store.claim(.by("w2")).first).lease
            _ = try await test.store.beat(.of("w1"))
            _ = try await test.store.beat(.of("w2", [(lease, nil)]))
            let start = try await test.store.overview().time
            var workers = try await test.store.overview().workers
            #expect(workers.map(\.name) == ["w1", "w2"])
            #expect(workers.map(\.running) == [[], [id]])
            #expect(workers.map(\.isDraining) == [false, false])
            #expect(workers.map(\.slots) == [10, 10])
            #expect(workers.map(\.queues) == [["default"], ["default"]])

            try await test.advance(by: .seconds(4))
            var beat = Heartbeat.of("w2", [(lease, nil)])
            beat.isDraining = true
            _ = try await test.store.beat(beat)
            workers = try await test.store.overview().workers
            #expect(workers.map(\.isDraining) == [false, true])
            #expect(workers.map(\.startedAt) == [start, start])
            #expect(workers.map(\.seenAt) == [start, start + .seconds(4)])

            try await test.advance(by: leaseTime * 3 - .seconds(2))
            #expect(
                try await test.store.overview().workers.map(\.name) == ["w2"],
                "w1 has been silent for three leases"
            )
            try await test.store.leave(worker: "w2")
            #expect(try await test.store.overview().workers.isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func oneAutoscalerLeads(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let verdict = ScalingVerdict(desired: 3, change: .up, reason: "up 1 -> 3: 41 jobs wait")
            #expect(try await store.lead(as: "a", for: .seconds(10)) == "a")
            #expect(try await store.lead(as: "b", for: .seconds(10)) == "a")
            try await store.announce(verdict, as: "a")
            try await store.announce(ScalingVerdict(desired: 9, change: .up, reason: "no"), as: "b")
            try await store.resign(as: "b")
            let decidedAt = try await store.overview().time
            #expect(
                try await store.overview().autoscaler
                    == AutoscalerOverview(
                        leader: "a",
                        desired: 3,
                        reason: "up 1 -> 3: 41 jobs wait",
                        decidedAt: decidedAt
                    )
            )

            try await test.advance(by: .seconds(6))
            #expect(try await store.lead(as: "a", for: .seconds(10)) == "a", "whoever leads can go on")
            try await test.advance(by: .seconds(10))
            #expect(try await store.overview().autoscaler == AutoscalerOverview(), "its lead is over")
            try await store.announce(verdict, as: "a")
            #expect(try await store.lead(as: "b", for: .seconds(10)) == "b")
            try await store.resign(as: "b")
            #expect(try await store.lead(as: "a", for: .seconds(10)) == "a")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aNumberSetByHandStaysUntilItIsTakenBack(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            try await test.store.setManualTarget(0)
            #expect(try await test.store.overview().autoscaler.manualTarget == 0)
            #expect(try await test.store.lead(as: "a", for: .seconds(10)) == "a")
            try await test.store.resign(as: "a")
            #expect(try await test.store.overview().autoscaler == AutoscalerOverview(manualTarget: 0))
            try await test.store.setManualTarget(nil)
            #expect(try await test.store.overview().autoscaler == AutoscalerOverview())
        }
    }

    @Test func anOverviewCanBeHadWhereNothingCanBeWritten() async throws {
        try await withRedisStore { redis in
            _ = try await redis.store.put()
            // Without a replica Redis now refuses every write.
            _ = try await redis.command("CONFIG", "SET", "min-replicas-to-write", "1")
            await #expect(throws: StoreError.self) { try await redis.store.setManualTarget(1) }
            #expect(try await queue(of: redis.store).figures.ready == 1)
        }
    }
}
