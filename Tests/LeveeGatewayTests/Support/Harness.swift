// A gateway on a store in memory, with a clock that a test turns and a worker's hands.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import Logging
import NIOCore
import Synchronization

@testable import LeveeGateway

/// Everything that a test of the gateway needs.
struct Harness: Sendable {
    /// 2026-11-21T22:43:05.123Z
    static let start = Timestamp(milliseconds: 1_795_300_985_123)

    let clock = ManualClock(Harness.start)
    let store: ProbedStore
    let gateway: Gateway

    static let types: [String: JobType] = [
        "echo": JobType(
            name: "echo",
            queue: "small",
            retry: RetryPolicy(maxAttempts: 5),
            requestFields: ["accept", "x-request-id"]
        ),
        "square": JobType(name: "square", queue: "maths", accepts: ["application/json"], maxPayloadBytes: 100),
        "narrow": JobType(name: "narrow", queue: "narrow", maxPayloadBytes: 10),
        "order": JobType(name: "order", queue: "orders", schema: orderSchema),
        "huge": JobType(name: "huge", queue: "huge", maxPayloadBytes: 8 << 20),
        "timely": JobType(name: "timely", queue: "timely"),
        "told": JobType(name: "told", queue: "told", followUps: [FollowUp(.success, to: .list("done"))]),
    ]

    private static let orderSchema = try? JSONSchema(
        JSONDocument(
            Array(
                """
                {"type": "object", "required": ["sku", "count"], "additionalProperties": false, "properties": {
                    "sku": {"type": "string", "pattern": "^[A-Z]{3}-[0-9]+$"},
                    "count": {"type": "integer", "minimum": 1},
                    "tags": {"type": "array", "items": {"type": "string"}}
                }}
                """.utf8
            )
        )
    )

    init(
        publicURL: String? = nil,
        polling: PollingStyle = PollingStyle(),
        answersCreated: Bool = false,
        keys: APIKeyRing = APIKeyRing(),
        origins: AllowedOrigins = .only([]),
        limits: GatewayConfiguration.Limits = GatewayConfiguration.Limits(),
        routes: [FacadeRoute] = [],
        blobs: (any BlobStore)? = nil
    ) {
        let clock = clock
        let store = ProbedStore(clock: { clock.now })
        self.store = store
        gateway = Gateway(
            configuration: GatewayConfiguration(
                port: 0,
                publicURL: publicURL,
                jobTypes: Self.types,
                queues: [
                    "narrow": QueueRules(name: "narrow", maxReady: 1, maxBytes: 15),
                    "timely": QueueRules(name: "timely", maxExpectedWait: .seconds(20)),
                ],
                routes: routes,
                polling: polling,
                answersCreated: answersCreated,
                keys: keys,
                origins: origins,
                limits: limits
            ),
            submission: store,
            inspection: store,
            upkeep: store,
            feed: store.store,
            blobs: blobs.map { BlobKeeper(store: $0, jobs: store.store) },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            now: { clock.now }
        )
    }

    /// Runs a test with a client of the gateway, beside a worker that shows itself but takes nothing by itself. Every answer has
    /// to be one that the gateway describes.
    func run(
        _ setup: TestingSetup = .router,
        _ test: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        try await show(slots: 4)
        try await gateway.application().test(setup) { try await test(DescribedClient($0)) }
    }

    /// Submits a job and gives its id.
    func submit(
        _ client: any TestClientProtocol,
        type: String = "echo",
        body: String = "hello",
        mediaType: String = "text/plain"
    ) async throws -> String {
        let response = try await client.send(.post, "/jobs/\(type)", [.contentType: mediaType], body: body)
        return try response.text("id")
    }

    /// Stores a job, past every door, and gives its id.
    func put() async throws -> JobID {
        let job = NewJob(
            id: store.newID(),
            type: "echo",
            queue: "small",
            payload: Content(mediaType: "text/plain", bytes: [1])
        )
        _ = try await store.submit(job, rules: QueueRules(name: "small"))
        return job.id
    }

    // MARK: A worker's hands

    /// Shows a worker of all queues to the store, for a day.
    func show(slots: Int) async throws {
        let beat = Heartbeat(
            worker: "w1",
            host: "test",
            processID: 1,
            slots: slots,
            queues: Self.types.values.map(\.queue),
            lease: .seconds(86_400),
            running: []
        )
        _ = try await store.store.beat(beat)
    }

    /// Takes the next job of a queue.
    func claim(_ queue: String = "small") async throws -> LeasedJob? {
        let request = ClaimRequest(
            worker: "w1",
            queues: [QueueRules(name: queue)],
            limit: 1,
            lease: .seconds(5),
            isIdle: true
        )
        return try await store.store.claim(request).first
    }

    /// Takes the next job of a queue and ends its attempt.
    func settle(_ outcome: Settlement.Outcome, queue: String = "small") async throws {
        guard let job = try await claim(queue) else { return }
        try await end(job, outcome)
    }

    /// Ends the attempt at a job that was taken.
    func end(_ job: LeasedJob, _ outcome: Settlement.Outcome) async throws {
        let settlement = Settlement(lease: job.lease, outcome: outcome, busy: .seconds(1))
        _ = try await store.store.settle([settlement], claiming: nil)
    }

    func succeed(
        _ bytes: [UInt8],
        mediaType: String = "application/json",
        status: Int = 200,
        queue: String = "small"
    ) async throws {
        let content = Content(mediaType: mediaType, bytes: bytes)
        try await settle(.succeeded(JobResult(status: status, content: content)), queue: queue)
    }

    func fail(code: String = "broken", detail: String = "It broke.", status: Int? = nil) async throws {
        let failure = JobFailure(code: code, detail: detail, status: status, disposition: .final)
        try await settle(.failed(failure, retryAfter: .zero))
    }
}

/// A clock that stands still until it is turned.
final class ManualClock: Sendable {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) { self.time = Mutex(time) }

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}
