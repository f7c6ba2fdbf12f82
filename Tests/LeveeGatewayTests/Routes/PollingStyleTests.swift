// Tests of the variants of the pattern: what pending and ended jobs look like to polls.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Variants of polling")
struct PollingStyleTests {
    @Test("a pending job is 202, 200 or 404", arguments: PollingStyle.Pending.allCases, [false, true])
    func pending(style: PollingStyle.Pending, isConfigured: Bool) async throws {
        let harness = Harness(polling: isConfigured ? PollingStyle(pending: style) : PollingStyle())
        try await harness.run { client in
            let id = try await harness.submit(client)
            let query = isConfigured ? "" : "?pending=\(style.rawValue)"
            let response = try await client.send(.get, "/jobs/\(id)\(query)")
            #expect("\(response.status.code)" == style.rawValue)
            #expect(response.headers[.operationLocation] == "http://localhost/operations/\(id)")
            #expect(response.retryAfter >= 1)
            switch style {
            case .accepted, .ok:
                #expect(response.headers[.location] == "http://localhost/jobs/\(id)")
                #expect(response.headers[.link]?.contains("/jobs/\(id)/events>") == true)
                #expect(try response.text("status") == "queued")
            case .notFound: #expect(try response.text("type").hasSuffix(":not-ready"))
            }
        }
    }

    @Test("an ended one is 302, 303, its status or its result", arguments: PollingStyle.Done.allCases, [false, true])
    func done(style: PollingStyle.Done, isConfigured: Bool) async throws {
        let harness = Harness(polling: isConfigured ? PollingStyle(done: style) : PollingStyle())
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.succeed(Array("{\"a\":1}".utf8), status: 201)
            let query = isConfigured ? "" : "?done=\(style.rawValue)"
            let response = try await client.send(.get, "/jobs/\(id)\(query)")
            let resource = "http://localhost/resources/\(id)"
            #expect(response.headers[.retryAfter] == nil)
            switch style {
            case .found, .seeOther:
                #expect("\(response.status.code)" == style.rawValue)
                #expect(response.headers[.location] == resource)
            case .status:
                #expect(response.status == .ok)
                #expect(response.headers[.location] == nil)
                #expect(try response.text("resourceLocation") == resource)
            case .result:
                #expect(response.status == .created)
                #expect(response.string == "{\"a\":1}")
                #expect(response.headers[.contentLocation] == resource)
            }
        }
    }

    @Test("a failed one shows its problem where the result would be")
    func failed() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            try await harness.fail(status: 422)
            let response = try await client.send(.get, "/jobs/\(id)?done=result")
            #expect(response.status == .unprocessableContent)
            #expect(try response.text("code") == "broken")
        }
    }

    @Test("any other value is refused", arguments: ["pending=500", "pending=", "done=ok", "done=301", "done"])
    func unknown(query: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            let response = try await client.send(.get, "/jobs/\(id)?\(query)")
            #expect(response.status == .badRequest)
            #expect(try response.text("type").hasSuffix(":invalid-query"))
        }
    }

    @Test("a submit is 201 where it is configured so, and has no body where none is wanted")
    func submit() async throws {
        let harness = Harness(answersCreated: true)
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", [.prefer: "return=minimal"], body: "x")
            let id = try #require(harness.store.lastID)
            #expect(response.status == .created)
            #expect(response.headers[.location] == "http://localhost/jobs/\(id)")
            #expect(response.headers[.preferenceApplied] == "return=minimal")
            #expect(response.body.readableBytes == 0)
            #expect(response.headers[.contentType] == nil)
        }
    }
}
