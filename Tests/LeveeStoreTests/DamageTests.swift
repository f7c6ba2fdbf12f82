// What a damaged job, or a damaged line of figures, does to others: nothing. The doctor mends it; until then all others go on.

import LeveeCore
import LeveeRedis
import LeveeTesting
import Testing

@testable import LeveeStore

/// What stands in the place of a word of one of a job's fields, and what the doctor calls it.
struct WrongWord: Sendable {
    let field: String
    let index: Int
    let value: String
    let name: String

    init(_ field: String, _ index: Int, _ value: String, _ name: String) {
        self.field = field
        self.index = index
        self.value = value
        self.name = name
    }

    func apply(to id: JobID, _ redis: RedisUnderTest) async throws {
        try await redis.setWord(index, of: field, in: "levee:{00}:j:\(id)", to: value)
    }
}

@Suite struct DamageTests {
    /// The figures of a queue in which two jobs of two bytes wait: with a blank too many, a word less, a word that is no number.
    @Test(arguments: [
        "0 0 0 4 2 0 0 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0 ", "0 0  0 4 2 0 0 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0",
        "0 0 0 4 2 0 0 0 0 0 0 0 0 0 2 0 0 0 0 0 0", "many 0 0 4 2 0 0 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0", "nothing",
    ])
    func damagedFiguresHoldUpNoOtherQueue(line: String) async throws {
        try await withRedisStore { redis in
            let store = redis.store
            func damage() async throws {
                _ = try await redis.command("HSET", "levee:{00}:stats:other", "figures", line)
            }
            try await store.tick(lease: leaseTime)
            var ids = [try await store.put()]
            _ = try await store.claim(.by("w1"))
            ids.append(try await store.put(delay: .seconds(2)))
            for _ in 0..<2 { ids.append(try await store.put(queue: "other")) }
            try await damage()

            _ = try await store.overview()
            guard case .page(let page) = try await store.jobs(JobFilter(), after: nil, limit: 10) else {
                Issue.record("the jobs cannot be listed")
                return
            }
            #expect(Set(page.jobs.map(\.id)) == Set(ids))
            for _ in 0..<8 {
                try await redis.advance(by: .seconds(1))
                try await store.tick(lease: leaseTime)
            }
            let after = try await store.examine(repair: false, patience: .zero)
            #expect(after.isSound, "\(after.findings)")

            try await damage()
            ids.append(try await store.put(queue: "other"))
            try await damage()
            #expect(Set(try await store.claim(.by("w2")).map(\.lease.id)) == Set(ids))
            for _ in 0..<2 {
                try await redis.advance(by: .seconds(1))
                try await store.tick(lease: leaseTime)
            }
            let end = try await store.examine(repair: false, patience: .zero)
            #expect(end.isSound, "\(end.findings)")
        }
    }

    /// Version, queue, length.
    @Test(arguments: [("s", 1), ("f", 1), ("f", 5)])
    func aDamagedAttemptLeavesTheOthersOfItsCallSettled(field: String, word: Int) async throws {
        let settlements: [@Sendable (Lease) -> Settlement] = [
            { .success($0) }, { .failure($0) }, { .failure($0, .final) }, { .failure($0, .throttle(after: nil)) },
        ]
        for settle in settlements {
            try await withRedisStore { redis in
                let store = redis.store
                let leases = try await Self.runThree(redis, damaging: field, word)
                let half = Progress(percent: 50, stage: "half way")
                #expect(try await store.beat(.of("w1", leases.map { ($0, half) })) == [leases[1]: .lost])
                let reply = try await store.settle(leases.map(settle), claiming: nil)
                #expect(reply.verdicts == [.settled, .stale, .settled])
                try await Self.expectOneRuns(redis, leases[1])
            }
        }
        try await withRedisStore { redis in
            let leases = try await Self.runThree(redis, damaging: field, word)
            try await redis.store.release(leases, by: nil)
            try await Self.expectOneRuns(redis, leases[1])
        }
    }

    /// Three jobs that run, the second of which is damaged.
    private static func runThree(_ redis: RedisUnderTest, damaging field: String, _ word: Int) async throws -> [Lease] {
        for _ in 0..<3 { _ = try await redis.store.put() }
        let leases = try await redis.store.claim(.by("w1")).map(\.lease)
        try await redis.setWord(word, of: field, in: "levee:{00}:j:\(leases[1].id)", to: "-")
        return leases
    }

    private static func expectOneRuns(_ redis: RedisUnderTest, _ lease: Lease) async throws {
        #expect(try await redis.store.figures(of: "default").running == 1)
        #expect(
            try await redis.command("ZRANGE", "levee:{00}:leases", "0", "-1").array?.map(\.string) == [lease.id.text]
        )
        for _ in 0..<3 { _ = try await redis.store.examine(repair: true, patience: .zero) }
        let after = try await redis.store.examine(repair: false, patience: .zero)
        #expect(after.isSound, "\(after.findings)")
    }

    /// No worker, a deadline that is no number, no time of the last change; then the clock is set back.
    @Test(arguments: [WrongWord("s", 6, "-", "w"), WrongWord("f", 6, "td=never", "td"), WrongWord("s", 2, "-", "u")])
    func theTickGoesOnPastADamagedJob(wrong: WrongWord) async throws {
        try await withRedisStore { redis in
            let store = redis.store
            try await store.tick(lease: leaseTime)
            let damaged = try await store.put(deadline: .seconds(3))
            let sound = try await store.put()
            let scheduled = try await store.put(delay: .seconds(1_000), deadline: .seconds(2_000))
            #expect(try await store.claim(.by("w1")).count == 2)
            for id in [damaged, scheduled] { try await wrong.apply(to: id, redis) }
            for _ in 0..<8 {
                try await redis.advance(by: .seconds(1))
                try await store.tick(lease: leaseTime)
            }
            #expect(try await store.claim(.by("w2")).map(\.lease.id) == [sound])
            try await redis.advance(by: .seconds(-60))
            try await store.tick(lease: leaseTime)
            let found = try await store.examine(repair: false, patience: .zero).findings
            #expect(
                found.contains { $0.subject == .job(damaged.text) && $0.words.hasSuffix(": \(wrong.name)") },
                "\(found)"
            )
        }
    }

    @Test func damagedDeadLettersAreRemovedAndNeverRetried() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            for _ in 0..<4 { _ = try await store.put(followUps: [FollowUp(.end, to: .list("done"))]) }
            let leases = try await store.claim(.by("w1")).map(\.lease)
            _ = try await store.settle(leases.map { .failure($0, .final) }, claiming: nil)
            for lease in leases.dropFirst(2) {
                try await redis.setWord(1, of: "s", in: "levee:{00}:j:\(lease.id)", to: "-")
            }
            let before = try await redis.keys("*")
            await #expect(throws: StoreError.self) { try await store.retry(leases[2].id, as: store.newID()) }
            #expect(try await redis.keys("*") == before)
            #expect(try await store.figures(of: "default").ready == 0)

            #expect(try await store.remove(leases[2].id) == .removed(trace: nil))
            #expect(try await store.purgeDeadLetters(in: "default") == 3)
            #expect(try await store.purgeDeadLetters(in: "default") == 0)
            for lease in leases.dropFirst(2) { #expect(try await redis.keys("levee:{00}:j:\(lease.id)").isEmpty) }
        }
    }

    @Test func damagedJobsAreLeftOutOfLists() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            for _ in 0..<3 { _ = try await store.put() }
            let leases = try await store.claim(.by("w1")).map(\.lease)
            _ = try await store.settle(leases.map { .failure($0, .final) }, claiming: nil)
            try await redis.setWord(1, of: "s", in: "levee:{00}:j:\(leases[1].id)", to: "-")
            let sound = Set([leases[0].id, leases[2].id])
            guard case .page(let page) = try await store.jobs(JobFilter(), after: nil, limit: 10) else {
                Issue.record("the jobs cannot be listed")
                return
            }
            #expect(Set(page.jobs.map(\.id)) == sound)
            let dead = try await store.deadLetters(in: "default", after: nil, limit: 10)
            #expect(Set(dead.jobs.map(\.id)) == sound)
            #expect(dead.total == 3)
        }
    }

    @Test(arguments: [Duration.zero, .seconds(60)])
    func aDamagedJobIsNotCanceledAndTheOthersOfItsQueueAre(delay: Duration) async throws {
        try await withRedisStore { redis in
            let store = redis.store
            var ids: [JobID] = []
            for _ in 0..<3 {
                ids.append(try await store.put(delay: delay, followUps: [FollowUp(.end, to: .list("done"))]))
            }
            let damaged = ids[1]
            try await redis.setWord(1, of: "s", in: "levee:{00}:j:\(damaged)", to: "-")
            await #expect(throws: StoreError.self) { try await store.cancel(damaged) }
            #expect(try await redis.keys("levee:{00}:o:*").isEmpty)

            #expect(try await store.cancelWaiting(in: "default", after: nil).canceled == 2)
            #expect(try await redis.keys("levee:{00}:o:*").count == 2)
            for _ in 0..<3 { _ = try await store.examine(repair: true, patience: .zero) }
            let after = try await store.examine(repair: false, patience: .zero)
            #expect(after.isSound, "\(after.findings)")
            #expect(try await store.figures(of: "default").canceled == 2)
        }
    }

    /// More than a claim answers at once lies in a line, and its figures say that there is more still.
    @Test func figuresThatRunAheadOfALineHideNoJobs() async throws {
        try await withRedisStore { redis in
            let payload = [UInt8](repeating: 1, count: 300_000)
            for _ in 0..<6 { _ = try await redis.store.put(payload: payload) }
            try await redis.setWord(14, of: "figures", in: "levee:{00}:stats:default", to: "64")
            var claimed: [Int] = []
            for _ in 0..<3 { claimed.append(try await redis.store.claim(.by("w1", limit: 64)).count) }
            #expect(claimed == [4, 2, 0])
            #expect(try await redis.store.figures(of: "default").ready == 0)
        }
    }

    @Test func aLargeResultIsKeptThoughItsJobHasLostItsExpiry() async throws {
        try await withRedisStore { redis in
            let id = try await redis.store.put()
            let lease = try #require(try await redis.store.claim(.by("w1")).first).lease
            _ = try await redis.command("PERSIST", "levee:{00}:j:\(id)")
            let bytes = [UInt8](repeating: 7, count: 70_000)
            let reply = try await redis.store.settle([.success(lease, bytes: bytes)], claiming: nil)
            #expect(reply.verdicts == [.settled])
            #expect(try await redis.store.result(of: id) == bytes)
            let expiry = try await redis.command("PEXPIRETIME", "levee:{00}:r:\(id)").int
            #expect(try await redis.store.job(id)?.expiresAt.milliseconds == expiry.map { Int64($0) })
        }
    }

    /// The library takes whatever name a program gives a type.
    @Test(arguments: ["_odd", "-", "ärger"])
    func aTypeOfAnyNameRuns(type: String) async throws {
        try await withRedisStore { redis in
            for delay in [Duration.zero, .seconds(2)] { _ = try await redis.store.put(type: type, delay: delay) }
            for _ in 0..<2 {
                let leased = try await redis.store.claim(.by("w1"))
                #expect(leased.map(\.type) == [type])
                #expect(
                    try await redis.store.settle(leased.map { .success($0.lease) }, claiming: nil).verdicts == [
                        .settled
                    ]
                )
                try await redis.advance(by: .seconds(3))
            }
            let after = try await redis.store.examine(repair: false, patience: .zero)
            #expect(after.isSound, "\(after.findings)")
        }
    }

    /// A priority that there is not, a word too many, a deadline that is no number.
    @Test(arguments: [
        WrongWord("f", 2, "9", "p"), WrongWord("s", 11, "99999999999999 1", "words"),
        WrongWord("f", 5, "2 td=never", "td"),
    ])
    func theDoctorSaysWhatIsWrong(wrong: WrongWord) async throws {
        try await withRedisStore { redis in
            let id = try await redis.store.put()
            try await wrong.apply(to: id, redis)
            let found = try await redis.store.examine(repair: true, patience: .zero).findings
            let broken = try #require(found.first { $0.code == .broken })
            #expect(broken.words.hasSuffix(": \(wrong.name)"), "\(broken.words)")
            #expect(broken.isRepaired)
        }
    }

    /// What the scripts can read and the program cannot: more attempts than a number holds.
    @Test func aLeasedJobThatCannotBeReadGoesBackAndTheOthersRun() async throws {
        try await withRedisStore { redis in
            let unreadable = try await redis.store.put()
            let sound = try await redis.store.put()
            let key = "levee:{00}:j:\(unreadable)"
            try await redis.setWord(4, of: "f", in: key, to: "99999999999999999999")
            #expect(try await redis.store.claim(.by("w1")).map(\.lease.id) == [sound])
            #expect(try await redis.command("HGET", key, "s").string?.hasPrefix("queued ") == true)
            #expect(try await redis.store.figures(of: "default").running == 1)
        }
    }
}
