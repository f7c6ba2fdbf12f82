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

    let host: String
    let port: Int
    let limits: GatewayConfiguration.Limits
    /// The most bytes of a body that the server invites (`Expect: 100-continue`); none where nobody wants any.
    var maxBodyBytes: @Sendable (HTTPRequest) -> Int = { _ in 0 }
    /// What is said where nothing is served.
    var unknownPath = Problem.unknownPath
    /// Who may come in.
    var doorkeeper = Doorkeeper(keys: APIKeyRing())
    /// What a key has to be good for where the endpoint does not say so.
    var scope: @Sendable (HTTPRequest.Method) -> Scope = { $0 == .get || $0 == .head ? .read : .submit }
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
        let router = Router(context: GatewayContext.self)
        router.add(
            middleware: ProblemMiddleware(limits: limits, methods: MethodTable(endpoints), unknownPath: unknownPath)
        )
        for endpoint in endpoints {
            let scopes = endpoint.scopes ?? [scope(endpoint.method)]
            router.on(RouterPath(endpoint.path), method: endpoint.method) { [doorkeeper] request, context in
                var context = context
                context.tenant = try doorkeeper.admit(request.headers, for: scopes)
                return try await endpoint.handler(request, context)
            }
        }
        let connections = ConnectionCount(most: limits.maxConnections)
        return Application(
            responder: router.buildResponder(),
            server: HTTPServerBuilder { [limits, maxBodyBytes] responder in
                GatewayChannel(
                    responder: responder,
                    limits: limits,
                    maxBodyBytes: maxBodyBytes,
                    connections: connections
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
}
