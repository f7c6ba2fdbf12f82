// Tests of outside workers whose payloads and results are too large for the store.

import Foundation
import HTTPTypes
import HummingbirdTesting
import LeveeBlobs
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Outside workers, blobs")
struct LeaseBlobsTests {
    private static let start = Timestamp(milliseconds: 1_795_300_985_000)
    private static let types = ["huge": JobType(name: "huge", queue: "huge", maxResultBytes: 1 << 20)]
    private static let large = [UInt8](repeating: 7, count: 300_000)

    private func withDoor(
        _ body: @escaping @Sendable (any TestClientProtocol, InMemoryStore, FolderBlobStore) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { path in
            let blobs = try await FolderBlobStore(path: path, threshold: 64 << 10)
            let store = InMemoryStore(clock: { Self.start })
            let door = AdminDoor(
                testing: store,
                blobs: BlobKeeper(store: blobs, jobs: store),
                leases: LeaseConfiguration(jobTypes: Self.types, queues: ["huge": QueueRules(name: "huge")]),
                now: { Self.start }
            )
            try await door.application().test(.live) { client in try await body(DescribedClient(client), store, blobs) }
        }
    }

    private static func lease(
        _ payload: [UInt8],
        _ client: any TestClientProtocol,
        _ store: InMemoryStore,
        _ blobs: FolderBlobStore
    ) async throws -> (id: JobID, lease: [String: Any], links: [String: String]) {
        let id = store.newID()
        let content = try await Content(mediaType: "video/mp4", bytes: payload).stored(as: .payload(of: id), in: blobs)
        let job = NewJob(id: id, type: "huge", queue: "huge", payload: content)
        _ = try await store.submit(job, rules: QueueRules(name: "huge"))
        let order = #"{"queues":["huge"],"wait":0}"#
        let answer = try await client.send(.post, "/leases", [.contentType: "application/json"], body: order)
        let leases = try #require(try answer.json["leases"] as? [[String: Any]])
        let lease = try #require(leases.first)
        return (id, lease, try #require(lease["links"] as? [String: String]))
    }

    @Test("are given an address for a large payload, which is good while the lease holds")
    func payload() async throws {
        try await withDoor { client, store, blobs in
            let (_, lease, links) = try await Self.lease(Self.large, client, store, blobs)
            #expect(lease["payload"] is NSNull)
            let path = try #require(links["download"])
            let answer = try await client.send(.get, path)
            #expect(answer.status == .ok)
            let isWhole = Array(answer.body.readableBytesView) == Self.large
            #expect(isWhole)
            try await client.send(.get, path.replacing("fence=1", with: "fence=2")).expectProblem(409, "lease-lost")
        }
    }

    @Test("find a small payload in the lease, and nowhere else")
    func small() async throws {
        try await withDoor { client, store, blobs in
            let (id, lease, links) = try await Self.lease([1, 2], client, store, blobs)
            #expect(lease["payload"] as? String == "AQI=")
            #expect(links["download"] == nil)
            try await client.send(.get, "/leases/\(id)/payload?fence=1").expectProblem(404, "payload-in-lease")
        }
    }

    @Test("send a large result, which stays only if the lease still holds")
    func result() async throws {
        try await withDoor { client, store, blobs in
            let (id, _, links) = try await Self.lease([1], client, store, blobs)
            let path = try #require(links["succeed"])
            let body = String(decoding: [UInt8](repeating: 65, count: 200_000), as: UTF8.self)
            let old = path.replacing("fence=1", with: "fence=2")
            try await client.send(.post, old, [.contentType: "text/plain"], body: body).expectProblem(409, "lease-lost")
            await #expect(throws: BlobError.missing(.result(of: id, fence: 2))) {
                let blob = Blob(
                    name: .result(of: id, fence: 2),
                    length: 200_000,
                    digest: String(repeating: "0", count: 64)
                )
                _ = try await blobs.reader(of: blob)
            }
            let answer = try await client.send(.post, path, [.contentType: "text/plain"], body: body)
            #expect(answer.status == .ok)
            let stored = try #require(try await store.job(id)?.result)
            let content = Content(mediaType: stored.mediaType, blob: try #require(stored.blob))
            let isWhole = try await content.loaded(from: blobs).bytes == Array(body.utf8)
            #expect(isWhole)
        }
    }
}
