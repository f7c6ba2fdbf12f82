// The front end, put together.

import LeveeGateway
import LeveeStore
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// A front end as one process.
enum Serve {
    /// How long requests under way may take when the process is told to stop.
    private static let stopGrace = Duration.seconds(15)

    /// Runs a front end until the process is told to stop.
    static func run(_ configuration: Configuration, logger: Logger) async throws {
        try await Deployment.withStore(configuration, queues: configuration.queues.keys.sorted(), logger: logger) {
            store in
            let gateway = Gateway(
                configuration: GatewayConfiguration(
                    host: configuration.server.host,
                    port: configuration.server.port,
                    publicURL: configuration.server.publicURL,
                    jobTypes: configuration.jobTypes,
                    queues: configuration.queues,
                    lease: configuration.worker.lease
                ),
                submission: store,
                inspection: store,
                upkeep: store,
                logger: logger
            )
            let hasBegun = Mutex(false)
            let application = gateway.application { channel in
                hasBegun.withLock { $0 = true }
                let port = channel.localAddress?.port ?? configuration.server.port
                logger.info("serving", metadata: ["url": "http://\(configuration.server.host):\(port)"])
            }
            do {
                try await Deployment.serve(application, grace: stopGrace, logger: logger)
            } catch  where hasBegun.withLock({ $0 }) {
                guard error is CancellationError else { throw error }
                logger.warning("stopped before all requests had ended", metadata: ["grace": "\(stopGrace)"])
            } catch {
                throw StartFailure(listening: configuration.server, error: error)
            }
        }
    }
}
