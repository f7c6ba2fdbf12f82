// Follow-ups of ended jobs: written by the script that ends the job, handed out under a lease, kept until they are done with;
// on both stores.

import LeveeCore
import LeveeRedis
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct DeliveryTests {
    private static let toList = FollowUp(.success, to: .list("done"))
    private static let toHook = FollowUp(.failure, to: .webhook("https://example.com/hook"))
    private static let callback = FollowUp(.end, to: .callback("https://example.com/back"))

    private func take(_ test: StoreUnderTest, _ limit: Int = 10) async throws -> [LeasedDelivery] {
        try await test.store.takeDeliveries(limit, lease: .seconds(60))
    }

    /// Submits a job with all follow-ups and ends it.
    private func end(
        _ test: StoreUnderTest,
        retention: Duration? = nil,
        payload: [UInt8] = Array("{}".utf8),
        _ settlement: (Lease) -> Settlement = { .success($0) }
    ) async throws -> JobID {
        let id = try await test.store.put(
            payload: payload,
            retention: retention,
            followUps: [Self.toList, Self.toHook, Self.callback]
        )
        let lease = try #require(try await test.store.claim(.by("w1")).first).lease
        _ = try await test.store.settle([settlement(lease)], claiming: nil)
        return id
    }

    @Test(arguments: StoreKind.allCases)
    func eachEndHasItsFollowUps(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let all = [Self.toList, Self.toHook, Self.callback]
            let done = try await end(test)
            let broken = try await end(test) { .failure($0, .final) }
            let canceled = try await test.store.put(followUps: all)
            _ = try await test.store.cancel(canceled)
            let late = try await test.store.put(deadline: .seconds(2), followUps: all)
            let expired = try await test.store.put(ageLimit: .seconds(2), followUps: all)
            #expect(
                Set(try await take(test).map(\.id.text)) == [
                    "\(done).1", "\(done).3", "\(broken).2", "\(broken).3", "\(canceled).3",
                ]
            )
            try await test.advance(by: .seconds(3))
            _ = try await test.store.tick(lease: leaseTime)
            let overdue = try await take(test)
            #expect(Set(overdue.map(\.id.text)) == ["\(late).2", "\(late).3", "\(expired).2", "\(expired).3"])
            #expect(overdue.allSatisfy { $0.job?.state.isTerminal == true })
        }
    }

    @Test(arguments: StoreKind.allCases)
    func oneThatIsNotSettledComesBackUnderTheSameID(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            _ = try await end(test)
            let first = try await take(test)
            #expect(first.count == 2)
            #expect(try await take(test).isEmpty)
            try await test.advance(by: .seconds(61))
            let second = try await take(test)
            #expect(second.map(\.id) == first.map(\.id))
            #expect(second.map(\.fence) == [2, 2])
            // Whoever had it before may say that it was delivered, but not that it failed.
            #expect(try await !test.store.settle(first[0], as: .dead(reason: "late")))
            #expect(try await test.store.settle(first[0], as: .delivered))
            #expect(try await !test.store.settle(second[0], as: .delivered))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aFailureIsDueLaterAndCountsOnce(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            _ = try await end(test)
            let delivery = try #require(try await take(test).first)
            #expect(try await test.store.settle(delivery, as: .putOff(.seconds(10), reason: "503")))
            #expect(try await !test.store.settle(delivery, as: .putOff(.seconds(10), reason: "503")))
            try await test.advance(by: .seconds(9))
            #expect(try await take(test).isEmpty)
            try await test.advance(by: .seconds(2))
            let again = try #require(try await take(test).first)
            #expect((again.id, again.failures) == (delivery.id, 1))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theDeadAreListedAndRedelivered(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            _ = try await end(test)
            let both = try await take(test)
            for delivery in both { _ = try await test.store.settle(delivery, as: .dead(reason: "410 Gone")) }
            let page = try await test.store.undelivered(after: nil, limit: 10)
            #expect(page.total == 2)
            #expect(page.deliveries.allSatisfy { $0.reason == "410 Gone" && $0.failures == 1 })
            try await test.advance(by: .seconds(100))
            #expect(try await take(test).isEmpty)
            #expect(try await test.store.redeliver(both[0].id))
            #expect(try await !test.store.redeliver(both[0].id))
            let again = try #require(try await take(test).first)
            #expect((again.id, again.failures) == (both[0].id, 0))
            #expect(try await test.store.purgeUndelivered() == 1)
            #expect(try await test.store.undelivered(after: nil, limit: 10).total == 0)
        }
    }

    @Test(arguments: StoreKind.allCases, [10, 100_000])
    func theJobIsThereAsLongAsItsDeliveries(kind: StoreKind, size: Int) async throws {
        try await withStore(kind) { test in
            let payload = [UInt8](repeating: 0x61, count: size)
            let id = try await end(test, retention: .seconds(4_000), payload: payload)
            let expiry = try #require(try await test.store.job(id)).expiresAt
            // Removed by its client, but not for the courier.
            #expect(try await test.store.remove(id) == .removed())
            #expect(try await test.store.job(id) == nil)
            #expect(try await test.store.remove(id) == .missing)
            let deliveries = try await take(test)
            #expect(deliveries.count == 2)
            for delivery in deliveries {
                let job = try #require(delivery.job)
                #expect((job.state, job.result?.inline) == (.succeeded, Array("done".utf8)))
                #expect(job.expiresAt == expiry)
                let bytes = try await test.store.payload(of: id)
                #expect((delivery.payload?.bytes ?? bytes) == payload)
                _ = try await test.store.settle(delivery, as: .delivered)
            }
            #expect(try await take(test).isEmpty)
            #expect(try await test.store.payload(of: id) == nil)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theLastDeliveryGivesTheJobItsOwnTimeBack(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let id = try await end(test, retention: .seconds(4_000))
            let ended = try #require(try await test.store.job(id))
            #expect(ended.expiresAt - ended.updatedAt == .seconds(14 * 86_400))
            for delivery in try await take(test) { _ = try await test.store.settle(delivery, as: .delivered) }
            #expect(try await test.store.job(id)?.expiresAt == ended.updatedAt + .seconds(4_000))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aMessageIsThereUntilItIsAcknowledged(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            _ = try await end(test)
            let delivery = try #require(try await take(test).first { $0.destination == .list("done") })
            let message = DeliveryOutcome.listed(message: Array("{}".utf8))
            #expect(try await test.store.settle(delivery, as: message))
            #expect(try await !test.store.settle(delivery, as: message))
            let read = try await test.store.messages(in: "done", limit: 10, hiding: .seconds(30))
            #expect(read == [ListedMessage(id: delivery.id, body: Array("{}".utf8))])
            #expect(try await test.store.messages(in: "done", limit: 10, hiding: .zero).isEmpty)
            #expect(
                try await test.store.messageLists() == [MessageListOverview(name: "done", messages: 1, visible: 0)]
            )
            try await test.advance(by: .seconds(31))
            #expect(try await test.store.messages(in: "done", limit: 10, hiding: .zero) == read)
            #expect(try await test.store.acknowledge(delivery.id, in: "done"))
            #expect(try await !test.store.acknowledge(delivery.id, in: "done"))
            #expect(try await test.store.messages(in: "done", limit: 10, hiding: .zero).isEmpty)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aJobMadeAnewHasTheSameFollowUps(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let dead = try await end(test) { .failure($0, .final) }
            let new = test.store.newID()
            #expect(try await test.store.retry(dead, as: new) == .retried(new))
            let lease = try #require(try await test.store.claim(.by("w1")).first).lease
            _ = try await test.store.settle([.success(lease)], claiming: nil)
            let ids = try await take(test).map(\.id.text)
            #expect(Set(ids) == ["\(dead).2", "\(dead).3", "\(new).1", "\(new).3"])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theJobOfADeliveryHasTheSameGenuineIDEachTime(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let job = test.store.newID()
            let ids = (1...3).map { test.store.chainedID(of: DeliveryID(job, $0)) }
            #expect(Set(ids).count == 3)
            #expect(ids == (1...3).map { test.store.chainedID(of: DeliveryID(job, $0)) })
            for id in ids { #expect(test.store.recognize(id.text) == id) }
        }
    }

    @Test func nothingOfADeliveryStaysForEver() async throws {
        try await withRedisStore { redis in
            let test = StoreUnderTest(store: redis.store, move: { try await redis.advance(by: $0) })
            _ = try await end(test)
            for delivery in try await take(test) {
                let isListed = delivery.destination == .list("done")
                _ = try await redis.store.settle(delivery, as: isListed ? .listed(message: [1]) : .dead(reason: "no"))
            }
            for kind in ["o", "m", "list"] {
                let keys = try await redis.keys("levee:{00}:\(kind):*")
                #expect(keys.count == 1)
                for key in keys { #expect(try await redis.command("PTTL", key).int ?? 0 > 0) }
            }
            // What is only named by an index is forgotten by the tick.
            try await redis.advance(by: .seconds(15 * 86_400))
            _ = try await redis.store.tick(lease: leaseTime)
            #expect(try await redis.command("ZCARD", "levee:{00}:undelivered").int == 0)
        }
    }
}
