// GET /queues, /queues/{queue}, /workers and /metrics: the deployment as a whole.

import Hummingbird
import LeveeCore
import LeveeMetrics

/// Shows queues and workers.
struct FleetRoutes: Sendable {
    let fleet: FleetWatch
    let memory: MemoryWatch
    /// What this process shows of itself, in the text format of Prometheus.
    let ownMetrics: @Sendable () -> String

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
        let overview = try await fleet.overview()
        let name = try context.parameters.require("queue")
        guard let queue = overview.queues.first(where: { $0.name == name }) else { throw Problem.unknownQueue }
        return PassingAnswer.bytes(FleetDocument.queue(queue, at: overview.time), "application/json")
    }

    private func json(_ document: (FleetOverview) -> [UInt8]) async throws -> Response {
        let overview = try await fleet.overview()
        return PassingAnswer.bytes(document(overview), "application/json")
    }

    /// Monitoring has to be told that the store is away; an error would only tell it that the scrape failed.
    private func metrics() async -> Response {
        let text = FleetMetrics(try? await fleet.overview(), memory: memory).text
        return PassingAnswer.bytes(Array((text + ownMetrics()).utf8), MetricsText.mediaType)
    }
}
