// GET /jobs/{id} and /operations/{id}: how a job stands, now or as soon as it has changed.

import HTTPTypes
import Hummingbird
import LeveeCore
import Synchronization

/// Answers polls, each with one read of the store at most, and lets clients wait that want to.
struct StatusRoutes: Sendable {
    let polling: PollingStyle
    let publicURL: String?
    let lookup: JobLookup
    let representation: JobRepresentation
    let outcome: OutcomeRepresentation

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .get, path: "/jobs/{id}", operation: .poll(polling)) { request, context in
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
        let poll = try poll(request, context, route)
        let record = try await lookup.end(of: poll.id, within: poll.preferences.wait, context)
        return try await answer(poll, with: record, to: request)
    }

    /// What a poll asks for.
    private struct Poll {
        let id: JobID
        /// Of which type the job has to be, if not of any.
        let type: String?
        let style: PollingStyle
        let preferences: Preferences
        let links: Links
    }

    /// Reads what a poll asks for. Not inlined: it would take up memory in each request that waits.
    @inline(never)
    private func poll(_ request: Request, _ context: GatewayContext, _ route: FacadeRoute?) throws -> Poll {
        var links = try Links(for: request, publicURL: publicURL)
        links.route = route.map { RouteView($0, isSubmit: false) }
        return Poll(
            id: try lookup.id(context),
            type: route?.type,
            style: try polling.adjusted(by: request.uri.queryParameters),
            preferences: Preferences(request.headers),
            links: links
        )
    }

    /// Says how a job stands. Not inlined, for the same reason as ``poll(_:_:_:)``.
    @inline(never)
    private func answer(_ poll: Poll, with record: JobRecord, to request: Request) async throws -> Response {
        guard poll.type == nil || record.type == poll.type else { throw Problem.unknownJob }
        let (style, links) = (poll.style, poll.links)
        var headers = poll.preferences.headers()
        guard record.state.isTerminal else {
            return try await pending(record, as: style.pending, links: links, headers: headers)
        }
        let resource = links.url(.result, of: record.id)
        switch style.done {
        case .found, .seeOther:
            headers[.location] = resource
            let status: HTTPResponse.Status = style.done == .found ? .found : .seeOther
            return await representation.status(of: record, as: status, links: links, headers: headers)
        case .status:
            headers[.operationLocation] = links.url(.monitor, of: record.id)
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
        let links = try Links(for: request, publicURL: publicURL)
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
