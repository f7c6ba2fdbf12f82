// Tests of Idempotency-Key on POST /jobs/{type}: the same request again is the same job.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Idempotency-Key")
struct IdempotencyTests {
    private static func headers(_ key: String, mediaType: String = "text/plain") -> HTTPFields {
        [.contentType: mediaType, .idempotencyKey: key]
    }

    @Test("answers the same request again with the same addresses and the current status")
    func replay() async throws {
        let harness = Harness()
        try await harness.run { client in
            let first = try await client.send(.post, "/jobs/echo", Self.headers("k 1"), body: "hello")
            #expect(first.status == .accepted)
            #expect(first.headers[.idempotencyReplayed] == nil)
            let lease = try #require(try await harness.claim()).lease
            for (key, status) in [("\"k 1\"", "running"), ("k 1", "succeeded")] {
                if status == "succeeded" {
                    let result = JobResult(content: Content(mediaType: "text/plain", bytes: [1]))
                    let settlement = Settlement(lease: lease, outcome: .succeeded(result), busy: .zero)
                    _ = try await harness.store.store.settle([settlement], claiming: nil)
                }
                let again = try await client.send(.post, "/jobs/echo", Self.headers(key), body: "hello")
                #expect(again.status == .accepted)
                #expect(again.headers[.idempotencyReplayed] == "true")
                for name in [HTTPField.Name.location, .operationLocation, .contentLocation] {
                    #expect(again.headers[name] == first.headers[name])
                }
                #expect(try again.text("id") == first.text("id"))
                #expect(try again.text("status") == status)
                #expect((again.headers[.retryAfter] == nil) == (status == "succeeded"))
            }
            #expect(try await harness.claim() == nil, "there was one job only")
        }
    }

    @Test("says that it is a replay also where the job has failed, to a client that waits")
    func replayedFailure() async throws {
        let harness = Harness()
        try await harness.run { client in
            _ = try await client.send(.post, "/jobs/echo", Self.headers("k"), body: "hello")
            let failure = JobFailure(code: "broken", detail: "it broke", disposition: .final)
            try await harness.settle(.failed(failure, retryAfter: .zero))
            var headers = Self.headers("k")
            headers[.prefer] = "wait=5"
            let again = try await client.send(.post, "/jobs/echo", headers, body: "hello")
            #expect(again.status.code == 422)
            #expect(again.headers[.idempotencyReplayed] == "true")
        }
    }

    @Test("refuses the key for anything else with 422, while the first job waits as well")
    func conflict() async throws {
        let harness = Harness()
        try await harness.run { client in
            _ = try await client.send(.post, "/jobs/echo", Self.headers("k"), body: "hello")
            let others = [
                try await client.send(.post, "/jobs/echo", Self.headers("k"), body: "hello!"),
                try await client.send(.post, "/jobs/echo", Self.headers("k", mediaType: "text/html"), body: "hello"),
                try await client.send(.post, "/jobs/huge", Self.headers("k"), body: "hello"),
            ]
            for other in others { try other.expectProblem(422, "idempotency-key-reused") }
            #expect(try await harness.store.figures(of: "small").submitted == 1)
        }
    }

    @Test("answers 410 once the job was removed, and runs nothing")
    func gone() async throws {
        let harness = Harness()
        try await harness.run { client in
            let first = try await client.send(.post, "/jobs/echo", Self.headers("k"), body: "hello")
            let path = "/jobs/\(try first.text("id"))"
            #expect(try await client.send(.delete, path).status == .accepted)
            #expect(try await client.send(.delete, path).status == .noContent)
            let again = try await client.send(.post, "/jobs/echo", Self.headers("k"), body: "hello")
            try again.expectProblem(410, "gone")
            #expect(try await harness.claim() == nil)
        }
    }

    @Test("remembers nothing of what it has turned away")
    func rejections() async throws {
        let harness = Harness()
        try await harness.run { client in
            let bad = try await client.send(
                .post,
                "/jobs/square",
                Self.headers("k", mediaType: "application/json"),
                body: "{"
            )
            #expect(bad.status == .badRequest)
            let blocking = try await client.send(.post, "/jobs/narrow", [:], body: "1")
            let full = try await client.send(.post, "/jobs/narrow", Self.headers("k"), body: "2")
            try full.expectProblem(503, "queue-full")
            _ = try await client.send(.delete, "/jobs/\(try blocking.text("id"))")
            let taken = try await client.send(.post, "/jobs/narrow", Self.headers("k"), body: "2")
            #expect(taken.status == .accepted)
            #expect(taken.headers[.idempotencyReplayed] == nil)
        }
    }

    @Test(
        "takes a key as it is or as a structured-field string",
        arguments: [
            ("plain", "plain"), ("\"quoted\"", "quoted"), (#""with \" and \\""#, #"with " and \"#), ("\" \"", " "),
            ("a;b=c", "a;b=c"), (String(repeating: "k", count: 255), String(repeating: "k", count: 255)),
            ("\"\(String(repeating: #"\""#, count: 255))\"", String(repeating: "\"", count: 255)),
        ]
    )
    func forms(field: String, key: String) throws {
        #expect(try IdempotencyField.key(in: [.idempotencyKey: field])?.text == key)
    }

    @Test(
        "refuses what is no key",
        arguments: [
            "", "\"\"", "\"open", "\"", #""ends in \""#, #""a\b""#, "\"a\";p=1", "\"a\" \"b\"", "ümlaut",
            String(repeating: "k", count: 256), "\"\(String(repeating: "k", count: 256))\"",
        ]
    )
    func malformed(field: String) async throws {
        #expect(throws: Problem.self) { try IdempotencyField.key(in: [.idempotencyKey: field]) }
        let harness = Harness()
        try await harness.run { client in
            let answer = try await client.send(.post, "/jobs/echo", Self.headers(field), body: "hello")
            try answer.expectProblem(400, "invalid-header")
            #expect(try answer.text("header") == "Idempotency-Key")
            #expect(harness.store.counts[.submit] == nil)
        }
    }

    @Test("refuses two keys")
    func two() throws {
        var fields = HTTPFields()
        for key in ["a", "a"] { fields.append(HTTPField(name: .idempotencyKey, value: key)) }
        #expect(throws: Problem.self) { try IdempotencyField.key(in: fields) }
    }

    @Test("says that a submit without an answer can be sent again under its key")
    func unknownOutcome() async throws {
        let harness = Harness()
        harness.store.fail(.submit, with: .unknownOutcome("lost"))
        try await harness.run { client in
            let keyed = try await client.send(.post, "/jobs/echo", Self.headers("k"), body: "hello")
            try keyed.expectProblem(503, "unknown-outcome")
            #expect(keyed.retryAfter >= 1)
            #expect(try keyed.text("id") == harness.store.lastID?.text)
            let bare = try await client.send(.post, "/jobs/echo", [:], body: "hello")
            #expect(bare.headers[.retryAfter] == nil, "a client might send it twice without looking")
        }
    }
}
