// The front end, put together.

import LeveeBlobs
import LeveeCore
import LeveeGateway
import LeveeLoad
import LeveeMetrics
import LeveeStore
import Logging
import ServiceLifecycle

/// A front end as one process.
enum Serve {
    /// How long requests under way may take when the process is told to stop.
    private static let stopGrace = Duration.seconds(15)

    /// Open files besides the connections of clients: those of operators, and to Redis.
    private static let spareFiles = 512

    /// As many connections as are wanted, or as the limit on open files allows: without a file left, none could be refused.
    private static func connections(_ wanted: Int, logger: Logger) -> Int {
        let files = FileLimit.raise(to: wanted + spareFiles)
        guard files < wanted + spareFiles else { return wanted }
        let affordable = max(1, files - spareFiles)
        logger.warning(
            "too few open files for server.limits.maxConnections; raise the limit (ulimit -Hn)",
            metadata: ["files": "\(files)", "connections": "\(affordable)"]
        )
        return affordable
    }

    /// Runs a front end until the process is told to stop.
    static func run(_ configuration: Configuration, metrics: MetricRegistry, logger: Logger) async throws {
        let blobs = try await Deployment.blobs(configuration.blobs)
        try await Deployment.withStore(configuration, queues: configuration.queues.keys.sorted(), logger: logger) {
            store in
            let keeper = blobs.map { BlobKeeper(store: $0, jobs: store) }
            let keys = APIKeyRing(configuration.keys)
            let gateway = Gateway(
                configuration: GatewayConfiguration(
                    host: configuration.server.host,
                    port: configuration.server.port,
                    publicURL: configuration.server.publicURL,
                    jobTypes: configuration.jobTypes,
                    queues: configuration.queues,
                    routes: configuration.routes.map(\.route),
                    polling: configuration.server.polling,
                    answersCreated: configuration.server.answersCreated,
                    keys: keys,
                    origins: configuration.server.origins,
                    webhooks: configuration.webhooks.rules,
                    maxMemoryPercent: configuration.redis.maxMemoryPercent,
                    lease: configuration.worker.lease,
                    limits: GatewayConfiguration.Limits(
                        maxRequestBytes: blobs == nil ? JobType.maxStoredBytes : .max,
                        requestTimeout: configuration.server.requestTimeout,
                        maxConnections: connections(configuration.server.maxConnections, logger: logger)
                    )
                ),
                submission: store,
                inspection: store,
                upkeep: store,
                feed: store,
                blobs: keeper,
                logger: logger
            )
            let server = configuration.server
            let manager = ServiceManager(doors: 2, logger: logger)
            let lameDuck = await LameDuck(delay: server.drainDelay, logger: logger) { gateway.announceEnd() }
            let jobs = Door(
                "serving",
                host: server.host,
                port: server.port,
                option: "--port",
                manager: manager,
                logger: logger
            ) {
                let application = gateway.application(onServerRunning: $0)
                try await DrainWatch.watching(stopGrace, logger: logger) { try await application.run() }
            }
            let (adminHost, adminPort) = (server.adminHost, server.effectiveAdminPort)
            let admin = AdminDoor(
                host: adminHost,
                port: adminPort,
                store: store,
                memory: gateway.memory,
                blobs: keeper,
                leases: LeaseConfiguration(
                    jobTypes: configuration.jobTypes,
                    queues: configuration.queues,
                    lease: configuration.worker.lease
                ),
                requestTimeout: server.requestTimeout,
                keys: keys,
                origins: configuration.server.adminOrigins,
                metrics: { metrics.processText },
                logger: logger
            )
            let fleet = Door(
                "admin",
                host: adminHost,
                port: adminPort,
                option: "--admin-port",
                manager: manager,
                logger: logger
            ) {
                try await admin.application(onServerRunning: $0).run()
            }
            do {
                let sweeper = blobs.map { Deployment.sweeper(of: $0, configuration.blobs, on: store, logger: logger) }
                try await Deployment.serve(
                    sweeper,
                    fleet,
                    jobs,
                    lameDuck,
                    manager,
                    grace: stopGrace,
                    signals: lameDuck == nil ? Deployment.stopSignals : [],
                    logger: logger
                )
            } catch is CancellationError {
                logger.warning("stopped before all requests had ended", metadata: ["grace": "\(stopGrace)"])
            }
        }
    }
}
