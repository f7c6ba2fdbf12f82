// Tests of GET /resources/{id}: results unchanged, failures as stored 4xx, the rest as problems.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Resource")
struct ResourceRouteTests {
    @Test("serves the bytes, type and status of the handler unchanged", arguments: [100, 300_000], [200, 201])
    func result(count: Int, status: Int) async throws {
        let harness = Harness()
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.succeed(bytes, mediaType: "image/webp; q=\"1\"", status: status)
            let response = try await client.send(.get, "/resources/\(id)")
            #expect(response.status.code == status)
            #expect(Array(response.body.readableBytesView) == bytes)
            #expect(response.headers[.contentType] == "image/webp; q=\"1\"")
            #expect(response.headers[.eTag] == "\"\(id)-3\"")
            #expect(response.headers[.retryAfter] == nil)
        }
    }

    @Test("tells for how long the result lives, less as time goes by")
    func maxAge() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.succeed([])
            let first = try await client.send(.get, "/resources/\(id)").headers[.cacheControl]
            #expect(first == "private, max-age=172800, immutable")
            harness.clock.advance(by: .seconds(100))
            let second = try await client.send(.get, "/resources/\(id)").headers[.cacheControl]
            #expect(second == "private, max-age=172700, immutable")
        }
    }

    @Test("serves a result without content")
    func noContent() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.succeed([], status: 204)
            let response = try await client.send(.get, "/resources/\(id)")
            #expect(response.status == .noContent)
            #expect(response.headers[.contentType] == nil)
            #expect(response.headers[.contentLength] == nil)
        }
    }

    @Test("does not let a handler write header fields")
    func mediaTypeInjection() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.succeed([0x78], mediaType: "text/plain\r\nSet-Cookie: a=b")
            let response = try await client.send(.get, "/resources/\(id)")
            #expect(response.headers[.contentType] == "application/octet-stream")
            #expect(response.headers[.setCookie] == nil)
        }
    }

    @Test("answers 304 to a client that has the result", arguments: ["\"%-3\"", "W/\"%-3\"", "*", "\"x\",\"%-3\""])
    func notModified(template: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.succeed([0x78])
            harness.store.forgetCounts()
            let condition = template.replacing("%", with: id)
            let response = try await client.send(.get, "/resources/\(id)", [.ifNoneMatch: condition])
            #expect(response.status == .notModified)
            #expect(response.headers[.eTag] == "\"\(id)-3\"")
            #expect(harness.store.counts == [.job: 1])
        }
    }

    @Test("answers 404 and the time to retry while the job is pending")
    func notReady() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            let response = try await client.send(.get, "/resources/\(id)", [.ifNoneMatch: "*"])
            try response.expectProblem(404, "not-ready")
            #expect((1...2).contains(response.retryAfter))
            #expect(response.headers[.operationLocation] == "http://localhost/operations/\(id)")
            #expect(response.headers[.cacheControl] == "no-store")
        }
    }

    @Test("serves a failure as the same problem on every read, and never as 304")
    func failure() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.fail(code: "no-disk", detail: "The disk is full.", status: 507)
            let first = try await client.send(.get, "/resources/\(id)")
            try first.expectProblem(422, "job-failed")
            #expect(try first.text("code") == "no-disk")
            #expect(try first.text("detail") == "The disk is full.")
            #expect(try first.number("workerStatus") == 507)
            #expect(try first.text("error.code") == "no-disk")
            #expect(try first.text("error.message") == "The disk is full.")
            #expect(first.headers[.retryAfter] == nil)
            let tag = try #require(first.headers[.eTag])
            #expect(first.headers[.cacheControl]?.hasSuffix("immutable") == true)
            let second = try await client.send(.get, "/resources/\(id)", [.ifNoneMatch: tag])
            #expect(second.status == first.status)
            #expect(second.string == first.string)
        }
    }

    @Test("lets a handler's own client errors pass")
    func ownStatus() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.fail(status: 415)
            let response = try await client.send(.get, "/resources/\(id)")
            try response.expectProblem(415, "job-failed")
            #expect(try response.member("workerStatus") == nil)
        }
    }

    @Test("serves a canceled job as a failure")
    func canceled() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            _ = try await client.send(.delete, "/jobs/\(id)")
            let response = try await client.send(.get, "/resources/\(id)")
            try response.expectProblem(422, "job-canceled")
            #expect(try response.text("code") == "canceled")
        }
    }

    @Test("serves used-up attempts as 424")
    func exhausted() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            for _ in 0..<5 {
                let failure = JobFailure(code: "timeout", detail: "Too slow.", status: 504)
                try await harness.settle(.failed(failure, retryAfter: .zero))
                harness.clock.advance(by: .seconds(1))
            }
            let response = try await client.send(.get, "/resources/\(id)")
            try response.expectProblem(424, "attempts-exhausted")
            #expect(try response.number("workerStatus") == 504)
        }
    }
}
