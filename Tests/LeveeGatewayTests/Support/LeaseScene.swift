// An outside worker at its door, for tests of what it does there.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeGateway

/// A door with a store behind it, and a worker at the door.
struct LeaseScene: Sendable {
    static let start = Timestamp(milliseconds: 1_795_300_985_000)
    static let json: HTTPFields = [.contentType: "application/json"]
    private static let types = [
        "echo": JobType(name: "echo", queue: "small", maxResultBytes: 10, timeout: .seconds(60))
    ]

    let client: any TestClientProtocol
    let store: InMemoryStore
    let clock: ManualClock

    func submit(
        _ payload: String = "hello",
        queue: String = "small",
        trace: TraceContext? = nil
    ) async throws -> JobID {
        let job = NewJob(
            id: store.newID(),
            type: "echo",
            queue: queue,
            payload: Content(mediaType: "text/plain", bytes: Array(payload.utf8)),
            maxAttempts: 2,
            trace: trace
        )
        _ = try await store.submit(job, rules: QueueRules(name: queue))
        return job.id
    }

    func claim(_ body: String = #"{"queues":["small"],"wait":0}"#) async throws -> [[String: Any]] {
        let answer = try await client.send(.post, "/leases", Self.json, body: body)
        #expect(answer.status == .ok, "\(answer.string)")
        return try #require(try answer.json["leases"] as? [[String: Any]])
    }

    /// Submits a job and leases it.
    func lease() async throws -> (id: JobID, links: [String: String]) {
        let id = try await submit()
        let leases = try await claim()
        #expect(leases.first?["id"] as? String == id.text)
        return (id, try #require(leases.first?["links"] as? [String: String]))
    }

    func post(
        _ path: String?,
        _ headers: HTTPFields = Self.json,
        body: String? = nil
    ) async throws -> TestResponse {
        try await client.send(.post, try #require(path), headers, body: body)
    }

    func record(_ id: JobID) async throws -> JobRecord { try #require(try await store.job(id)) }

    /// Lets time pass, as long as leases last and longer.
    func outlive() async throws {
        for _ in 0..<14 {
            clock.advance(by: .seconds(1))
            try await store.tick(lease: .seconds(5))
        }
    }

    func workers() async throws -> [String] { try await store.overview().workers.map(\.name) }

    /// Opens the door for as long as the closure takes.
    static func run(
        keys: APIKeyRing = APIKeyRing(),
        _ body: @escaping @Sendable (LeaseScene) async throws -> Void
    ) async throws {
        let clock = ManualClock(Self.start)
        let store = InMemoryStore(clock: { clock.now })
        let door = AdminDoor(
            testing: store,
            leases: LeaseConfiguration(
                jobTypes: Self.types,
                queues: ["small": QueueRules(name: "small"), "other": QueueRules(name: "other")]
            ),
            keys: keys,
            now: { clock.now }
        )
        try await door.application().test(.live) { client in
            try await body(LeaseScene(client: DescribedClient(client), store: store, clock: clock))
        }
    }
}
