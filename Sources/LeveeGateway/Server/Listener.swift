// One listening address as a service: what both doors have in common.

import HTTPTypes
import Hummingbird
import HummingbirdCore
import LeveeCore
import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP server at one address, with the manners of Levee: problem documents, bounded requests, orderly ends.
struct Listener {
    /// How many connections above the limit are answered at once; the next ones wait until they are taken.
    private static let refusals = 64

    /// What metrics call it.
    let name: String
    let host: String
    let port: Int
    let limits: GatewayConfiguration.Limits
    /// The most bytes of a body that the server invites (`Expect: 100-continue`); none where nobody wants any.
    var maxBodyBytes: @Sendable (HTTPRequest) -> Int = { _ in 0 }
    /// What is said where nothing is served.
    var unknownPath = Problem.unknownPath
    /// Who may come in.
    var doorkeeper = Doorkeeper(keys: APIKeyRing())
    /// Whether a door without keys, on loopback, wants to be addressed as such.
    var asksForName = false
    /// What a key has to be good for where the endpoint does not say so.
    var scope: @Sendable (HTTPRequest.Method) -> Scope = { $0 == .get || $0 == .head ? .read : .submit }
    /// Whose pages may use it from browsers.
    var origins = AllowedOrigins.only([])
    /// Whether the process is about to end: connections then end with the next answer.
    var drain = DrainSignal()
    /// What `/openapi.json` says of the door; where there is nothing, nor is the document.
    var guide: OpenAPIDocument.Guide?
    let logger: Logger

    /// Puts the server together.
    ///
    /// - Parameters:
    ///   - endpoints: What is served.
    ///   - services: What runs beside it.
    ///   - onServerRunning: Called with the listening channel once requests are taken.
    /// - Returns: The application; its `run()` throws if the address cannot be listened on.
    func application(
        _ endpoints: [Endpoint],
        services: [any Service] = [],
        onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> Application<RouterResponder<GatewayContext>> {
        let endpoints = endpoints + (guide.map { [description(of: endpoints, $0).endpoint] } ?? [])
        let metrics = HTTPMetrics(door: name, endpoints: endpoints)
        let router = router(endpoints, metrics)
        let connections = ConnectionCount(most: limits.maxConnections)
        let responder = router.buildResponder()
        let date = DateField()
        return Application(
            responder: responder,
            server: HTTPServerBuilder { [limits, maxBodyBytes, drain] _ in
                GatewayChannel(
                    respond: { request, channel, logger in
                        let context = GatewayContext(source: .init(channel: channel, logger: logger))
                        var response = await Self.answer(request, context, by: responder)
                        response.headers[.date] = date.text
                        return response
                    },
                    limits: limits,
                    maxBodyBytes: maxBodyBytes,
                    connections: connections,
                    drain: drain,
                    metrics: metrics
                )
            },
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: .maximum(limits.maxConnections + Self.refusals, logger: logger)
            ),
            services: services,
            onServerRunning: onServerRunning,
            logger: logger
        )
    }

    /// Nearly all that goes wrong is a response already; what is left is that of a request nobody waits for any more.
    private static func answer(
        _ request: Request,
        _ context: GatewayContext,
        by responder: RouterResponder<GatewayContext>
    ) async -> Response {
        do {
            return try await responder.respond(to: request, context: context)
        } catch {
            return giveUp(request, context, error)
        }
    }

    /// Not inlined: it would take up memory in each request that waits.
    @inline(never)
    private static func giveUp(_ request: Request, _ context: GatewayContext, _ error: any Error) -> Response {
        context.logger.debug("a request was given up", metadata: ["error": "\(error)"])
        return Problem.internalError.response(from: request, context: context)
    }

    /// What it asks of browsers if it asks for no keys.
    private var pages: PageGuard? {
        guard doorkeeper.keys.isEmpty else { return nil }
        return PageGuard(
            origins: origins,
            publicURL: guide?.server,
            isLoopback: Loopback.reaches(host),
            asksForName: asksForName
        )
    }

    private func router(_ endpoints: [Endpoint], _ metrics: HTTPMetrics) -> Router<GatewayContext> {
        let router = Router(context: GatewayContext.self)
        let methods = MethodTable(endpoints)
        let pages = pages
        router.add(middleware: TracingMiddleware())
        router.add(
            middleware: ProblemMiddleware(
                limits: limits,
                methods: methods,
                unknownPath: unknownPath,
                origins: origins,
                metrics: metrics
            )
        )
        for endpoint in endpoints {
            let (scopes, isChange, handler) = (scopes(of: endpoint), endpoint.isChange, endpoint.handler)
            for method in endpoint.methods {
                router.on(endpoint.routerPath, method: method) { [doorkeeper] request, context in
                    if !scopes.isEmpty { try pages?.check(request, isChange: isChange) }
                    var context = context
                    context.tenant = try doorkeeper.admit(request.headers, for: scopes)
                    return try await handler(request, context)
                }
            }
        }
        // Browsers ask without a key (Fetch standard, section 4.8).
        for row in methods.rows {
            router.on(row.routerPath, method: .options) { [origins] request, _ in
                origins.options(request, at: row)
            }
        }
        return router
    }

    private func description(of endpoints: [Endpoint], _ guide: OpenAPIDocument.Guide) -> DescriptionRoute {
        let pages = pages
        let entries = endpoints.map { endpoint in
            let scopes = scopes(of: endpoint)
            return OpenAPIDocument.Entry(
                method: endpoint.method,
                path: endpoint.path.replacing("...}", with: "}"),
                scopes: doorkeeper.keys.isEmpty ? [] : scopes,
                refusals: scopes.isEmpty ? [] : pages?.refusals(isChange: endpoint.isChange) ?? [401, 403],
                operation: endpoint.operation
            )
        }
        return DescriptionRoute(guide, of: entries, everywhere: origins.fields)
    }

    private func scopes(of endpoint: Endpoint) -> [Scope] { endpoint.scopes ?? [scope(endpoint.method)] }
}
