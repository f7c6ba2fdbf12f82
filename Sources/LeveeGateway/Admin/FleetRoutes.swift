// GET /queues, /queues/{queue}, /workers and /metrics: the deployment as a whole.

import Hummingbird
import LeveeCore
import LeveeMetrics
import Logging

/// Shows queues and workers. However many ask, the store is read at most twice a second.
struct FleetRoutes: Sendable {
    /// How old an overview may be.
    static let life = Duration.milliseconds(500)

    private let inspection: any FleetInspection
    private let memory: MemoryWatch
    private let ownMetrics: @Sendable () -> String
    private let logger: Logger
    private let failures = FailureLog("No overview of the deployment")
    private let reading: SharedReading<Result<FleetOverview, StoreError>>

    init(
        inspection: any FleetInspection,
        memory: MemoryWatch,
        metrics: @escaping @Sendable () -> String,
        logger: Logger,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.inspection = inspection
        self.memory = memory
        ownMetrics = metrics
        self.logger = logger
        reading = SharedReading(life: Self.life, now: now)
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .get, path: "/queues", operation: .listQueues) { _, _ in
                try await json { FleetDocument.queues(of: $0) }
            },
            Endpoint(method: .get, path: "/queues/{queue}", operation: .getQueue) { try await queue($1) },
            Endpoint(method: .get, path: "/workers", operation: .listWorkers) { _, _ in
                try await json { FleetDocument.workers(of: $0) }
            },
            Endpoint(method: .get, path: "/metrics", operation: .metrics) { _, _ in await metrics() },
        ]
    }

    private func queue(_ context: GatewayContext) async throws -> Response {
        let overview = try await overview().get()
        let name = try context.parameters.require("queue")
        guard let queue = overview.queues.first(where: { $0.name == name }) else { throw Problem.unknownQueue }
        return PassingAnswer.bytes(FleetDocument.queue(queue, at: overview.time), "application/json")
    }

    private func json(_ document: (FleetOverview) -> [UInt8]) async throws -> Response {
        let overview = try await overview().get()
        return PassingAnswer.bytes(document(overview), "application/json")
    }

    /// Monitoring has to be told that the store is away; an error would only tell it that the scrape failed.
    private func metrics() async -> Response {
        let text = FleetMetrics(try? await overview().get(), memory: memory).text
        return PassingAnswer.bytes(Array((text + ownMetrics()).utf8), MetricsText.mediaType)
    }

    private func overview() async -> Result<FleetOverview, StoreError> {
        await reading.value {
            do throws(StoreError) {
                return .success(try await inspection.overview())
            } catch {
                failures.note(error, in: logger)
                return .failure(error)
            }
        }
    }
}
