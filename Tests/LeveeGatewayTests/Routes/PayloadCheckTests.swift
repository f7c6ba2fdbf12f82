// Tests of payloads that have a schema: which are queued, and what is said about the others.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import Testing

@testable import LeveeGateway

@Suite("Payloads with a schema")
struct PayloadCheckTests {
    private static let json: HTTPFields = [.contentType: "application/json"]

    private func places(_ response: TestResponse) throws -> [[String: String]] {
        try #require(try response.member("errors") as? [[String: String]], "\(response.string)")
    }

    @Test("are queued as they came if they fit", arguments: ["application/json", "application/vnd.shop+json; v=1"])
    func fitting(mediaType: String) async throws {
        let harness = Harness()
        let body = "{ \"count\": 1.0, \"sku\": \"ABC-1\", \"tags\": [] }\n"
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/order", [.contentType: mediaType], body: body)
            #expect(response.status == .accepted, "\(response.string)")
        }
        #expect(try await harness.claim("orders")?.payload == Content(mediaType: mediaType, bytes: Array(body.utf8)))
    }

    @Test("are refused with every place that does not fit, and nothing is queued")
    func violations() async throws {
        let harness = Harness()
        try await harness.run { client in
            let body = #"{"count": 0, "tags": ["a", 2], "a/b": null}"#
            let response = try await client.send(.post, "/jobs/order", Self.json, body: body)
            try response.expectProblem(400, "invalid-payload")
            #expect(
                try places(response) == [
                    ["pointer": "/count", "keyword": "minimum", "detail": "must be at least 1"],
                    ["pointer": "/tags/1", "keyword": "type", "detail": "must be a string, not a number"],
                    [
                        "pointer": "/a~1b", "keyword": "additionalProperties",
                        "detail": "is not allowed: no member of this name is known",
                    ],
                    ["pointer": "", "keyword": "required", "detail": "must have a member named sku"],
                ]
            )
            #expect(
                try response.text("detail")
                    == "The payload does not fit the schema of its type: /count must be at least 1, and 3 more that errors "
                    + "lists. Correct it and send it again."
            )
            #expect(harness.store.counts[.submit] == nil)
        }
    }

    @Test("are refused with twenty places at most")
    func bounded() async throws {
        let harness = Harness()
        try await harness.run { client in
            let tags = Array(repeating: "1", count: 10_000).joined(separator: ",")
            let body = "{\"sku\": \"ABC-1\", \"count\": 1, \"tags\": [\(tags)]}"
            let response = try await client.send(.post, "/jobs/order", Self.json, body: body)
            try response.expectProblem(400, "invalid-payload")
            #expect(try places(response).map { $0["pointer"] } == (0..<20).map { "/tags/\($0)" })
        }
    }

    @Test("say that the payload as a whole does not fit")
    func root() async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/order", Self.json, body: "[]")
            try response.expectProblem(400, "invalid-payload")
            #expect(
                try response.text("detail")
                    == "The payload does not fit the schema of its type: the payload must be an "
                    + "object, not an array. Correct it and send it again."
            )
        }
    }

    @Test(
        "have to be JSON",
        arguments: [
            ("{\"sku\": \"ABC-1\", \"count\": 1", "the text ends too early"),
            ("{\"count\": 1, \"sku\": \"ABC-1\", \"count\": 2}", "the object has a member of this name already"),
            (String(repeating: "[", count: 100_000), "the text is nested more than 64 levels deep"),
            ("", "the text ends too early"),
        ]
    )
    func syntax(body: String, reason: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/order", Self.json, body: body)
            try response.expectProblem(400, "invalid-payload")
            #expect(
                try response.text("detail").hasPrefix("The payload is not JSON, as its media type says: \(reason), at")
            )
            #expect(harness.store.counts[.submit] == nil)
        }
    }

    @Test("have to say that they are JSON", arguments: ["text/plain", "application/x-www-form-urlencoded", nil])
    func mediaType(mediaType: String?) async throws {
        let harness = Harness()
        try await harness.run { client in
            let headers: HTTPFields = mediaType.map { [.contentType: $0] } ?? [:]
            let body = #"{"sku": "ABC-1", "count": 1}"#
            let response = try await client.send(.post, "/jobs/order", headers, body: body)
            try response.expectProblem(415, "unsupported-media-type")
            #expect(response.headers[.accept] == "application/json")
            #expect(try response.member("accepts") as? [String] == ["application/json"])
            #expect(harness.store.counts[.submit] == nil)
        }
    }

    @Test("leave those of other types alone")
    func others() async throws {
        let harness = Harness()
        try await harness.run { client in
            let response = try await client.send(.post, "/jobs/echo", Self.json, body: #"{"a": 1, "a": 2}"#)
            #expect(response.status == .accepted)
        }
    }
}
