// What only a real Redis can show: keys and their lives, large values, refusals, the feed, the cost.

import LeveeCore
import LeveeRedis
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct RedisStoreTests {
    @Test func everyKeyOfAJobHasALifeFromTheSubmitOn() async throws {
        try await withRedisStore { redis in
            let small = try await redis.store.put(delay: .seconds(60), retention: .seconds(60))
            let large = try await redis.store.put(payload: [UInt8](repeating: 1, count: 100_000))
            #expect(try await redis.keys("*\(small)*") == ["levee:{00}:j:\(small)"])
            #expect(try await redis.keys("*\(large)*") == ["levee:{00}:j:\(large)", "levee:{00}:p:\(large)"])
            for id in [small, large] {
                let record = try #require(try await redis.store.job(id))
                for key in try await redis.keys("*\(id)*") {
                    let expiry = try await redis.command("PEXPIRETIME", key).int
                    #expect(expiry == Int(record.expiresAt.milliseconds), "\(key)")
                }
            }
            let job = try #require(try await redis.store.claim(.by("w1")).first)
            let result = Settlement.success(job.lease, bytes: [UInt8](repeating: 2, count: 100_000))
            _ = try await redis.store.settle([result], claiming: nil)
            let keys = try await redis.keys("*\(large)*")
            #expect(keys.count == 3)
            for key in keys { #expect(try #require(try await redis.command("PTTL", key).int) > 0, "\(key)") }
        }
    }

    @Test func nothingIsLeftOfAJobAfterItsRetention() async throws {
        try await withRedisStore(ahead: .zero) { redis in
            let ended = try await redis.store.put(
                payload: [UInt8](repeating: 1, count: 70_000),
                retention: .milliseconds(30)
            )
            let job = try #require(try await redis.store.claim(.by("w1")).first)
            let result = Settlement.success(job.lease, bytes: [UInt8](repeating: 2, count: 70_000))
            _ = try await redis.store.settle([result], claiming: nil)
            let canceled = try await redis.store.put(ageLimit: .seconds(3_600), retention: .milliseconds(30))
            _ = try await redis.store.cancel(canceled)
            for id in [ended, canceled] {
                try await eventually("\(id) is gone") { try await redis.keys("*\(id)*").isEmpty }
                #expect(try await redis.store.job(id) == nil)
            }
            for index in ["leases", "scheduled", "deadlines"] {
                #expect(try await redis.command("ZCARD", "levee:{00}:\(index)").int == 0, "\(index)")
            }
            #expect(try await redis.store.claim(.by("w1")).isEmpty)
            #expect(try await redis.command("LLEN", "levee:{00}:q:default:1").int == 0)
        }
    }

    @Test func aJobThatWasHandedBackLivesUntilItEnds() async throws {
        try await withRedisStore { redis in
            let id = try await redis.store.put(ageLimit: .seconds(20), retention: .seconds(2))
            _ = try await redis.store.claim(.by("w1"))
            for _ in 0..<14 {
                try await redis.advance(by: .seconds(1))
                try await redis.store.tick(lease: leaseTime)
            }
            let record = try #require(try await redis.store.job(id))
            #expect(record.state == .queued)
            #expect(
                try await redis.command("PEXPIRETIME", "levee:{00}:j:\(id)").int == Int(record.expiresAt.milliseconds)
            )
            for _ in 0..<20 {
                try await redis.advance(by: .seconds(1))
                try await redis.store.tick(lease: leaseTime)
            }
            #expect(try await redis.store.job(id)?.failure?.code == JobFailure.expiredCode)
        }
    }

    @Test func figuresAreCountedAnewWhereJobsHaveVanished() async throws {
        try await withRedisStore { redis in
            var ids: [JobID] = []
            for _ in 0..<4 { ids.append(try await redis.store.put()) }
            ids.append(try await redis.store.put(delay: .seconds(3)))
            let kept = try await redis.store.put(queue: "other")
            let keptBytes = try await redis.store.figures(of: "other").bytes
            _ = try await redis.store.claim(.by("w1", limit: 2, queues: [QueueRules(name: "default")]))
            for id in ids { _ = try await redis.command("DEL", "levee:{00}:j:\(id)") }
            for _ in 0..<12 {
                try await redis.advance(by: .seconds(1))
                try await redis.store.tick(lease: leaseTime)
            }
            let figures = try await redis.store.figures(of: "default")
            #expect((figures.ready, figures.running, figures.scheduled, figures.bytes) == (0, 0, 0, 0))
            #expect(figures.left == figures.entered)
            #expect(figures.stale == [0, 0, 0])
            let other = try await redis.store.figures(of: "other")
            #expect((other.ready, other.bytes) == (1, keptBytes))
            #expect(try await redis.store.claim(.by("w2")).map(\.lease.id) == [kept])
        }
    }

    @Test func aTickClearsOldEntriesALittleAtATime() async throws {
        try await withRedisStore { redis in
            for _ in 0..<250 { _ = try await redis.store.cancel(try await redis.store.put()) }
            try await redis.store.tick(lease: leaseTime)
            let first = try await redis.store.figures(of: "default")
            #expect(first.left[1] == 100)
            #expect(first.stale[1] == 150)
            #expect(first.ready == 0)
        }
    }

    @Test func aJobThatRunsLongerThanItWasToLiveIsKept() async throws {
        try await withRedisStore { redis in
            let id = try await redis.store.put(ageLimit: .seconds(5), retention: .seconds(5))
            let job = try #require(try await redis.store.claim(.by("w1")).first)
            let before = try #require(try await redis.store.job(id)).expiresAt
            try await redis.advance(by: .seconds(4))
            _ = try await redis.store.beat(.of("w1", [(job.lease, nil)]))
            let after = try #require(try await redis.store.job(id)).expiresAt
            #expect(after > before)
            #expect(try await redis.command("PEXPIRETIME", "levee:{00}:j:\(id)").int == Int(after.milliseconds))
        }
    }

    @Test func sixtyFourJobsOfOneMebibyteAreClaimedAndDone() async throws {
        try await withRedisStore { redis in
            let store = redis.store
            let payload = [UInt8](repeating: 0x61, count: 1 << 20)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<64 { group.addTask { _ = try await store.put(payload: payload) } }
                try await group.waitForAll()
            }
            var done = 0
            while done < 64 {
                let leased = try await store.claim(.by("w1", limit: 64))
                try #require(!leased.isEmpty)
                #expect(leased.allSatisfy { $0.payload?.bytes == payload })
                _ = try await store.settle(leased.map { .success($0.lease, bytes: payload) }, claiming: nil)
                done += leased.count
            }
            #expect(try await store.figures(of: "default").succeeded == 64)
        }
    }

    @Test func aFullRedisRefusesSubmitsAndDrains() async throws {
        try await withRedisStore { redis in
            let id = try await redis.store.put()
            try await redis.advance(by: .seconds(1))
            let used = try #require(try await redis.command("INFO", "memory").string)
                .split(whereSeparator: \.isNewline).first { $0.hasPrefix("used_memory:") }.flatMap {
                    Int($0.dropFirst(12))
                }
            _ = try await redis.command("CONFIG", "SET", "maxmemory", "\(try #require(used) / 2)")
            await #expect(throws: StoreError.self) { try await redis.store.put() }
            do {
                _ = try await redis.store.put()
            } catch let error as StoreError {
                guard case .refused(let reason) = error else { throw error }
                #expect(reason.hasPrefix("OOM"))
            }
            let job = try #require(try await redis.store.claim(.by("w1")).first)
            #expect(try await redis.store.beat(.of("w1", [(job.lease, nil)])).isEmpty)
            #expect(try await redis.store.settle([.success(job.lease)], claiming: nil).verdicts == [.settled])
            #expect(try await redis.store.job(id)?.state == .succeeded)
            #expect(try await redis.store.tick(lease: leaseTime) != nil)
        }
    }

    @Test func scriptsSurviveAFlush() async throws {
        try await withRedisStore { redis in
            _ = try await redis.store.put()
            _ = try await redis.command("SCRIPT", "FLUSH")
            _ = try await redis.store.put()
            #expect(try await redis.store.claim(.by("w1")).count == 2)
        }
    }

    @Test func anUnknownLayoutIsRefused() async throws {
        try await withRedisStore { redis in
            _ = try await redis.command("HSET", "levee:{00}:meta", "layout", "99")
            await #expect(throws: StoreError.self) {
                try await RedisStore.open(on: redis.client, queues: [], logger: quietLogger())
            }
        }
    }

    @Test func allProcessesOfADeploymentShareItsSecret() async throws {
        try await withRedisStore { redis in
            let other = try await RedisStore.open(on: redis.client, queues: ["third"], logger: quietLogger())
            #expect(other.recognize(redis.store.newID().text) != nil)
            #expect(other.recognize(JobIDAuthority(secret: [9]).mint(partition: "00").text) == nil)
            let queues = try await redis.command("HGET", "levee:{00}:meta", "queues").string
            #expect(queues == "default other third")
            await other.close()
        }
    }

    @Test func theFeedTellsOfEachChange() async throws {
        try await withRedisStore { redis in
            let heard = Collector<FeedEvent>()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await redis.store.listen { heard.add($0) } }
                try await eventually("the feed is open") { heard.all.contains(.listening) }
                let id = try await redis.store.put()
                let job = try #require(try await redis.store.claim(.by("w1")).first)
                _ = try await redis.store.settle([.success(job.lease)], claiming: nil)
                _ = try await redis.store.remove(id)
                let wanted: [FeedEvent] = [
                    .listening,
                    .changed([JobChange(id: id, version: 2, state: .running)]),
                    .changed([JobChange(id: id, version: 3, state: .succeeded)]),
                    .changed([JobChange(id: id, version: 4, state: nil)]),
                ]
                try await eventually("all is told, not \(heard.all)") { heard.all == wanted }
                group.cancelAll()
            }
        }
    }

    @Test func claimAndFinishCostAtMostFourCallsAJob() async throws {
        try await withRedisStore { redis in
            for _ in 0..<640 { _ = try await redis.store.put(payload: [UInt8](repeating: 0x61, count: 100)) }
            _ = try await redis.command("CONFIG", "RESETSTAT")
            var leased = try await redis.store.claim(.by("w1", limit: 64))
            var done = 0
            while !leased.isEmpty {
                done += leased.count
                leased = try await redis.store.settle(
                    leased.map { .success($0.lease) },
                    claiming: .by("w1", limit: 64)
                ).claimed
            }
            #expect(done == 640)
            let stats = try #require(try await redis.command("INFO", "commandstats").string)
            var calls: [String: Int] = [:]
            for line in stats.split(whereSeparator: \.isNewline) where line.hasPrefix("cmdstat_") {
                let parts = line.dropFirst("cmdstat_".count).split(separator: ":calls=")
                calls[String(parts[0])] = parts[1].split(separator: ",").first.flatMap { Int($0) }
            }
            let perJob = ["hmget", "hset"].reduce(0) { $0 + (calls[$1] ?? 0) }
            let ignored: Set = ["evalsha", "config|resetstat", "info", "get"]
            let all = calls.filter { !ignored.contains($0.key) }.values.reduce(0, +)
            #expect(
                perJob <= 4 * done + 4 * 11,
                "two reads and two writes a job; a batch reads the figures of two queues, and changes those of one"
            )
            #expect(Double(all) / Double(done) <= 4.4, "\(calls)")
        }
    }

    @Test func processesOfARedisThatWasEmptiedGoOnTogether() async throws {
        try await withRedisStore { redis in
            let other = try await RedisStore.open(
                on: redis.client,
                queues: ["third"],
                scripts: Scripts(clock: RedisUnderTest.clock),
                logger: quietLogger()
            )
            let before = redis.store.newID()
            #expect(other.recognize(before.text) == before)
            try await redis.empty()

            // Whoever writes first founds it again, and ids stay what they were.
            let id = try await redis.store.put()
            let newcomer = try await RedisStore.open(on: redis.client, queues: [], logger: quietLogger())
            for store in [redis.store, other, newcomer] {
                #expect(store.recognize(id.text) == id)
                #expect(store.recognize(before.text) == before)
            }
            #expect(try await redis.command("HGET", "levee:{00}:meta", "queues").string == "default other")
            #expect(try await other.tick(lease: leaseTime) == nil, "it opens again")
            #expect(try await redis.command("HGET", "levee:{00}:meta", "queues").string == "default other third")
            #expect(try await other.tick(lease: leaseTime) != nil)
            #expect(try await redis.store.examine(repair: false, patience: .zero).isSound)
            await other.close()
            await newcomer.close()
        }
    }

    @Test func aProcessAdoptsTheIdsOfTheOneThatWasFaster() async throws {
        try await withRedisStore { redis in
            try await redis.empty()
            let newcomer = try await RedisStore.open(on: redis.client, queues: [], logger: quietLogger())
            let job = NewJob.sample(redis.store.newID())
            await #expect(throws: StoreError.unavailable("Redis was emptied while the job was on its way")) {
                try await redis.store.submit(job, rules: QueueRules(name: "default"))
            }
            let id = try await redis.store.put()
            #expect(newcomer.recognize(id.text) == id)
            #expect(newcomer.recognize(job.id.text) == nil)
            await newcomer.close()
        }
    }

    @Test func aPartitionOfAnEarlierVersionGetsItsEpochAtTheNextOpening() async throws {
        try await withRedisStore { redis in
            _ = try await redis.command("HDEL", "levee:{00}:meta", "epoch")
            let id = try await redis.store.put()
            try await redis.store.tick(lease: leaseTime)
            #expect(try await redis.store.job(id)?.state == .queued)
            #expect(try await redis.command("HEXISTS", "levee:{00}:meta", "epoch").int == 1)
        }
    }
}
