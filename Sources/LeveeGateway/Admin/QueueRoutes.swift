// POST /queues/{queue}/pause and /resume: whether a queue hands out its jobs.

import HTTPTypes
import Hummingbird
import LeveeCore

/// Stops and resumes the handing out of jobs. What runs goes on, and new jobs are taken in all the same.
struct QueueRoutes: Sendable {
    let upkeep: any JobUpkeep
    let inspection: any FleetInspection

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .post, path: "/queues/:name/pause") { try await set(paused: true, $1) },
            Endpoint(method: .post, path: "/queues/:name/resume") { try await set(paused: false, $1) },
        ]
    }

    private func set(paused: Bool, _ context: GatewayContext) async throws -> Response {
        let name = try context.parameters.require("name")
        // A name that was mistyped would else make a queue that nobody sees.
        guard try await inspection.overview().queues.contains(where: { $0.name == name }) else {
            throw Problem.unknownQueue
        }
        try await upkeep.setPaused(paused, queue: name)
        return AdminAnswer.json { json in
            json.member("name", name)
            json.member("paused", paused)
        }
    }
}
