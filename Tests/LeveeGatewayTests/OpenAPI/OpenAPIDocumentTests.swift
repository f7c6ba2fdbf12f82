// Tests of what a door says of itself; every other test of a door holds its answers against it too.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import Logging
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("The OpenAPI document")
struct OpenAPIDocumentTests {
    private func document(_ harness: Harness) async throws -> TestResponse {
        try await harness.gateway.application().test(.router) { try await $0.send(.get, "/openapi.json") }
    }

    @Test("has every operation of the clients' door, and no other")
    func operations() async throws {
        let document = try Description(await document(Harness()).json)
        let submits = Set(Harness.types.keys.map { "POST /jobs/\($0)" })
        #expect(
            document.operations
                == submits.union([
                    "POST /jobs/{id}", "GET /jobs/{id}", "DELETE /jobs/{id}", "POST /jobs/{id}/cancel",
                    "GET /jobs/{id}/events", "GET /jobs/{id}/history", "GET /operations/{id}", "GET /resources/{id}",
                    "GET /resources/{id}/{file}", "GET /livez", "GET /readyz", "GET /openapi.json",
                ])
        )
        try await Harness().run { client in
            for operation in document.operations {
                let parts = operation.split(separator: " ").map(String.init)
                let path = parts[1].replacing("{id}", with: "x").replacing("{file}", with: "x")
                let allowed = try await client.send(.options, path).headers[.allow] ?? ""
                #expect(allowed.contains(parts[0]), "\(operation)")
                #expect(allowed.contains("HEAD") == allowed.contains("GET"), "\(operation)")
            }
        }
    }

    @Test("names every operation once, and links to none that is missing")
    func names() async throws {
        let json = try await document(Harness()).json
        let items = try #require(json["paths"] as? [String: [String: [String: Any]]])
        let operations = items.values.flatMap(\.values)
        let names = operations.compactMap { $0["operationId"] as? String }
        #expect(Set(names).count == operations.count)
        let responses = operations.compactMap { $0["responses"] as? [String: [String: Any]] }.flatMap(\.values)
        let links = responses.compactMap { $0["links"] as? [String: [String: Any]] }.flatMap(\.values)
        #expect(!links.isEmpty)
        for link in links { #expect(names.contains(link["operationId"] as? String ?? "")) }
    }

    @Test("says of each type what it takes")
    func types() async throws {
        let document = try Description(await document(Harness()).json)
        let order = try #require(document.operation(.post, "/jobs/order"))
        let body = try #require(order["requestBody"] as? [String: Any])
        let content = try #require(body["content"] as? [String: [String: [String: Any]]])
        #expect(Array(content.keys) == ["application/json"])
        #expect(content["application/json"]?["schema"]?["required"] as? [String] == ["sku", "count"])
        let narrow = try #require(document.operation(.post, "/jobs/narrow"))
        let said = (narrow["requestBody"] as? [String: Any])?["description"] as? String
        #expect(said?.contains("10 bytes") == true)
    }

    @Test("goes by the configuration", arguments: [false, true])
    func configuration(created: Bool) async throws {
        let style = PollingStyle(pending: .ok, done: .result)
        let harness = Harness(publicURL: "https://jobs.example/x", polling: style, answersCreated: created)
        let json = try await document(harness).json
        #expect((json["servers"] as? [[String: String]])?.first?["url"] == "https://jobs.example/x")
        let document = try Description(json)
        let submit = try #require(document.operation(.post, "/jobs/echo"))
        #expect((document.response(202, of: submit) == nil) == created)
        let poll = try #require(document.operation(.get, "/jobs/x"))
        let parameters = try #require(poll["parameters"] as? [[String: Any]])
        let done = parameters.first { $0["name"] as? String == "done" }
        #expect((done?["schema"] as? [String: Any])?["default"] as? String == "result")
    }

    @Test("asks for a key where the door does, and only then")
    func security() async throws {
        let open = try await document(Harness()).json
        #expect((open["components"] as? [String: Any])?["securitySchemes"] == nil)
        let key = APIKey(name: "k", digest: APIKey.digest(of: "secret"))
        let answer = try await document(Harness(keys: APIKeyRing([key])))
        #expect(answer.status == .ok, "the document itself asks for none")
        let document = try Description(answer.json)
        let poll = try #require(document.operation(.get, "/jobs/x"))
        #expect((poll["security"] as? [[String: [String]]])?.first == ["bearer": ["read"]])
        #expect(document.response(401, of: poll) != nil)
        let probe = try #require(document.operation(.get, "/livez"))
        #expect(probe["security"] == nil && document.response(401, of: probe) == nil)
    }

    @Test("is not sent again to who has it")
    func notModified() async throws {
        try await Harness().run { client in
            let first = try await client.send(.get, "/openapi.json")
            let tag = try #require(first.headers[.eTag])
            #expect(first.headers[.cacheControl] == "public, max-age=60")
            let second = try await client.send(.get, "/openapi.json", [.ifNoneMatch: tag])
            #expect(second.status == .notModified && second.body.readableBytes == 0)
        }
    }

    @Test("is there at the admin door too, with every operation of that")
    func admin() async throws {
        let store = InMemoryStore(clock: { Harness.start })
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let memory = MemoryWatch(upkeep: store, threshold: 90, logger: logger)
        let door = AdminDoor(host: "127.0.0.1", port: 0, store: store, memory: memory, logger: logger)
        try await door.application().test(.router) { client in
            let document = try Description(await client.send(.get, "/openapi.json").json)
            #expect(document.operations.count == 35)
            for operation in document.operations {
                let parts = operation.split(separator: " ").map(String.init)
                let path = parts[1].replacing("{id}", with: "x").replacing("{queue}", with: "x")
                let allowed = try await client.send(.options, path).headers[.allow] ?? ""
                #expect(allowed.contains(parts[0]), "\(operation)")
            }
        }
    }
}
