// GET /jobs/{id}/history: everything that happened to a job.

import Hummingbird
import LeveeCore

/// Serves the append-only logs of jobs.
struct HistoryRoute: Sendable {
    let inspection: any JobInspection
    /// The job in the path of a request, if whoever asks may know of it.
    let find: @Sendable (GatewayContext) async throws -> JobID

    var endpoints: [Endpoint] {
        [Endpoint(method: .get, path: "/jobs/{id}/history", operation: .history, handler: history)]
    }

    @Sendable
    private func history(_ request: Request, context: GatewayContext) async throws -> Response {
        guard let entries = try await inspection.history(of: find(context)) else { throw Problem.gone }
        return PassingAnswer.json { json in
            json.name("history")
            json.array { json in
                for entry in entries {
                    json.object { json in
                        json.member("version", entry.version)
                        json.member("status", entry.state.rawValue)
                        json.member("at", entry.at.rfc3339)
                        json.member("cause", entry.cause.rawValue)
                        json.member("note", entry.note)
                    }
                }
            }
        }
    }
}
