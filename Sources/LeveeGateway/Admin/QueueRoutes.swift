// POST /queues/{queue}/pause, /resume and /purge: whether a queue hands out its jobs, and what becomes of those in it.

import HTTPTypes
import Hummingbird
import LeveeCore
import Logging

/// Stops and resumes the handing out of jobs, and cancels those that wait. What runs goes on, and new jobs are taken in all
/// the same.
struct QueueRoutes: Sendable {
    let upkeep: any JobUpkeep
    let inspection: any FleetInspection
    let catalog: any JobCatalog

    var endpoints: [Endpoint] {
        let paused: KeyValuePairs = ["name": Schemas.text, "paused": Schemas.flag]
        let purged: KeyValuePairs = ["name": Schemas.text, "canceled": Schemas.count]
        let stop = Operation.change("pauseQueue", "Stops the handing out of the jobs of a queue", paused)
        let goOn = Operation.change("resumeQueue", "Hands out the jobs of a queue again", paused)
        let empty = Operation.change("purgeQueue", "Cancels all jobs that wait in a queue", purged)
        return [
            Endpoint(method: .post, path: "/queues/{queue}/pause", operation: stop) { try await set(paused: true, $1) },
            Endpoint(method: .post, path: "/queues/{queue}/resume", operation: goOn) {
                try await set(paused: false, $1)
            },
            Endpoint(method: .post, path: "/queues/{queue}/purge", operation: empty) { try await purge($1) },
        ]
    }

    private func set(paused: Bool, _ context: GatewayContext) async throws -> Response {
        let name = try await queue(context).name
        try await upkeep.setPaused(paused, queue: name)
        context.logger.info(paused ? "queue paused" : "queue resumed", metadata: ["queue": "\(name)"])
        return PassingAnswer.json { json in
            json.member("name", name)
            json.member("paused", paused)
        }
    }

    /// Cancels as many jobs as wait when it begins, ready or scheduled: those that come in meanwhile are canceled last, or not.
    private func purge(_ context: GatewayContext) async throws -> Response {
        let queue = try await queue(context)
        let waiting = queue.figures.ready + queue.figures.scheduled
        var canceled = 0
        var cursor: EmptyingCursor?
        repeat {
            let step = try await catalog.cancelWaiting(in: queue.name, after: cursor)
            canceled += step.canceled
            cursor = step.next
        } while cursor != nil && canceled < waiting
        context.logger.info(
            "queue purged",
            metadata: ["queue": "\(queue.name)", "jobs": .stringConvertible(canceled)]
        )
        return PassingAnswer.json { json in
            json.member("name", queue.name)
            json.member("canceled", canceled)
        }
    }

    /// The queue in the path; a name that was mistyped would else make one that nobody sees.
    private func queue(_ context: GatewayContext) async throws -> QueueOverview {
        let name = try context.parameters.require("queue")
        guard let queue = try await inspection.overview().queues.first(where: { $0.name == name }) else {
            throw Problem.unknownQueue
        }
        return queue
    }
}
