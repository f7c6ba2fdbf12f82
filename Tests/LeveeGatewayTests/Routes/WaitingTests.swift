// Tests of requests that wait: for the end of a job, and for its next version.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Waiting", .timeLimit(.minutes(1)))
struct WaitingTests {
    /// Sends a request that waits, does something once the job is there, and gives the answer.
    private func answer(
        _ harness: Harness,
        _ client: any TestClientProtocol,
        _ method: HTTPRequest.Method,
        _ path: String,
        _ fields: HTTPFields = [.prefer: "wait=50"],
        then act: @escaping @Sendable () async throws -> Void
    ) async throws -> TestResponse {
        try await withThrowingTaskGroup(of: TestResponse?.self) { group in
            let reads = harness.store.counts[.job, default: 0]
            group.addTask { try await client.send(method, path, fields, body: method == .post ? "hello" : "") }
            group.addTask {
                // The job was read: whoever waits is in the room.
                try await eventually { harness.store.counts[.job, default: 0] > reads }
                try await act()
                return nil
            }
            return try #require(try await group.reduce(nil) { $0 ?? $1 })
        }
    }

    @Test("a submit answers the result if it comes in time")
    func submit() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let response = try await answer(harness, client, .post, "/jobs/echo") {
                try await harness.succeed(Array("done".utf8), mediaType: "text/x-mine", status: 201)
            }
            let id = try #require(harness.store.lastID).text
            #expect(response.status == .created)
            #expect(response.string == "done")
            #expect(response.headers[.contentType] == "text/x-mine")
            #expect(response.headers[.preferenceApplied] == "wait=50")
            #expect(response.headers[.contentLocation]?.hasSuffix("/resources/\(id)") == true)
            #expect(response.headers[.operationLocation]?.hasSuffix("/operations/\(id)") == true)
            #expect(response.headers[.retryAfter] == nil)
        }
    }

    @Test("a submit answers the failure if that comes in time")
    func failure() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let response = try await answer(harness, client, .post, "/jobs/echo") {
                try await harness.fail(status: 415)
            }
            #expect(response.status == .unsupportedMediaType)
            #expect(response.headers[.contentType] == "application/problem+json")
            #expect(try response.text("code") == "broken")
            #expect(response.headers[.preferenceApplied] == "wait=50")
        }
    }

    @Test("a submit that was stored is 202, although the store fails while the client waits")
    func storedAllTheSame() async throws {
        let harness = Harness()
        try await harness.run { client in
            harness.store.fail(.job, with: .unavailable("connection refused"))
            let response = try await client.send(.post, "/jobs/echo", [.prefer: "wait=50"], body: "x")
            #expect(response.status == .accepted)
            #expect(try response.text("id") == harness.store.lastID?.text)
        }
    }

    @Test("a submit answers 202 if the time is over, with the preferences that counted")
    func tooLate() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let response = try await client.send(.post, "/jobs/echo", [.prefer: "wait=1, respond-async"], body: "x")
            #expect(response.status == .accepted)
            #expect(response.headers[.preferenceApplied] == "respond-async, wait=1")
            #expect(response.retryAfter >= 1)
        }
    }

    @Test("a poll waits for the end, however the end looks")
    func poll() async throws {
        for (path, status) in [("jobs", HTTPResponse.Status.found), ("resources", .ok)] {
            let harness = Harness()
            try await harness.run(.live) { client in
                let id = try await harness.submit(client)
                let response = try await answer(harness, client, .get, "/\(path)/\(id)") {
                    _ = try await harness.succeed(Array("done".utf8))
                }
                #expect(response.status == status)
                #expect(response.headers[.preferenceApplied] == "wait=50")
            }
        }
    }

    @Test("a poll without time answers at once")
    func noTime() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let id = try await harness.submit(client)
            let response = try await client.send(.get, "/jobs/\(id)", [.prefer: "wait=0"])
            #expect(response.status == .accepted)
            #expect(response.headers[.preferenceApplied] == "wait=0")
            let early = try await client.send(.get, "/resources/\(id)", [.prefer: "wait=1"])
            #expect(early.status == .notFound)
            #expect(early.headers[.preferenceApplied] == "wait=1")
        }
    }

    @Test("the monitor answers at the next version")
    func monitor() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let id = try await harness.submit(client)
            let first = try await answer(harness, client, .get, "/operations/\(id)") { _ = try await harness.claim() }
            #expect(try first.text("status") == "running")
            let tag = try #require(first.headers[.eTag])
            let old = try await client.send(.get, "/operations/\(id)", [.prefer: "wait=50", .ifNoneMatch: "W/\"1\""])
            #expect(old.headers[.eTag] == tag, "a client that is behind is told at once")
            let next = try await answer(
                harness,
                client,
                .get,
                "/operations/\(id)",
                [.prefer: "wait=50", .ifNoneMatch: tag]
            ) {
                _ = try await harness.store.cancel(try #require(harness.store.lastID))
            }
            #expect(try next.text("status") == "running")
            #expect(next.headers[.eTag] == "W/\"3\"")
            let same = try await client.send(.get, "/operations/\(id)", [.prefer: "wait=1", .ifNoneMatch: "W/\"3\""])
            #expect(same.status == .notModified)
        }
    }

    @Test("a removed job ends the wait")
    func removed() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let id = try await harness.submit(client)
            let response = try await answer(harness, client, .get, "/jobs/\(id)") {
                let id = try #require(harness.store.lastID)
                _ = try await harness.store.cancel(id)
                _ = try await harness.store.remove(id)
            }
            // Whatever was read first: the end or that nothing is left.
            #expect(response.status == .found || response.status == .gone)
        }
    }

    @Test("a client that leaves costs nothing, and its job goes on")
    func leaving() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            let answer = try await RawConnection.open(port: port) { connection in
                let head = "POST /jobs/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nPrefer: wait=50\r\n\r\nx"
                try await connection.send(head)
                try await eventually { harness.store.counts[.job, default: 0] > 0 }
                connection.closeOutput()
                return try await connection.receiveAll()
            }
            #expect(answer.hasPrefix("HTTP/1.1 202 "), "who has only closed its own side is answered")
            try await harness.succeed(Array("done".utf8))
            let id = try #require(harness.store.lastID)
            let response = try await client.send(.get, "/resources/\(id)")
            #expect(response.string == "done")
        }
    }

    @Test("a store that fails is told at once, or when the time is over")
    func storeFails() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let id = try await harness.submit(client)
            harness.store.fail(.job, with: .unavailable("away"))
            let response = try await client.send(.get, "/jobs/\(id)", [.prefer: "wait=50"])
            #expect(response.status == .serviceUnavailable)
        }
    }
}
