// The front end, put together.

import LeveeGateway
import LeveeStore
import Logging
import ServiceLifecycle

/// A front end as one process.
enum Serve {
    /// How long requests under way may take when the process is told to stop.
    private static let stopGrace = Duration.seconds(15)

    /// Where the admin door listens: it asks for no credentials, so only this machine may come.
    private static let adminHost = "127.0.0.1"

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
                    maxMemoryPercent: configuration.redis.maxMemoryPercent,
                    lease: configuration.worker.lease
                ),
                submission: store,
                inspection: store,
                upkeep: store,
                logger: logger
            )
            let server = configuration.server
            let jobs = Door("serving", host: server.host, port: server.port, option: "--port", logger: logger) {
                try await gateway.application(onServerRunning: $0).run()
            }
            let adminPort = server.effectiveAdminPort
            let admin = AdminDoor(
                host: adminHost,
                port: adminPort,
                store: store,
                memory: gateway.memory,
                logger: logger
            )
            let fleet = Door("admin", host: adminHost, port: adminPort, option: "--admin-port", logger: logger) {
                try await admin.application(onServerRunning: $0).run()
            }
            do {
                try await Deployment.serve(fleet, jobs, grace: stopGrace, logger: logger)
            } catch is CancellationError {
                logger.warning("stopped before all requests had ended", metadata: ["grace": "\(stopGrace)"])
            }
        }
    }
}
