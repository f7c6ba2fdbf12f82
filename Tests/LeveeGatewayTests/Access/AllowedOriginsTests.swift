// Tests of OPTIONS, and of what browsers are told.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Cross-origin requests")
struct AllowedOriginsTests {
    private static let page = "https://app.example.com"
    private static let preflight: HTTPFields = [.origin: page, .accessControlRequestMethod: "POST"]
    private static let ours = AllowedOrigins.only([page, "http://localhost:3000"])

    @Test("OPTIONS names the methods of a path without a key, and of no path that is not there")
    func options() async throws {
        let key = APIKey(name: "k", digest: APIKey.digest(of: "secret"))
        try await Harness(keys: APIKeyRing([key])).run { client in
            let response = try await client.send(.options, "/jobs/echo")
            #expect(response.status == .noContent)
            #expect(response.headers[.allow] == "OPTIONS, POST")
            #expect(response.headers[.contentLength] == nil)
            try await client.send(.options, "/nothing").expectProblem(404, "unknown-path")
        }
    }

    @Test("HEAD is answered wherever GET is", arguments: ["/livez", "/readyz", "/openapi.json"])
    func head(path: String) async throws {
        try await Harness().run { client in
            let get = try await client.send(.get, path)
            let head = try await client.send(.head, path)
            #expect(head.status == get.status && head.body.readableBytes == 0)
            #expect(head.headers[.contentType] == get.headers[.contentType])
        }
    }

    @Test("say nothing where nothing is configured")
    func nothing() async throws {
        try await Harness().run { client in
            let response = try await client.send(.options, "/jobs/echo", Self.preflight)
            #expect(response.status == .noContent)
            #expect(!response.headers.contains { $0.name.canonicalName.hasPrefix("access-control") })
            #expect(response.headers[.vary] == nil)
        }
    }

    @Test("tell a page before its request what it may do", arguments: [ours, .any])
    func preflight(origins: AllowedOrigins) async throws {
        try await Harness(origins: origins).run { client in
            let response = try await client.send(.options, "/jobs/echo", Self.preflight)
            #expect(response.status == .noContent)
            #expect(response.headers[.accessControlAllowOrigin] == (origins == .any ? "*" : Self.page))
            #expect(response.headers[.accessControlAllowMethods] == "OPTIONS, POST")
            #expect(response.headers[.accessControlAllowHeaders]?.contains("Idempotency-Key") == true)
            #expect(response.headers[.accessControlMaxAge] == "3600")
            #expect(response.headers[.accessControlAllowCredentials] == nil)
            #expect(response.headers[.vary] == "Origin")
        }
    }

    @Test("allow no other page anything, and no part of an origin")
    func strangers() async throws {
        try await Harness(origins: Self.ours).run { client in
            for origin in [
                "https://evil.example", "https://app.example.com.evil", "http://app.example.com", "null", "",
            ] {
                let fields: HTTPFields = [.origin: origin, .accessControlRequestMethod: "POST"]
                let response = try await client.send(.options, "/jobs/echo", fields)
                #expect(!response.headers.contains { $0.name.canonicalName.hasPrefix("access-control") }, "\(origin)")
                #expect(response.headers[.vary] == "Origin")
            }
        }
    }

    @Test("let a page read every answer: results, problems, 304, events, and that a key is missing")
    func answers() async throws {
        let key = APIKey(name: "k", digest: APIKey.digest(of: "secret"))
        let harness = Harness(keys: APIKeyRing([key]), origins: Self.ours)
        try await harness.run { client in
            func send(
                _ method: HTTPRequest.Method,
                _ path: String,
                _ more: HTTPFields = [:],
                status: Int
            ) async throws -> TestResponse {
                var fields: HTTPFields = [.origin: Self.page, .authorization: "Bearer secret"]
                for field in more { fields[field.name] = field.value }
                let response = try await client.send(method, path, fields)
                #expect(response.status.code == status, "\(path)")
                #expect(response.headers[.accessControlAllowOrigin] == Self.page, "\(path)")
                let exposed = response.headers[.accessControlExposeHeaders] ?? ""
                for name in ["Location", "Operation-Location", "Retry-After", "ETag"] {
                    #expect(exposed.contains(name))
                }
                #expect(response.headers[.vary]?.hasSuffix("Origin") == true, "\(path)")
                return response
            }
            let id = try await send(.post, "/jobs/echo", status: 202).text("id")
            let tag = try #require(try await send(.get, "/operations/\(id)", status: 200).headers[.eTag])
            _ = try await send(.get, "/operations/\(id)", [.ifNoneMatch: tag], status: 304)
            let waited = try await send(.get, "/jobs/\(id)", [.prefer: "wait=0"], status: 202)
            #expect(waited.headers[.vary] == "Prefer, Origin")
            _ = try await send(.get, "/jobs/unknown", status: 404)
            _ = try await send(.get, "/jobs/echo", status: 405)
            _ = try await send(.get, "/jobs/\(id)", [.authorization: "Bearer wrong"], status: 401)
            try await harness.succeed([])
            _ = try await send(.get, "/jobs/\(id)/events", status: 200)
            _ = try await send(.get, "/resources/\(id)", status: 200)
        }
    }
}
