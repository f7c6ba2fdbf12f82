// Submits with a key: sent again they make no second job, on both stores.

import LeveeCore
import LeveeRedis
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct IdempotencyTests {
    private static let rules = QueueRules(name: "default")

    private static func key(_ text: String = "order-1") throws -> IdempotencyKey { try #require(IdempotencyKey(text)) }

    @Test(arguments: StoreKind.allCases)
    func theSameSubmitAgainIsTheJobAsItNowStands(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let key = try Self.key()
            let first = NewJob.sample(store.newID(), key: key)
            guard case .accepted(let made) = try await store.submit(first, rules: Self.rules) else {
                throw NotAccepted()
            }
            let again = NewJob.sample(store.newID(), priority: .high, delay: .seconds(5), key: key)
            #expect(try await store.submit(again, rules: Self.rules) == .replayed(made))
            let job = try #require(try await store.claim(.by("w1")).first)
            #expect(job.lease.id == first.id)
            _ = try await store.settle([.success(job.lease)], claiming: nil)
            let ended = try #require(try await store.job(first.id))
            #expect(ended.state == .succeeded)
            #expect(try await store.submit(again, rules: Self.rules) == .replayed(ended))
            #expect(try await store.claim(.by("w1")).isEmpty, "there was one job only")
            #expect(try await store.figures(of: "default").submitted == 1)
            #expect(try await store.job(again.id) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func anotherSubmitWithTheKeyIsAConflict(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let key = try Self.key()
            let first = NewJob.sample(store.newID(), payload: [1], key: key)
            _ = try await store.submit(first, rules: Self.rules)
            var others: [NewJob] = []
            for _ in 0..<3 { others.append(NewJob.sample(store.newID(), payload: [1], key: key)) }
            others[0].payload.bytes = [1, 0]
            others[1].payload.mediaType = "application/json; v=2"
            others[2].type = "reverse"
            for other in others { #expect(try await store.submit(other, rules: Self.rules) == .conflict) }
            _ = try await store.cancel(first.id)
            _ = try await store.remove(first.id)
            #expect(try await store.submit(others[0], rules: Self.rules) == .conflict, "also once the job is gone")
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aRemovedJobIsNotMadeAgain(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let job = NewJob.sample(store.newID(), key: try Self.key())
            _ = try await store.submit(job, rules: Self.rules)
            _ = try await store.cancel(job.id)
            #expect(try await store.remove(job.id) == .removed())
            for id in [store.newID(), job.id] {
                var again = job
                again.id = id
                #expect(try await store.submit(again, rules: Self.rules) == .gone)
            }
            #expect(try await store.figures(of: "default").submitted == 1)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func keysOfTwoTenantsNeverMeet(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let key = try Self.key()
            var ids: [JobID] = []
            for tenant in [Tenant.standard, Tenant("red"), Tenant("blue")] {
                let job = NewJob.sample(store.newID(), payload: Array(tenant.name.utf8), tenant: tenant, key: key)
                guard case .accepted(let record) = try await store.submit(job, rules: Self.rules) else {
                    throw NotAccepted()
                }
                #expect(record.tenant == tenant)
                #expect(try await store.job(record.id)?.tenant == tenant)
                ids.append(record.id)
            }
            #expect(Set(ids).count == 3)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aRefusalIsNotRemembered(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let narrow = QueueRules(name: "default", maxReady: 1)
            let blocking = try await store.put()
            let job = NewJob.sample(store.newID(), key: try Self.key())
            #expect(try await store.submit(job, rules: narrow) == .full(.count))
            _ = try await store.cancel(blocking)
            guard case .accepted = try await store.submit(job, rules: narrow) else { throw NotAccepted() }
            var again = job
            again.id = store.newID()
            guard case .replayed = try await store.submit(again, rules: narrow) else {
                Issue.record("a full queue stands in the way of an answer")
                return
            }
        }
    }

    @Test(arguments: StoreKind.allCases)
    func whoExpectsAnotherVersionChangesNothing(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let id = try await store.put()
            let before = try #require(try await store.job(id))
            for versions in [[], [before.version + 1], [before.version * 10 + 1, 0]] {
                #expect(try await store.cancel(id, by: nil, expecting: versions) == .stale)
            }
            #expect(try await store.job(id) == before)
            let seen = [99, before.version]
            #expect(try await store.cancel(id, by: nil, expecting: seen) == .canceled)
            #expect(try await store.cancel(id, by: nil, expecting: seen) == .stale)
            #expect(try await store.remove(id, by: nil, expecting: seen) == .stale)
            let after = try #require(try await store.job(id))
            #expect(try await store.remove(id, by: nil, expecting: [after.version]) == .removed())
            #expect(try await store.remove(id, by: nil, expecting: [after.version]) == .missing)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func whoAsksForAnothersJobChangesNothing(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let id = try await store.put(tenant: Tenant("red"))
            let before = try await store.job(id)
            for stranger in [Tenant("blue"), .standard] {
                #expect(try await store.cancel(id, by: stranger) == .foreign)
                #expect(try await store.remove(id, by: stranger) == .foreign)
            }
            #expect(try await store.job(id) == before)
            #expect(try await store.cancel(id, by: Tenant("red")) == .canceled)
            #expect(try await store.remove(id, by: .standard) == .foreign)
            #expect(try await store.remove(id, by: Tenant("red")) == .removed())
            #expect(try await store.remove(id, by: .standard) == .missing)
            let plain = try await store.put()
            #expect(try await store.cancel(plain, by: Tenant("red")) == .foreign)
            #expect(try await store.cancel(plain, by: .standard) == .canceled)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aJobMadeOfADeadLetterIsOfTheSameTenant(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await test.store.put(tenant: Tenant("red"))
            let job = try #require(try await test.store.claim(.by("w1")).first)
            _ = try await test.store.settle([.failure(job.lease, .final)], claiming: nil)
            let made = test.store.newID()
            #expect(try await test.store.retry(id, as: made) == .retried(made))
            #expect(try await test.store.job(made)?.tenant == Tenant("red"))
        }
    }

    // MARK: What only Redis can show

    @Test func theKeyLivesAsLongAsTheJobWhateverBecomesOfIt() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            func expectLife(of job: NewJob, _ when: Comment, at line: SourceLocation = #_sourceLocation) async throws {
                let record = try #require(try await store.job(job.id), when, sourceLocation: line)
                let name = try #require(job.idempotencyName)
                let expiry = try await redis.command("PEXPIRETIME", "levee:{00}:idem:\(name)").int
                #expect(expiry == Int(record.expiresAt.milliseconds), when, sourceLocation: line)
            }
            func put(_ key: String, ageLimit: Duration, retention: Duration?) async throws -> NewJob {
                let job = NewJob.sample(
                    store.newID(),
                    maxAttempts: 2,
                    ageLimit: ageLimit,
                    retention: retention,
                    key: try Self.key(key)
                )
                guard case .accepted = try await store.submit(job, rules: Self.rules) else { throw NotAccepted() }
                try await expectLife(of: job, "submitted")
                return job
            }
            func claim() async throws -> Lease { try #require(try await store.claim(.by("w1")).first).lease }

            let kept = try await put("kept", ageLimit: .seconds(60), retention: .seconds(7_200))
            _ = try await store.settle([.success(try await claim())], claiming: nil)
            try await expectLife(of: kept, "ended, with a retention of its own")

            let failing = try await put("failing", ageLimit: .seconds(60), retention: nil)
            _ = try await store.settle([.failure(try await claim(), after: .seconds(9))], claiming: nil)
            try await expectLife(of: failing, "to be tried again")
            try await redis.advance(by: .seconds(9))
            _ = try await store.settle([.failure(try await claim())], claiming: nil)
            try await expectLife(of: failing, "a dead letter")

            let handed = try await put("handed", ageLimit: .seconds(60), retention: .seconds(60))
            let lease = try await claim()
            try await redis.advance(by: .seconds(30))
            try await store.release([lease], by: nil)
            try await expectLife(of: handed, "handed back")

            let late = try await claim()
            try await redis.advance(by: .seconds(119))
            _ = try await store.beat(.of("w1", [(late, nil)]))
            try await expectLife(of: handed, "prolonged by a heartbeat")
            #expect(try await store.examine(repair: false, patience: .zero).findings.isEmpty)
        }
    }

    @Test func whenTheJobsTimeIsOverTheKeyMayBeUsedAnew() async throws {
        try await withRedisStore(ahead: .zero) { redis in
            let key = try Self.key()
            let job = NewJob.sample(redis.store.newID(), retention: .milliseconds(30), key: key)
            _ = try await redis.store.submit(job, rules: Self.rules)
            _ = try await redis.store.cancel(job.id)
            try await eventually("the job is gone") { try await redis.store.job(job.id) == nil }
            let again = NewJob.sample(redis.store.newID(), payload: [7], key: key)
            guard case .accepted = try await redis.store.submit(again, rules: Self.rules) else { throw NotAccepted() }
        }
    }

    @Test func ofFiftyAtOnceOneIsAccepted() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            let key = try Self.key()
            let replies = try await withThrowingTaskGroup(of: SubmitReply.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await store.submit(.sample(store.newID(), key: key), rules: Self.rules) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let accepted = replies.compactMap { reply in
                if case .accepted(let record) = reply { record } else { nil }
            }
            let made = try #require(accepted.first)
            #expect(accepted.count == 1)
            #expect(replies.count { $0 == .replayed(made) } == 49)
            #expect(try await store.claim(.by("w1", limit: 50)).count == 1)
        }
    }
}
