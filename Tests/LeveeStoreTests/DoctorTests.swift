// The doctor on stores that were damaged by hand: what is wrong is found, named and mended, and the jobs go on.

import LeveeCore
import LeveeRedis
import LeveeTestSupport
import Testing

@testable import LeveeStore

/// One damage: how it is done, and what the doctor calls it.
struct Damage: Sendable, CustomTestStringConvertible {
    /// In what state the job is to be that is damaged.
    enum Setting: Sendable {
        case queued, suspect, scheduled, throttled, running, dated, succeeded, large, failed, keyed, told
    }

    let code: Finding.Code
    let setting: Setting
    /// Commands as words, and `WORD key field index word` to put a word in the place of one of a field; `ID` stands for the job's id, `NAME` for what its idempotency key is kept under, `@` for the prefix.
    let commands: [String]
    var isMended = true

    init(_ code: Finding.Code, _ setting: Setting, _ commands: String..., isMended: Bool = true) {
        self.code = code
        self.setting = setting
        self.commands = commands
        self.isMended = isMended
    }

    var testDescription: String { "\(code.rawValue): \(commands.joined(separator: ", "))" }

    func apply(to id: JobID, _ redis: RedisUnderTest) async throws {
        for line in commands {
            let words = line.split(separator: " ").map {
                $0.replacing("@", with: "levee:{00}:").replacing("NAME", with: NewJob.keyed(id).idempotencyName ?? "")
                    .replacing("ID", with: id.text)
            }
            if words[0] == "WORD" {
                let (key, field) = (String(words[1]), String(words[2]))
                try await redis.setWord(Int(words[3]) ?? 0, of: field, in: key, to: String(words[4]))
                continue
            }
            var command = RedisCommand(String(words[0]))
            for word in words.dropFirst() { command.append(String(word)) }
            _ = try await redis.client.send(command)
        }
    }

    static let all: [Damage] = [
        Damage(.notInLine, .queued, "LREM @q:default:1 0 ID"),
        Damage(.notInLine, .queued, "DEL @q:default:1"),
        Damage(.notInLine, .queued, "LREM @q:default:1 0 ID", "RPUSH @q:default:0 ID"),
        Damage(.notInLine, .suspect, "LREM @suspect:default 0 ID"),
        Damage(.twiceInLine, .queued, "LPUSH @q:default:1 ID"),
        Damage(.twiceInLine, .queued, "LPUSH @suspect:default ID"),
        Damage(.noLease, .running, "ZREM @leases ID"),
        Damage(.leaseTooLong, .running, "ZADD @leases 99999999999999 ID"),
        Damage(.leaseNotRunning, .queued, "ZADD @leases 99999999999999 ID"),
        Damage(.leaseOfNothing, .running, "DEL @j:ID"),
        Damage(.noSchedule, .scheduled, "ZREM @scheduled ID"),
        Damage(.wrongDue, .scheduled, "ZADD @scheduled 99999999999999 ID"),
        Damage(.scheduleNotScheduled, .running, "ZADD @scheduled 99999999999999 ID"),
        Damage(.scheduleOfNothing, .scheduled, "DEL @j:ID"),
        Damage(.noDeadline, .suspect, "ZREM @deadlines ID"),
        Damage(.noDeadline, .throttled, "ZREM @deadlines ID"),
        Damage(.lateDeadline, .throttled, "ZADD @deadlines 99999999999999 ID"),
        Damage(.noDeadline, .dated, "ZREM @deadlines ID"),
        Damage(.lateDeadline, .dated, "ZADD @deadlines 99999999999999 ID"),
        Damage(.deadlineOfEnded, .succeeded, "ZADD @deadlines 99999999999999 ID"),
        Damage(.deadlineOfNothing, .throttled, "DEL @j:ID", "ZREM @scheduled ID"),
        Damage(.noExpiry, .queued, "PERSIST @j:ID"),
        Damage(.noExpiry, .succeeded, "PERSIST @j:ID"),
        Damage(.wrongExpiry, .running, "PEXPIRE @j:ID 60000"),
        Damage(.payloadExpiry, .large, "PERSIST @p:ID"),
        Damage(.payloadOrphan, .large, "DEL @j:ID", "PERSIST @p:ID"),
        Damage(.payloadOrphan, .queued, "SET @p:ID x"),
        Damage(.payloadLost, .large, "DEL @p:ID", isMended: false),
        Damage(.resultOrphan, .queued, "SET @r:ID x"),
        Damage(.resultLost, .succeeded, "HDEL @j:ID r", isMended: false),
        Damage(.idemLost, .keyed, "DEL @idem:NAME"),
        Damage(.idemLost, .keyed, "SET @idem:NAME other.print", "EXPIRE @idem:NAME 60"),
        Damage(.idemExpiry, .keyed, "PEXPIRE @idem:NAME 60000"),
        Damage(.idemExpiry, .keyed, "PERSIST @idem:NAME"),
        Damage(.idemLasting, .keyed, "PERSIST @idem:NAME"),
        Damage(.idemLasting, .queued, "SET @idem:something x"),
        Damage(.wrongType, .keyed, "DEL @idem:NAME", "LPUSH @idem:NAME x", isMended: false),
        Damage(.noDeadLetter, .failed, "ZREM @dead:default ID"),
        Damage(.noDeadLetter, .failed, "ZADD @dead:default 99999999999999 ID"),
        Damage(.deadNotFailed, .queued, "ZADD @dead:default 99999999999999 ID"),
        Damage(.deadNotFailed, .failed, "ZADD @dead:other 99999999999999 ID"),
        Damage(.deadOfNothing, .failed, "DEL @j:ID"),
        Damage(.log, .running, "WORD @j:ID s 1 9", isMended: false),
        Damage(.log, .running, "HDEL @j:ID h", isMended: false),
        Damage(.broken, .queued, "WORD @j:ID s 10 -"),
        Damage(.broken, .queued, "WORD @j:ID s 8 much"),
        Damage(.broken, .scheduled, "HDEL @j:ID d"),
        Damage(.broken, .running, "WORD @j:ID s 1 -", "WORD @j:ID s 11 -"),
        Damage(.broken, .running, "WORD @j:ID f 0 -", "WORD @j:ID f 3 -", "WORD @j:ID f 4 -", "WORD @j:ID f 5 -"),
        Damage(.broken, .running, "HDEL @j:ID f"),
        Damage(.broken, .queued, "HSET @j:ID s queued"),
        Damage(.broken, .queued, "WORD @j:ID f 2 9"),
        Damage(.broken, .running, "WORD @j:ID s 0 walking"),
        Damage(.broken, .queued, "WORD @j:ID f 1 -"),
        Damage(.broken, .queued, "HDEL @j:ID s"),
        Damage(.broken, .failed, "HDEL @j:ID ec em"),
        Damage(.broken, .succeeded, "HDEL @j:ID rs", isMended: false),
        Damage(.wrongType, .queued, "DEL @j:ID", "SET @j:ID x", isMended: false),
        Damage(.wrongType, .queued, "DEL @leases", "SET @leases x", isMended: false),
        Damage(.wrongFigure, .queued, "WORD @stats:default figures 14 9"),
        Damage(.wrongFigure, .queued, "WORD @stats:default figures 16 1"),
        Damage(.wrongFigure, .running, "WORD @stats:default figures 0 7"),
        Damage(.wrongFigure, .scheduled, "WORD @stats:default figures 1 -1"),
        Damage(.wrongFigure, .suspect, "WORD @stats:default figures 2 0"),
        Damage(.wrongFigure, .queued, "WORD @stats:default figures 3 1"),
        Damage(.noNumber, .queued, "WORD @stats:default figures 0 many"),
        Damage(.unlistedQueue, .queued, "HSET @meta queues other"),
        Damage(.wakeUps, .queued, "LPUSH @wake:default a b c"),
        Damage(.keyExpires, .queued, "EXPIRE @stats:default 60"),
        Damage(.unknownKey, .queued, "SET @something x", isMended: false),
        Damage(.unknownKey, .queued, "SET @q:default:3 x", isMended: false),
        Damage(.meta, .queued, "HDEL @meta secret"),
        Damage(.meta, .queued, "HSET @meta secret other", isMended: false),
        Damage(.deliveryOfNothing, .told, "DEL @o:ID.1"),
        Damage(.deliveryListing, .told, "ZREM @outbox ID.1"),
        Damage(.deliveryListing, .told, "ZADD @undelivered 99999999999999 ID.1"),
        Damage(.deliveryLost, .told, "DEL @j:ID"),
        Damage(.deliveryOutlives, .told, "WORD @j:ID s 11 4000000000"),
        Damage(.lasting, .told, "PERSIST @o:ID.1"),
        Damage(.lasting, .queued, "ZADD @list:done 1 x"),
        Damage(.broken, .told, "HSET @j:ID gs succeeded", "HDEL @j:ID s", "DEL @o:ID.1", "ZREM @outbox ID.1"),
        Damage(.workerExpiry, .running, "PERSIST @worker:w1"),
        Damage(.workerUnlisted, .running, "DEL @workers"),
        Damage(.workerOfNothing, .running, "DEL @worker:w1"),
    ]
}

extension NewJob {
    /// The job that is put in with a key.
    fileprivate static func keyed(_ id: JobID) -> NewJob { .sample(id, key: IdempotencyKey("damaged")) }
}

extension RedisUnderTest {
    /// Puts a word in the place of one of a field; words are those of its first line.
    func setWord(_ index: Int, of field: String, in key: String, to word: String) async throws {
        let text = try #require(try await command("HGET", key, field).string)
        let end = text.firstIndex(of: "\n") ?? text.endIndex
        var words = text[..<end].split(separator: " ").map(String.init)
        words[index] = word
        _ = try await command("HSET", key, field, words.joined(separator: " ") + text[end...])
    }
}

@Suite struct DoctorTests {
    /// Brings a job into a state, beside others that are sound.
    private static func prepare(_ setting: Damage.Setting, _ redis: RedisUnderTest) async throws -> JobID {
        let store = redis.store
        let payload = [UInt8](repeating: 1, count: setting == .large ? 70_000 : 10)
        let delay = setting == .scheduled ? Duration.seconds(60) : .zero
        let deadline = setting == .dated ? Duration.seconds(80) : nil
        let key = setting == .keyed ? NewJob.keyed(store.newID()).idempotencyKey : nil
        let id = try await store.put(
            payload: payload,
            delay: delay,
            deadline: deadline,
            key: key,
            followUps: setting == .told ? [FollowUp(.end, to: .list("done"))] : []
        )
        func claim() async throws -> Lease {
            let leased = try await store.claim(.by("w1", limit: 1, queues: [QueueRules(name: "default")]))
            _ = try await store.beat(.of("w1", leased.map { ($0.lease, nil) }))
            return try #require(leased.first).lease
        }
        switch setting {
        case .queued, .scheduled, .large, .keyed: break
        case .running, .dated: _ = try await claim()
        case .succeeded, .told: _ = try await store.settle([.success(try await claim())], claiming: nil)
        case .failed: _ = try await store.settle([.failure(try await claim(), .final)], claiming: nil)
        case .throttled:
            let failure = Settlement.failure(try await claim(), .throttle(after: nil), after: .seconds(30))
            _ = try await store.settle([failure], claiming: nil)
        case .suspect:
            for _ in 0..<2 {
                _ = try await claim()
                for _ in 0..<6 {
                    try await redis.advance(by: .seconds(1))
                    try await store.tick(lease: leaseTime)
                }
            }
        }
        for delay in [Duration.zero, .seconds(3_000)] { _ = try await store.put(queue: "other", delay: delay) }
        _ = try await store.put()
        return id
    }

    @Test(arguments: Damage.all)
    func eachDamageIsFoundNamedAndMended(damage: Damage) async throws {
        try await withRedisStore { redis in
            let store = redis.store
            let id = try await Self.prepare(damage.setting, redis)
            let before = try await store.examine(repair: false, patience: .zero)
            try #require(before.findings.isEmpty, "\(before.findings)")
            try await damage.apply(to: id, redis)

            let examination = try await store.examine(repair: false, patience: .zero)
            #expect(examination.findings.contains { $0.code == damage.code }, "\(examination.findings)")
            #expect(!examination.isSound)
            let repair = try await store.examine(repair: true, patience: .zero)
            let found = repair.findings.filter { $0.code == damage.code }
            #expect(!found.isEmpty)
            #expect(found.allSatisfy { $0.isRepaired == damage.isMended }, "\(repair.findings)")
            #expect(found.allSatisfy { ($0.remedy != nil) == damage.isMended })
            guard damage.isMended else { return }
            let after = try await store.examine(repair: false, patience: .zero)
            #expect(after.isSound, "\(after.findings)")
            try await Self.runToTheEnd(id, redis)
        }
    }

    /// Version, updated, to be started by, expiry; length, queue.
    @Test(arguments: [("s", 1), ("s", 2), ("s", 10), ("s", 11), ("f", 5), ("f", 1)])
    func aDamagedJobHoldsUpNoOthers(field: String, word: Int) async throws {
        try await withRedisStore { redis in
            let store = redis.store
            try await store.tick(lease: leaseTime)
            for _ in 0..<2 { _ = try await store.put() }
            let running = try await store.claim(.by("w1")).map(\.lease.id)
            var scheduled: [JobID] = []
            for _ in 0..<2 { scheduled.append(try await store.put(delay: .seconds(2))) }
            var queued: [JobID] = []
            for _ in 0..<2 { queued.append(try await store.put(deadline: .seconds(3))) }
            for id in [running[0], scheduled[0], queued[0]] {
                try await redis.setWord(word, of: field, in: "levee:{00}:j:\(id)", to: "-")
            }
            for _ in 0..<8 {
                try await redis.advance(by: .seconds(1))
                try await store.tick(lease: leaseTime)
            }
            #expect(try await store.job(queued[1])?.failure?.code == "deadline-exceeded")
            #expect(Set(try await store.claim(.by("w2")).map(\.lease.id)) == [running[1], scheduled[1]])
            let repair = try await store.examine(repair: true, patience: .zero)
            #expect(repair.findings.contains { $0.code == .broken })
            for _ in 0..<3 { _ = try await store.examine(repair: true, patience: .zero) }
            let after = try await store.examine(repair: false, patience: .zero)
            #expect(after.isSound, "\(after.findings)")
        }
    }

    /// Works until every job that is left has ended; nothing may be lost on the way.
    private static func runToTheEnd(_ id: JobID, _ redis: RedisUnderTest) async throws {
        let store = redis.store
        for _ in 0..<90 {
            try await redis.advance(by: .seconds(1))
            try await store.tick(lease: leaseTime)
            let leased = try await store.claim(.by("w9", idle: true))
            _ = try await store.settle(leased.map { .success($0.lease) }, claiming: nil)
        }
        if let record = try await store.job(id) {
            #expect(record.state.isTerminal, "\(record)")
        }
        let after = try await store.examine(repair: false, patience: .zero)
        #expect(after.findings.isEmpty, "\(after.findings)")
        let figures = try await store.figures(of: "default")
        #expect((figures.ready, figures.running, figures.scheduled, figures.bytes) == (0, 0, 0, 0))
    }

    @Test func jobsOfAnotherSecretAreCountedOnce() async throws {
        try await withRedisStore { redis in
            let authority = JobIDAuthority(secret: [9])
            for _ in 0..<3 {
                let job = NewJob.sample(authority.mint(partition: "00"))
                _ = try await redis.store.submit(job, rules: QueueRules(name: "default"))
            }
            let report = try await redis.store.examine(repair: true, patience: .zero)
            #expect(report.findings.map(\.code) == [.foreignIDs])
            #expect(report.findings.first?.words.contains("3 jobs") == true)
            #expect(!report.isSound)
        }
    }

    @Test func aQueueTooLargeToCountIsSaidToBeUncounted() async throws {
        try await withRedisStore { redis in
            let stats = "levee:{00}:stats:default"
            let ids = (0..<5_001).map { "x\($0)" }
            for start in stride(from: 0, to: ids.count, by: 1_000) {
                var command = RedisCommand("LPUSH", "levee:{00}:q:default:1")
                for id in ids[start..<min(start + 1_000, ids.count)] { command.append(id) }
                _ = try await redis.client.send(command)
            }
            _ = try await redis.command("HSET", stats, "figures", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 5001 0 4 0 0 0 0 0")
            let report = try await redis.store.examine(repair: false, patience: .zero)
            #expect(report.findings.isEmpty, "\(report.findings)")
            #expect(report.uncountedQueues == ["default"])
            _ = try await redis.command("HSET", stats, "figures", "0 0 0 0 0 0 0 0 0 0 0 0 0 0 5000 0 4 0 0 0 0 0")
            let second = try await redis.store.examine(repair: true, patience: .zero)
            #expect(second.findings.map(\.code) == [.wrongFigure], "the length of a list is always known")
            #expect(!second.isSound)
        }
    }

    @Test func manyJobsInLongListsAreLookedAt() async throws {
        try await withRedisStore { redis in
            for _ in 0..<1_700 { _ = try await redis.store.put() }
            let report = try await redis.store.examine(repair: false, patience: .zero)
            #expect(report.findings.isEmpty)
            #expect((report.jobs, report.queues) == (1_700, 2))
        }
    }

    @Test func anExaminationFoundsNothing() async throws {
        try await RedisServerProcess.run { server in
            await #expect(throws: StoreError.self) {
                let redis = RedisConfiguration(endpoint: server.unix)
                try await RedisStore.withStore(on: redis, queues: [], founds: false, logger: quietLogger()) { _ in }
            }
            try await withClient(server.unix) { client in
                let size = try await client.send(["DBSIZE"]).int
                #expect(size == 0)
            }
        }
    }

    @Test func everyCodeOfTheScriptsIsKnown() {
        let script = String(decoding: PackageResources.examination_lua, as: UTF8.self)
        let repair = String(decoding: PackageResources.repair_lua, as: UTF8.self)
        let named = script.matches(of: /(?:found\(|\{ \{ |found\(due and )'([a-z-]+)'/).map { String($0.output.1) }
        var codes = Set(named + ["no-schedule"])
        for kind in ["payload", "result"] {
            for end in ["lost", "expiry", "orphan"] { codes.insert("\(kind)-\(end)") }
        }
        #expect(codes.union([Finding.Code.foreignIDs.rawValue]) == Set(Finding.Code.allCases.map(\.rawValue)))
        for code in Finding.Code.allCases where code != .foreignIDs && code != .wrongType {
            #expect((code.remedy("") != nil) == repair.contains("['\(code.rawValue)'] ="), "\(code)")
        }
        let untried = Set(Finding.Code.allCases).subtracting(Damage.all.map(\.code))
        #expect(untried == [.foreignIDs, .recent, .resultExpiry])
    }
}
