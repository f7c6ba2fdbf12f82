// GET /jobs/{id} and /operations/{id}: how a job stands, now or as soon as it has changed.

import HTTPTypes
import Hummingbird
import LeveeCore
import Synchronization

/// Answers polls, each with one read of the store at most, and lets clients wait that want to.
struct StatusRoutes: Sendable {
    let configuration: GatewayConfiguration
    let lookup: JobLookup
    let representation: JobRepresentation
    let outcome: OutcomeRepresentation

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .get, path: "/jobs/{id}", operation: .poll(configuration.polling)) { request, context in
                try await status(request, context: context)
            },
            Endpoint(method: .get, path: "/operations/{id}", operation: .monitor, handler: monitor),
        ]
    }

    /// By default 202 while the job is pending, then 302 to its result, well or not.
    ///
    /// - Parameters:
    ///   - request: What the client has sent.
    ///   - context: Whose client it is.
    ///   - route: By whose names to answer, and of whose jobs only; `nil` for all jobs.
    /// - Returns: How the job stands, or where its outcome is.
    /// - Throws: ``Problem`` if there is no such job, or the request makes no sense.
    func status(_ request: Request, context: GatewayContext, of route: FacadeRoute? = nil) async throws -> Response {
        var links = try Links(for: request, publicURL: configuration.publicURL)
        links.route = route.map { RouteView($0, isSubmit: false) }
        let id = try lookup.id(context)
        let style = try configuration.polling.adjusted(by: request.uri.queryParameters)
        let preferences = Preferences(request.headers)
        let record = try await lookup.end(of: id, within: preferences.wait, context)
        guard route == nil || record.type == route?.type else { throw Problem.unknownJob }
        var headers = preferences.headers()
        guard record.state.isTerminal else {
            return try await pending(record, as: style.pending, links: links, headers: headers)
        }
        let resource = links.url(.result, of: id)
        switch style.done {
        case .found, .seeOther:
            headers[.location] = resource
            let status: HTTPResponse.Status = style.done == .found ? .found : .seeOther
            return await representation.status(of: record, as: status, links: links, headers: headers)
        case .status:
            headers[.operationLocation] = links.url(.monitor, of: id)
            return await representation.status(of: record, as: .ok, links: links, headers: headers)
        case .result:
            headers[.contentLocation] = resource
            return try await outcome.response(of: record, to: request, headers: headers)
        }
    }

    private func pending(
        _ record: JobRecord,
        as style: PollingStyle.Pending,
        links: Links,
        headers: HTTPFields
    ) async throws -> Response {
        switch style {
        case .accepted: return await representation.pending(record, as: .accepted, links: links, headers: headers)
        case .ok: return await representation.pending(record, as: .ok, links: links, headers: headers)
        case .notFound:
            var problem = await representation.notReady(record, links: links)
            problem.headers.append(contentsOf: headers)
            throw problem
        }
    }

    /// Always 200: never redirects, since clients that follow `Operation-Location` cannot. With a wait it answers at the next
    /// version: after the one that the client has by its `If-None-Match`, else after the present one.
    @Sendable
    private func monitor(_ request: Request, context: GatewayContext) async throws -> Response {
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let id = try lookup.id(context)
        let preferences = Preferences(request.headers)
        let known = Mutex<Int?>(nil)
        let record = try await lookup.record(id, within: preferences.wait, hearing: .change, context) { record in
            if record.state.isTerminal { return true }
            if request.headers[.ifNoneMatch] != nil { return representation.isNews(record, to: request) }
            return known.withLock { known in
                defer { known = known ?? record.version }
                return known.map { $0 < record.version } ?? false
            }
        }
        return await representation.monitor(record, request: request, links: links, headers: preferences.headers())
    }
}
