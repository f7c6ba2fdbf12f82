// Tests of GET /resources/{id}/{file}: one file of several, streamed out of the result.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("File of a result")
struct FileRouteTests {
    private static let large = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    /// A result of three files.
    private static func succeed(_ harness: Harness) async throws {
        let writer = MultipartWriter()
        let files = [("a.txt", "text/plain", Array("one".utf8)), ("b c.png", "image/png", large), ("d", "a/b", [])]
        var body: [UInt8] = []
        for (index, file) in files.enumerated() {
            let part = FilePart(name: file.0, mediaType: file.1, length: file.2.count)
            body += writer.head(of: part, isFirst: index == 0) + file.2
        }
        try await harness.succeed(body + writer.end, mediaType: writer.mediaType)
    }

    @Test("is served by its name, with its own type")
    func files() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await client.send(.get, "/resources/\(id)/d").expectProblem(404, "not-ready")
            try await Self.succeed(harness)
            let text = try await client.send(.get, "/resources/\(id)/a.txt")
            #expect(text.status == .ok)
            #expect(text.string == "one")
            #expect(text.headers[.contentType] == "text/plain")
            #expect(text.headers[.cacheControl]?.hasSuffix("immutable") == true)
            let image = try await client.send(.get, "/resources/\(id)/b%20c.png")
            let isWhole = Array(image.body.readableBytesView) == Self.large
            #expect(isWhole, "\(image.status), \(image.body.readableBytes) bytes")
            #expect(image.headers[.contentType] == "image/png")
            #expect(image.headers[.xContentTypeOptions] == "nosniff")
            let empty = try await client.send(.get, "/resources/\(id)/d")
            #expect(empty.status == .ok)
            #expect(empty.body.readableBytes == 0)
            let tag = try #require(empty.headers[.eTag])
            let same = try await client.send(.get, "/resources/\(id)/d", [.ifNoneMatch: tag])
            #expect(same.status == .notModified)
        }
    }

    @Test("that is not there is 404, which names those that are")
    func unknown() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await Self.succeed(harness)
            let response = try await client.send(.get, "/resources/\(id)/e")
            try response.expectProblem(404, "unknown-file")
            #expect(try response.member("files") as? [String] == ["a.txt", "b c.png", "d"])
        }
    }

    @Test("of a result that is one thing, or of a failure, there is none")
    func others() async throws {
        let harness = Harness()
        try await harness.run { client in
            let whole = try await harness.submit(client)
            try await harness.succeed([1], mediaType: "multipart/mixed; boundary=x")
            try await client.send(.get, "/resources/\(whole)/a").expectProblem(404, "unknown-file")
            let failed = try await harness.submit(client)
            try await harness.fail(status: 422)
            try await client.send(.get, "/resources/\(failed)/a").expectProblem(422, "job-failed")
        }
    }
}
