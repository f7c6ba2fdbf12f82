// What the tests of the courier share: couriers that run for the length of a test, and jobs that end.

import LeveeCore
import LeveeTestSupport
import LeveeTesting
import ServiceLifecycleTestKit
import Synchronization

@testable import LeveeCourier

let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

/// A courier for receivers on this machine, quick to try again.
func configuration(_ adjust: (inout CourierConfiguration) -> Void = { _ in }) -> CourierConfiguration {
    var configuration = CourierConfiguration(
        timeout: .seconds(30),
        retry: RetryPolicy(maxAttempts: 5, base: .milliseconds(20), cap: .milliseconds(100)),
        pause: .milliseconds(10),
        secrets: [WebhookSecret(secret)].compactMap(\.self),
        webhooks: WebhookRules(allowed: [IPNetwork("127.0.0.0/8")].compactMap(\.self))
    )
    adjust(&configuration)
    return configuration
}

/// Runs a courier until the body has ended.
func withCourier(
    on store: InMemoryStore,
    deliveries: (any JobDeliveries)? = nil,
    _ configuration: CourierConfiguration = configuration(),
    resolve: @escaping WebhookSender.Resolver = HostResolver.addresses,
    _ body: @Sendable () async throws -> Void
) async throws {
    let courier = Courier(
        configuration: configuration,
        deliveries: deliveries ?? store,
        submission: store,
        inspection: store,
        describe: { Array(#"{"id":"\#($0.id)","status":"\#($0.state.rawValue)"}"#.utf8) },
        sender: WebhookSender(
            rules: configuration.webhooks,
            secrets: configuration.secrets,
            timeout: configuration.timeout,
            resolve: resolve
        ),
        logger: quietLogger()
    )
    try await testGracefulShutdown { trigger in
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await courier.run() }
            do {
                try await body()
            } catch {
                trigger.triggerGracefulShutdown()
                throw error
            }
            trigger.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }
}

/// A clock that only the test moves.
final class StoppedClock: Sendable {
    private let time = Mutex(InMemoryStore.systemTime())

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}

extension InMemoryStore {
    /// Submits a job and ends it.
    @discardableResult
    func end(
        _ followUps: [FollowUp],
        payload: Content = Content(mediaType: "application/json", bytes: Array(#"{"number": 12}"#.utf8)),
        tenant: Tenant = .standard,
        trace: TraceContext? = nil,
        _ outcome: Settlement.Outcome = .succeeded(
            JobResult(content: Content(mediaType: "application/json", bytes: Array(#"{"square": 144}"#.utf8)))
        )
    ) async throws -> JobID {
        let job = NewJob(
            id: newID(),
            type: "square",
            queue: "default",
            payload: payload,
            tenant: tenant,
            followUps: followUps,
            trace: trace
        )
        _ = try await submit(job, rules: QueueRules(name: "default"))
        let request = ClaimRequest(
            worker: "w1",
            queues: [QueueRules(name: "default")],
            limit: 1,
            lease: .seconds(60),
            isIdle: false
        )
        guard let lease = try await claim(request).first?.lease else {
            throw NeverHappened(description: "the job was not claimed")
        }
        _ = try await settle([Settlement(lease: lease, outcome: outcome, busy: .zero)], claiming: nil)
        return job.id
    }
}

extension Settlement.Outcome {
    static let broken = Settlement.Outcome.failed(
        JobFailure(
            code: "exit-status",
            detail: "it broke: " + String(repeating: "é", count: 2_000),
            status: 422,
            disposition: .final
        ),
        retryAfter: .zero
    )
}

/// Deliveries that fail at first: the store is away when they are asked for, and its answers get lost when they are settled.
final class FailingDeliveries: JobDeliveries {
    private let store: InMemoryStore
    private let takes: Mutex<Int>
    private let settlements: Mutex<Int>

    init(_ store: InMemoryStore, failures: Int) {
        self.store = store
        takes = Mutex(failures)
        settlements = Mutex(failures)
    }

    func takeDeliveries(_ limit: Int, lease: Duration) async throws(StoreError) -> [LeasedDelivery] {
        if takes.countsDown() { throw .unavailable("away") }
        return try await store.takeDeliveries(limit, lease: lease)
    }

    func settle(_ delivery: LeasedDelivery, as outcome: DeliveryOutcome) async throws(StoreError) -> Bool {
        let isTaken = try await store.settle(delivery, as: outcome)
        if settlements.countsDown() { throw .unknownOutcome("the answer is lost") }
        return isTaken
    }

    func payload(of id: JobID) async throws(StoreError) -> [UInt8]? { try await store.payload(of: id) }

    func chainedID(of id: DeliveryID) -> JobID { store.chainedID(of: id) }
}

extension Mutex<Int> {
    /// Whether the count had not reached zero before.
    fileprivate func countsDown() -> Bool {
        withLock { left in
            left -= 1
            return left >= 0
        }
    }
}
