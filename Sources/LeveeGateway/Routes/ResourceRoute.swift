// GET /resources/{id}: the stored outcome of a job, as its handler left it.

import HTTPTypes
import Hummingbird
import LeveeCore

/// Serves results and stored failures.
struct ResourceRoute: Sendable {
    let configuration: GatewayConfiguration
    let lookup: JobLookup
    let representation: JobRepresentation
    let outcome: OutcomeRepresentation

    var endpoints: [Endpoint] {
        [Endpoint(method: .get, path: "/resources/{id}", operation: .resource, handler: resource)]
    }

    @Sendable
    private func resource(_ request: Request, context: GatewayContext) async throws -> Response {
        let preferences = Preferences(request.headers)
        let record = try await lookup.end(of: lookup.id(context), within: preferences.wait, context)
        let headers = preferences.headers()
        guard record.state.isTerminal else {
            let links = try Links(for: request, publicURL: configuration.publicURL)
            var problem = await representation.notReady(record, links: links)
            problem.headers.append(contentsOf: headers)
            throw problem
        }
        return try await outcome.response(of: record, to: request, headers: headers)
    }
}
