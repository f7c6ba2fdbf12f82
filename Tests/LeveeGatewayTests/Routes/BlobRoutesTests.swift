// Tests of payloads and results that are too large for the store: where they go, and what is said when they are lost.

import Foundation
import HTTPTypes
import HummingbirdTesting
import LeveeBlobs
import LeveeCore
import LeveeTestSupport
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Blobs")
struct BlobRoutesTests {
    private static let threshold = 64 << 10

    /// Runs a test with a folder, and a way to tell what lies in it.
    private func withHarness(
        _ test: @escaping @Sendable (Harness, FolderBlobStore, Lying) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { path in
            let blobs = try await FolderBlobStore(path: path, threshold: Self.threshold)
            try await test(Harness(blobs: blobs), blobs, Lying(path: path))
        }
    }

    /// The files of a folder.
    struct Lying: Sendable {
        let path: String

        var files: [String] {
            let all = FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []
            return all.filter { $0.contains("/") }.compactMap { $0.split(separator: "/").last.map(String.init) }
        }
    }

    private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) } }

    private static func submit(
        _ client: any TestClientProtocol,
        _ bytes: [UInt8],
        type: String = "huge",
        mediaType: String = "video/mp4",
        key: String? = nil
    ) async throws -> TestResponse {
        var headers: HTTPFields = [.contentType: mediaType]
        headers[.idempotencyKey] = key
        return try await client.execute(
            uri: "/jobs/\(type)",
            method: .post,
            headers: headers,
            body: ByteBuffer(bytes: bytes)
        )
    }

    @Test(
        "puts a large payload into the folder and a small one into the store",
        arguments: [
            (65_536, false), (65_537, true), (3_000_000, true),
        ]
    )
    func payload(count: Int, isApart: Bool) async throws {
        try await withHarness { harness, blobs, lying in
            try await harness.run(.live) { client in
                let id = try await Self.submit(client, Self.bytes(count)).text("id")
                #expect(lying.files == (isApart ? ["\(id).p"] : []))
                let payload = try #require(try await harness.claim("huge")?.payload)
                #expect((payload.blob != nil) == isApart)
                #expect(payload.length == count)
                #expect(payload.mediaType == "video/mp4")
                #expect(try await payload.loaded(from: blobs).bytes == Self.bytes(count))
            }
        }
    }

    @Test("checks a large payload that is JSON before it goes there")
    func json() async throws {
        try await withHarness { harness, _, lying in
            try await harness.run { client in
                let text = "[\"\(String(repeating: "x", count: 100_000))\"]"
                let broken = try await Self.submit(client, Array(text.utf8.dropLast()), mediaType: "application/json")
                #expect(broken.status == .badRequest)
                #expect(lying.files.isEmpty)
                let whole = try await Self.submit(client, Array(text.utf8), mediaType: "application/json")
                #expect(whole.status == .accepted)
                #expect(lying.files.count == 1)
            }
        }
    }

    @Test("leaves nothing of a payload that was not stored")
    func refused() async throws {
        try await withHarness { harness, _, lying in
            try await harness.run { client in
                let first = try await Self.submit(client, Self.bytes(100_000), key: "k")
                #expect(first.status == .accepted)
                let again = try await Self.submit(client, Self.bytes(100_000), key: "k")
                #expect(try again.text("id") == first.text("id"))
                #expect(again.headers[.idempotencyReplayed] == "true")
                let other = try await Self.submit(client, Self.bytes(100_001), key: "k")
                #expect(other.status == .unprocessableContent)
                let tooLarge = try await Self.submit(client, Self.bytes(9 << 20))
                #expect(tooLarge.status == .contentTooLarge)
                harness.store.fail(.submit, with: .unavailable("away"))
                #expect(try await Self.submit(client, Self.bytes(100_000)).status == .serviceUnavailable)
                #expect(lying.files.count == 1)
                // This one may have been stored.
                harness.store.fail(.submit, with: .unknownOutcome("silent"))
                #expect(try await Self.submit(client, Self.bytes(100_000)).status == .serviceUnavailable)
                #expect(lying.files.count == 2)
            }
        }
    }

    @Test("takes no large payload while the folder is away")
    func away() async throws {
        try await withHarness { harness, _, lying in
            try await harness.run { client in
                try FileManager.default.removeItem(atPath: lying.path)
                let response = try await Self.submit(client, Self.bytes(100_000))
                #expect(response.status == .serviceUnavailable)
                #expect(try response.text("type") == "urn:levee:problem:blobs-unavailable")
                #expect(response.headers[.retryAfter] == "30")
                #expect(try await Self.submit(client, Self.bytes(100)).status == .accepted)
            }
        }
    }

    /// Submits a job, and ends it with a result in the folder.
    private static func succeed(
        _ client: any TestClientProtocol,
        _ harness: Harness,
        _ blobs: FolderBlobStore,
        _ bytes: [UInt8]
    ) async throws -> String {
        let id = try await Self.submit(client, Self.bytes(100_000)).text("id")
        let job = try #require(try await harness.claim("huge"))
        let name = BlobName.result(of: job.lease.id, fence: job.lease.fence)
        let content = try await Content(mediaType: "video/mp4", bytes: bytes).stored(as: name, in: blobs)
        try await harness.end(job, .succeeded(JobResult(content: content)))
        return id
    }

    @Test("serves a result from the folder like any other")
    func result() async throws {
        try await withHarness { harness, blobs, _ in
            try await harness.run(.live) { client in
                let bytes = Self.bytes(2_000_000)
                let id = try await Self.succeed(client, harness, blobs, bytes)
                let response = try await client.send(.get, "/resources/\(id)")
                #expect(response.status == .ok)
                #expect(Array(response.body.readableBytesView) == bytes)
                #expect(response.headers[.contentLength] == "2000000")
                #expect(response.headers[.contentType] == "video/mp4")
                let tag = try #require(response.headers[.eTag])
                #expect(tag == "\"\(id)-3\"")
                let unchanged = try await client.send(.get, "/resources/\(id)", [.ifNoneMatch: tag])
                #expect(unchanged.status == .notModified)
                let head = try await client.send(.head, "/resources/\(id)")
                #expect(head.headers[.contentLength] == "2000000")
                let status = try await client.send(.get, "/operations/\(id)")
                #expect(try status.text("status") == "succeeded")
            }
        }
    }

    @Test("says that a result is lost, or not there for now")
    func lost() async throws {
        try await withHarness { harness, blobs, lying in
            try await harness.run { client in
                let id = try await Self.succeed(client, harness, blobs, Self.bytes(100_000))
                try await blobs.remove([.result(of: try #require(harness.store.recognize(id)), fence: 1)])
                for method in [HTTPRequest.Method.get, .head] {
                    #expect(try await client.send(method, "/resources/\(id)").status == .gone)
                }
                let lost = try await client.send(.get, "/resources/\(id)")
                #expect(try lost.text("type") == "urn:levee:problem:result-lost")
                #expect(lost.headers[.retryAfter] == nil)
                #expect(try await client.send(.get, "/jobs/\(id)").status == .found)
                try FileManager.default.removeItem(atPath: lying.path)
                let away = try await client.send(.get, "/resources/\(id)")
                #expect(away.status == .serviceUnavailable)
                #expect(try away.text("type") == "urn:levee:problem:blobs-unavailable")
            }
        }
    }

    @Test("removes the files of a job that is removed")
    func removed() async throws {
        try await withHarness { harness, blobs, lying in
            try await harness.run { client in
                let id = try await Self.succeed(client, harness, blobs, Self.bytes(100_000))
                #expect(Set(lying.files) == ["\(id).p", "\(id).r1.0"])
                #expect(try await client.send(.delete, "/jobs/\(id)").status == .noContent)
                #expect(lying.files.isEmpty)
            }
        }
    }
}
