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
        [Endpoint(method: .get, path: "/resources/{id}", operation: .resource) { try await resource($0, context: $1) }]
    }

    /// The outcome of a job; of a route's only, if one is given.
    func resource(_ request: Request, context: GatewayContext, of route: FacadeRoute? = nil) async throws -> Response {
        let (record, headers) = try await ended(request, context, of: route)
        return try await outcome.response(of: record, to: request, headers: headers)
    }

    /// A job that has ended, and what is to be said of the wait for it.
    ///
    /// - Throws: ``Problem`` if it has not, or is none of the route's.
    func ended(
        _ request: Request,
        _ context: GatewayContext,
        of route: FacadeRoute? = nil
    ) async throws -> (record: JobRecord, headers: HTTPFields) {
        let preferences = Preferences(request.headers)
        let record = try await lookup.end(of: lookup.id(context), within: preferences.wait, context)
        guard route == nil || record.type == route?.type else { throw Problem.unknownJob }
        let headers = preferences.headers()
        guard record.state.isTerminal else {
            var links = try Links(for: request, publicURL: configuration.publicURL)
            links.route = route.map { RouteView($0, isSubmit: false) }
            var problem = await representation.notReady(record, links: links)
            problem.headers.append(contentsOf: headers)
            throw problem
        }
        return (record, headers)
    }
}
