// One listening address as a service: what both doors have in common.

import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// An HTTP server at one address, with the manners of Levee: problem documents, bounded requests, orderly ends.
struct Listener {
    let host: String
    let port: Int
    let limits: GatewayConfiguration.Limits
    /// The most bytes that any body may have here.
    let maxBodyBytes: Int
    /// What is said where nothing is served.
    var unknownPath = Problem.unknownPath
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
            router.on(RouterPath(endpoint.path), method: endpoint.method, use: endpoint.handler)
        }
        return Application(
            responder: router.buildResponder(),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [ConnectionHandler(limits: limits, maxBodyBytes: maxBodyBytes)],
                    idleTimeout: TimeAmount(limits.idleTimeout),
                    httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                        maxHeaderFieldSize: limits.maxHeaderBytes,
                        maxHeaderListSize: limits.maxHeaderBytes
                    )
                )
            ),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            services: services,
            onServerRunning: onServerRunning,
            logger: logger
        )
    }
}
