// Tests of API keys: who may do what at the clients' door, and who sees whose jobs.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import Logging
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("API keys")
struct AccessTests {
    private static let keys = APIKeyRing([
        APIKey(name: "red", digest: APIKey.digest(of: "red-secret"), tenant: Tenant("red")),
        // The successor of a key, while both are in use.
        APIKey(name: "red-2", digest: APIKey.digest(of: "red-secret-2"), tenant: Tenant("red")),
        APIKey(name: "blue", digest: APIKey.digest(of: "blue-secret"), tenant: Tenant("blue")),
        APIKey(name: "reader", digest: APIKey.digest(of: "reads"), tenant: Tenant("red"), scopes: [.read]),
        APIKey(name: "writer", digest: APIKey.digest(of: "writes"), tenant: Tenant("red"), scopes: [.submit]),
        APIKey(name: "operator", digest: APIKey.digest(of: "operates"), scopes: [.admin]),
    ])

    private static func bearer(_ secret: String, _ more: HTTPFields = [:]) -> HTTPFields {
        var fields = more
        fields[.authorization] = "Bearer \(secret)"
        return fields
    }

    @Test(
        "turns away who has no key, or one that is not known, before anything is read",
        arguments: [
            nil, "Basic cmVkOnNlY3JldA==", "Bearer", "Bearer ", "Bearer red", "Bearer RED-SECRET",
            "red-secret", "Bearer red-secret, Bearer blue-secret",
        ] as [String?]
    )
    func unauthorized(authorization: String?) async throws {
        let harness = Harness(keys: Self.keys)
        var fields: HTTPFields = [:]
        fields[.authorization] = authorization
        try await harness.run { [fields] client in
            for (method, path) in [
                (HTTPRequest.Method.post, "/jobs/echo"), (.post, "/jobs/nothing"), (.get, "/jobs/x"),
                (.head, "/jobs/x"), (.get, "/operations/x"), (.get, "/resources/x"), (.delete, "/jobs/x"),
                (.post, "/jobs/x/cancel"),
                (.get, "/jobs/x/history"),
            ] {
                let answer = try await client.send(method, path, fields)
                #expect(answer.status == .unauthorized, "\(method) \(path)")
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer realm=\"levee\"") == true)
                if method != .head { try answer.expectProblem(401, "unauthorized") }
            }
            #expect(harness.store.counts.isEmpty)
        }
    }

    @Test("says of an unknown key that it is none, and of a missing one that it is missing")
    func challenges() async throws {
        let harness = Harness(keys: Self.keys)
        try await harness.run { client in
            let missing = try await client.send(.get, "/jobs/x")
            #expect(missing.headers[.wwwAuthenticate] == #"Bearer realm="levee""#)
            let unknown = try await client.send(.get, "/jobs/x", Self.bearer("purple"))
            #expect(unknown.headers[.wwwAuthenticate] == #"Bearer realm="levee", error="invalid_token""#)
            #expect(!unknown.string.contains("purple"), "a key is never sent back")
        }
    }

    @Test("takes the scheme in any case, and each of two keys of one tenant")
    func rotation() async throws {
        let harness = Harness(keys: Self.keys)
        try await harness.run { client in
            let made = try await client.send(.post, "/jobs/echo", Self.bearer("red-secret"), body: "x")
            #expect(made.status == .accepted)
            let path = "/jobs/\(try made.text("id"))"
            let seen = try await client.send(.get, path, [.authorization: "bEaReR   red-secret-2"])
            #expect(seen.status == .accepted)
        }
    }

    @Test("refuses what a key is not good for with 403")
    func scopes() async throws {
        let harness = Harness(keys: Self.keys)
        try await harness.run { client in
            let made = try await client.send(.post, "/jobs/echo", Self.bearer("writes"), body: "x")
            #expect(made.status == .accepted)
            let path = "/jobs/\(try made.text("id"))"
            let blind = try await client.send(.get, path, Self.bearer("writes"))
            try blind.expectProblem(403, "forbidden")
            #expect(
                blind.headers[.wwwAuthenticate]
                    == #"Bearer realm="levee", error="insufficient_scope", scope="read""#
            )
            #expect(try await client.send(.get, path, Self.bearer("reads")).status == .accepted)
            for (method, target) in [
                (HTTPRequest.Method.post, "/jobs/echo"), (.delete, path), (.post, path + "/cancel"),
            ] {
                try await client.send(method, target, Self.bearer("reads")).expectProblem(403, "forbidden")
            }
            try await client.send(.get, path, Self.bearer("operates")).expectProblem(403, "forbidden")
            #expect(try await harness.store.figures(of: "small").submitted == 1)
        }
    }

    @Test("answers another tenant's id as one that never was, whatever is asked of it")
    func foreign() async throws {
        let harness = Harness(keys: Self.keys)
        try await harness.run { client in
            let made = try await client.send(.post, "/jobs/echo", Self.bearer("red-secret"), body: "x")
            let id = try made.text("id")
            func ask(_ method: HTTPRequest.Method, _ path: String, _ id: String) async throws -> TestResponse {
                try await client.send(method, path.replacing("ID", with: id), Self.bearer("blue-secret"))
            }
            for ended in [false, true] {
                if ended { try await harness.succeed(Array("{}".utf8)) }
                for (method, path) in [
                    (HTTPRequest.Method.get, "/jobs/ID"), (.get, "/operations/ID"), (.get, "/resources/ID"),
                    (.get, "/jobs/ID/history"), (.delete, "/jobs/ID"), (.post, "/jobs/ID/cancel"),
                ] {
                    harness.store.forgetCounts()
                    let real = try await ask(method, path, id)
                    let cost = harness.store.counts.values.reduce(0, +)
                    let never = String(repeating: "0", count: 28)
                    let forged = try await ask(method, path, never)
                    try real.expectProblem(404, "unknown-job")
                    #expect(real.string.replacing(id, with: never) == forged.string)
                    #expect(real.headers == forged.headers)
                    #expect(cost == 1, "as a genuine id of which nothing is left")
                }
            }
            let own = try await client.send(.get, "/operations/\(id)", Self.bearer("red-secret"))
            #expect(try own.text("status") == "succeeded", "nobody has canceled or removed it")
        }
    }

    @Test("keeps the idempotency keys of tenants apart")
    func idempotency() async throws {
        let harness = Harness(keys: Self.keys)
        try await harness.run { client in
            var ids: [String] = []
            for secret in ["red-secret", "blue-secret", "red-secret-2"] {
                let fields = Self.bearer(secret, [.idempotencyKey: "k"])
                ids.append(try await client.send(.post, "/jobs/echo", fields, body: "x").text("id"))
            }
            #expect(ids[0] == ids[2])
            #expect(ids[0] != ids[1])
        }
    }

    @Test("lets probes in without a key, and everybody where there are no keys")
    func open() async throws {
        let harness = Harness(keys: Self.keys)
        try await harness.run { client in
            for path in ["/livez", "/readyz"] {
                let answer = try await client.send(.get, path)
                #expect(answer.status == .ok)
            }
        }
        let bare = Harness()
        try await bare.run { client in
            let answer = try await client.send(.post, "/jobs/echo", Self.bearer("whatever"), body: "x")
            #expect(answer.status == .accepted)
        }
    }

    @Test("asks for the scope admin at the admin door")
    func adminDoor() async throws {
        let store = InMemoryStore()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let memory = MemoryWatch(upkeep: store, threshold: 90, logger: logger)
        let door = AdminDoor(
            host: "127.0.0.1",
            port: 0,
            store: store,
            memory: memory,
            keys: Self.keys,
            logger: logger
        )
        try await door.application().test(.router) { client in
            for (method, path) in [
                (HTTPRequest.Method.get, "/queues"), (.get, "/workers"), (.get, "/metrics"),
                (.get, "/queues/default/dead"), (.post, "/queues/default/pause"), (.delete, "/queues/default/dead"),
                (.post, "/jobs/x/retry"),
            ] {
                try await client.send(method, path).expectProblem(401, "unauthorized")
                try await client.send(method, path, Self.bearer("writes")).expectProblem(403, "forbidden")
                let read = try await client.send(method, path, Self.bearer("reads"))
                #expect(read.status == .forbidden)
                let answer = try await client.send(method, path, Self.bearer("operates"))
                #expect(answer.status != .unauthorized && answer.status != .forbidden)
            }
        }
    }
}
