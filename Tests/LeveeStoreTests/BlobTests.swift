// Payloads and results that lie outside: a store keeps what they are and how large, and nothing of their bytes.

import Foundation
import LeveeBlobs
import LeveeCore
import LeveeRedis
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeStore

@Suite struct BlobTests {
    private static let mebibytes = 200 << 20

    private static func submit(
        to store: AnyStore,
        key: IdempotencyKey? = nil,
        length: Int = mebibytes,
        followUps: [FollowUp] = []
    ) async throws -> (Blob, SubmitReply) {
        var job = NewJob.sample(store.newID(), maxAttempts: 1, key: key, followUps: followUps)
        let blob = Blob.sample(.payload(of: job.id), length: length)
        job.payload = Content(mediaType: "video/mp4", blob: blob)
        return (blob, try await store.submit(job, rules: QueueRules(name: job.queue, maxBytes: 300 << 20)))
    }

    @Test(arguments: StoreKind.allCases)
    func referencesGoAllTheWay(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let (payload, reply) = try await Self.submit(to: store)
            let id = payload.name.job
            guard case .accepted = reply else { return #expect(reply == .duplicate) }
            #expect(try await store.figures(of: "default").bytes == Self.mebibytes)
            #expect(try await Self.submit(to: store).1 == .full(.bytes))
            #expect(try await store.claims(of: [id, store.newID()]) == [.open(payload: payload), .nobody])

            let leased = try #require(try await store.claim(.by("w1")).first)
            #expect(leased.payload == Content(mediaType: "video/mp4", blob: payload))
            let result = Blob.sample(.result(of: id, fence: leased.lease.fence), length: 5)
            let settled = try await store.settle([.success(leased.lease, blob: result)], claiming: nil)
            #expect(settled.verdicts == [.settled])
            #expect(
                try await store.settle([.success(leased.lease, blob: result)], claiming: nil).verdicts == [.repeated]
            )
            let stored = JobRecord.StoredResult(
                status: 200,
                mediaType: "video/mp4",
                length: 5,
                inline: nil,
                blob: result
            )
            #expect(try await store.job(id)?.result == stored)
            #expect(try await store.result(of: id) == nil)
            #expect(try await store.claims(of: [id]) == [.ended([payload, result])])
            #expect(try await store.figures(of: "default").bytes == 0)
            #expect(try await store.remove(id) == .removed())
            #expect(try await store.claims(of: [id]) == [.nobody])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aRetryNamesAPayloadOfItsOwn(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let (payload, _) = try await Self.submit(to: store)
            let leased = try #require(try await store.claim(.by("w1")).first)
            _ = try await store.settle([.failure(leased.lease, .final)], claiming: nil)
            let again = store.newID()
            #expect(try await store.retry(payload.name.job, as: again) == .retried(again))
            let copy = Blob(name: .payload(of: again), length: payload.length, digest: payload.digest)
            #expect(try await store.claims(of: [again]) == [.open(payload: copy)])
            #expect(try await store.claim(.by("w1")).first?.payload?.blob == copy)
        }
    }

    @Test(arguments: StoreKind.allCases)
    func whatIsCanceledNeedsNoPayload(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let followUps = [FollowUp(.end, to: .list("ends"))]
            let (payload, _) = try await Self.submit(to: store, followUps: followUps)
            #expect(try await store.cancel(payload.name.job) == .canceled)
            #expect(try await store.claims(of: [payload.name.job]) == [.ended([])])
            let delivery = try #require(try await store.takeDeliveries(1, lease: .seconds(9)).first)
            #expect(delivery.payload == Content(mediaType: "video/mp4", bytes: []))
        }
    }

    @Test(arguments: StoreKind.allCases)
    func aJobThatIsHiddenKeepsWhatItsDeliveriesNeed(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let store = test.store
            let followUps = [FollowUp(.failure, to: .list("ends"))]
            let (payload, _) = try await Self.submit(to: store, followUps: followUps)
            let leased = try #require(try await store.claim(.by("w1")).first)
            _ = try await store.settle([.failure(leased.lease, .final)], claiming: nil)
            #expect(try await store.remove(payload.name.job) == .removed())
            #expect(try await store.claims(of: [payload.name.job]) == [.ended([payload])])
            let delivery = try #require(try await store.takeDeliveries(1, lease: .seconds(9)).first)
            #expect(delivery.payload?.blob == payload)
            _ = try await store.settle(delivery, as: .delivered)
            #expect(try await store.claims(of: [payload.name.job]) == [.nobody])
        }
    }

    @Test(arguments: StoreKind.allCases)
    func theSamePayloadIsTheSameSubmit(kind: StoreKind) async throws {
        try await withStore(kind) { test in
            let key = IdempotencyKey("once")
            let (first, _) = try await Self.submit(to: test.store, key: key, length: 1_000)
            guard case .replayed(let record) = try await Self.submit(to: test.store, key: key, length: 1_000).1 else {
                Issue.record("it was made anew")
                return
            }
            #expect(record.id == first.name.job)
        }
    }

    @Test func redisHoldsNothingLarge() async throws {
        try await withRedisStore { redis in
            let (payload, _) = try await Self.submit(to: redis.store)
            let leased = try #require(try await redis.store.claim(.by("w1")).first)
            let result = Blob.sample(.result(of: payload.name.job, fence: 1), length: Self.mebibytes)
            _ = try await redis.store.settle([.success(leased.lease, blob: result)], claiming: nil)
            let key = "levee:{00}:j:\(payload.name.job)"
            let size = try #require(try await redis.command("MEMORY", "USAGE", key).int)
            #expect(size < 10_000)
            #expect(try await redis.keys("levee:{00}:[pr]:*").isEmpty)
            #expect(try await redis.store.examine(repair: false, patience: .zero).findings.isEmpty)
        }
    }

    @Test func theDoctorMissesBlobs() async throws {
        try await withTemporaryDirectory { path in
            let blobs = try await FolderBlobStore(path: path, threshold: 1)
            try await withRedisStore { redis in
                let store = redis.store
                func submit() async throws -> JobID {
                    var job = NewJob.sample(store.newID())
                    job.payload = try await job.payload.stored(as: .payload(of: job.id), in: blobs)
                    _ = try await store.submit(job, rules: QueueRules(name: job.queue))
                    return job.id
                }
                let (kept, lost) = (try await submit(), try await submit())
                #expect(try await store.examine(repair: false, blobs: blobs, patience: .zero).findings.isEmpty)
                try await blobs.remove([.payload(of: lost)])
                let findings = try await store.examine(repair: true, blobs: blobs, patience: .zero).findings
                #expect(findings.map(\.code) == [.payloadLost])
                #expect(findings.map(\.subject) == [.job(lost.text)])
                #expect(findings.first?.isRepaired == false)
                #expect(kept != lost)
                // Without the folder nothing is said of what is in it.
                #expect(try await store.examine(repair: false, patience: .zero).findings.isEmpty)
            }
        }
    }
}
