// The front end, put together.

import LeveeGateway
import LeveeStore
import Logging
import NIOCore
import ServiceLifecycle

/// A front end as one process.
enum Serve {
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
            let application = gateway.application { channel in
                let port = channel.localAddress?.port ?? configuration.server.port
                logger.info("serving", metadata: ["url": "http://\(configuration.server.host):\(port)"])
            }
            do {
                try await Deployment.serve(application, logger: logger)
            } catch let error as StartFailure {
                throw error
            } catch {
                throw StartFailure(listening: configuration.server, error: error)
            }
        }
    }
}
