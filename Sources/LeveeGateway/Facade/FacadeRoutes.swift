// Routes of the configuration: a request becomes a job, and its answer what the job comes to.

import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeTracing
import Logging
import NIOCore

/// Serves clients that know nothing of jobs.
///
/// A request waits for the end of its job and is answered as the handler has answered. Such a job runs once: a client that
/// waits is told of a failure at once. Who says that it may be asynchronous gets 202 and the addresses at which to go on.
struct FacadeRoutes: Sendable {
    let configuration: GatewayConfiguration
    let submit: SubmitRoute
    let status: StatusRoutes
    let resource: ResourceRoute

    var endpoints: [Endpoint] {
        configuration.routes.flatMap { route -> [Endpoint] in
            guard let type = configuration.jobTypes[route.type] else { return [] }
            var endpoints = route.methods.map { method in
                Endpoint(
                    method: method,
                    path: route.pattern.description,
                    scopes: [.submit],
                    operation: .route(route, method, type, in: configuration)
                ) { request, context in
                    try await answer(request, by: route, type, context)
                }
            }
            if let path = route.statusPath {
                endpoints.append(
                    Endpoint(method: .get, path: "\(path)", operation: .routeStatus(path)) { request, context in
                        try await status.status(request, context: context, of: route)
                    }
                )
            }
            if let path = route.resourcePath {
                endpoints.append(
                    Endpoint(method: .get, path: "\(path)", operation: .routeResource(path)) { request, context in
                        try await resource.resource(request, context: context, of: route)
                    }
                )
            }
            return endpoints
        }
    }

    private func answer(
        _ request: Request,
        by route: FacadeRoute,
        _ type: JobType,
        _ context: GatewayContext
    ) async throws -> Response {
        guard let names = route.pattern.match(request.uri.path) else { throw Problem.unknownPath }
        var links = try Links(for: request, publicURL: configuration.publicURL)
        links.route = RouteView(route)
        let preferences = Preferences(request.headers)
        var values = RequestValues(request, names: names, route: route, address: context.address)
        values.isAsync = try isAsync(request, preferences, route)
        let limit = Int(route.limit.components.seconds)
        let wait = min(preferences.wait ?? (values.isAsync ? 0 : limit), limit)

        let taken = try await submit.take(
            of: type,
            from: request,
            line: route.line(of: request, names: names),
            isCall: !values.isAsync,
            links: links,
            context,
            payload: route.payload.map { template in
                { [values] (body: Content, id: JobID) throws -> Content in
                    var values = values
                    values.id = id.text
                    guard let text = String(validating: body.bytes, as: UTF8.self) else {
                        throw Problem.unfitValue("body", "...", expected: "text in UTF-8")
                    }
                    values.body = text
                    guard let tree = try template.tree(values) else { return body }
                    return Content(mediaType: "application/json", bytes: tree.bytes)
                }
            }
        )
        var record = taken.record
        if wait > 0 {
            do {
                record = try await submit.lookup.end(of: record.id, within: wait, context)
            } catch is StoreError {
                context.logger.warning("a job could not be waited for", metadata: record.logged)
            }
        }
        let monitor = links.url(.monitor, of: record.id)
        var headers: HTTPFields = [.operationLocation: monitor]
        if taken.isReplay { headers[.idempotencyReplayed] = "true" }
        if record.state.isTerminal, wait > 0 {
            return try await submit.outcome.passing(record, to: request, headers: headers)
        }
        guard values.isAsync else { throw Problem.routeTimeout(record.state, headers: headers) }
        headers.append(contentsOf: preferences.headers(isAsync: true))
        var response = await submit.representation.pending(record, links: links, headers: headers)
        guard let template = route.accepted else { return response }
        values.id = record.id.text
        values.status = links.statusName(record.state)
        let tree = try template.tree(values) ?? [:]
        response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: tree.bytes))
        return response
    }

    /// Whether a request may be answered before its job has ended: by its own word, or else that of the route.
    private func isAsync(
        _ request: Request,
        _ preferences: Preferences,
        _ route: FacadeRoute
    ) throws(Problem) -> Bool {
        switch request.headers[.invocationType] {
        case nil: return route.isAsync || preferences.respondAsync
        case "Event"?: return true
        case "RequestResponse"?: return false
        case let other?:
            let hint = "Send Event to be answered at once, or RequestResponse to wait."
            throw .malformedField("InvocationType", other, hint: hint)
        }
    }
}

extension FacadeRoute {
    /// What an upstream is asked for.
    fileprivate func line(of request: Request, names: [String: String]) -> RequestHead.Line {
        let came = request.head.path ?? "/"
        guard let target else { return RequestHead.Line(method: request.method.rawValue, target: came) }
        // The names stand for what is encoded already.
        let path = target.text(RequestValues(path: names))
        let query = came.firstIndex(of: "?").map { String(came[$0...]) } ?? ""
        return RequestHead.Line(method: request.method.rawValue, target: path + query)
    }
}

extension RequestValues {
    fileprivate init(_ request: Request, names: [String: String], route: FacadeRoute, address: String?) {
        self.init(
            path: names.mapValues { PercentEncoding.decode($0) },
            query: Dictionary(request.uri.queryParameters.map { (String($0.key), String($0.value)) }) { first, _ in
                first
            },
            headers: Dictionary(request.headers.map { ($0.name.canonicalName, $0.value) }) { "\($0), \($1)" },
            method: request.method.rawValue,
            target: request.head.path ?? "/",
            route: route.pattern.description,
            address: address
        )
    }
}

/// How the jobs of a route look to its clients.
struct RouteView: Sendable, Equatable {
    let statusPath: PathPattern?
    let resourcePath: PathPattern?
    let statuses: StatusNames
    /// Whether the answer is that to the request which made the job.
    let isSubmit: Bool

    init(_ route: FacadeRoute, isSubmit: Bool = true) {
        statusPath = route.statusPath
        resourcePath = route.resourcePath
        statuses = route.statuses
        self.isSubmit = isSubmit
    }
}

extension Problem {
    /// The job of a synchronous call has not ended in time; it goes on.
    static func routeTimeout(_ state: JobState, headers: HTTPFields) -> Problem {
        Problem(
            status: .gatewayTimeout,
            token: "not-ended-in-time",
            title: "The work was not done in time",
            detail: "Its job is \(state.rawValue) and goes on; Operation-Location says how it stands.",
            headers: headers
        )
    }

    /// A part of a request that cannot become the value that a route makes of it.
    static func unfitValue(_ name: String, _ text: String, expected: String) -> Problem {
        Problem(
            status: .badRequest,
            token: "unfit-value",
            title: "A part of the request does not fit",
            detail: "\(name) is \"\(text.prefix(100))\" and has to be \(expected)."
        )
    }
}
