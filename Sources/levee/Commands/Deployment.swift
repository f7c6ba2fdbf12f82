// What front ends and workers have in common: a store for as long as they live, and how they are told to stop.

import LeveeBlobs
import LeveeCore
import LeveeGateway
import LeveeMetrics
import LeveeRedis
import LeveeStore
import Logging
import ServiceLifecycle
import UnixSignals

/// The frame of a long-lived process.
enum Deployment {
    /// Runs `body` with the store that the configuration names.
    static func withStore(
        _ configuration: Configuration,
        queues: [String],
        logger: Logger,
        _ body: @Sendable (RedisStore) async throws -> Void
    ) async throws {
        let redis = RedisConfiguration(
            endpoint: configuration.redis.endpoint,
            clientName: configuration.redis.clientName
        )
        do {
            try await RedisStore.withStore(on: redis, queues: queues, logger: logger) { store in
                for warning in try await store.advice().warnings {
                    logger.warning("Redis may lose accepted jobs", metadata: ["reason": "\(warning)"])
                }
                try await body(store)
            }
        } catch let error as StoreError {
            throw StartFailure(redis: configuration.redis.endpoint, error: error)
        }
    }

    /// Runs `body` with the store that the configuration names, to look at what is there: nothing is founded, and only
    /// failures are logged.
    static func inspect(
        _ configuration: Configuration,
        _ body: @Sendable (RedisStore) async throws -> Void
    ) async throws {
        let endpoint = configuration.redis.endpoint
        let redis = RedisConfiguration(endpoint: endpoint, clientName: configuration.redis.clientName)
        let logger = Logger.bootstrapped(configuration.log, level: max(configuration.log.level, .error))
        do {
            let reached = Signal.latch()
            async let notice: Void? = canceled(by: reached) {
                await Waiting.tell(of: "Redis at \(endpoint)", LiveLine())
            }
            try await RedisStore.withStore(on: redis, queues: [], founds: false, logger: logger) { store in
                reached.ring()
                try await body(store)
            }
            await notice
        } catch let error as StoreError {
            throw StartFailure(redis: endpoint, error: error)
        }
    }

    /// Opens the folder for large payloads and results; `nil` if the configuration names none.
    ///
    /// - Throws: ``StartFailure`` if it cannot be used.
    static func blobs(_ settings: BlobSettings) async throws(StartFailure) -> FolderBlobStore? {
        guard let folder = settings.folder else { return nil }
        do throws(BlobError) {
            return try await FolderBlobStore(path: folder, threshold: settings.over)
        } catch {
            throw StartFailure(blobs: error)
        }
    }

    /// What removes the files that no job refers to.
    static func sweeper(
        of blobs: FolderBlobStore,
        _ settings: BlobSettings,
        on store: RedisStore,
        logger: Logger
    ) -> BlobSweeper {
        BlobSweeper(store: blobs, jobs: store, age: settings.orphanAge, logger: logger)
    }

    /// Answers probes and monitoring of a process that has no other door.
    ///
    /// - Parameters:
    ///   - host: The host name or address to listen on.
    ///   - port: The port to listen on.
    ///   - metrics: What the process shows of itself.
    ///   - manager: Who is told that it is open.
    ///   - logger: Where to say that it is open.
    ///   - complaint: Why the process is of no use for now; `nil` while it is.
    /// - Returns: The door as a service.
    static func health(
        host: String,
        port: Int,
        _ metrics: MetricRegistry,
        _ manager: ServiceManager?,
        logger: Logger,
        complaint: @escaping @Sendable () -> String?
    ) -> Door {
        if !Loopback.reaches(host) {
            logger.notice("other machines can reach the health port, which takes no key", metadata: ["host": "\(host)"])
        }
        let health = HealthDoor(
            host: host,
            port: port,
            metrics: { metrics.processText },
            logger: logger,
            complaint: complaint
        )
        return Door("probes", host: host, port: port, option: "--health-port", manager: manager, logger: logger) {
            try await health.application(onServerRunning: $0).run()
        }
    }

    /// Why a process that Redis has not answered is of no use, if it has been too long.
    static func complaint(silence: Duration?, patience: Duration) -> String? {
        guard let silence else { return "Redis has not answered yet." }
        return silence > patience ? "Redis has not answered for \(silence.components.seconds) s." : nil
    }

    /// What tells a process to stop.
    static let stopSignals: [UnixSignal] = [.sigterm, .sigint]

    /// Runs services until one ends or the process is told to stop.
    ///
    /// - Parameters:
    ///   - services: The services, those that there are; they are stopped in the reverse order.
    ///   - grace: How long they may take to stop before they are canceled; `nil` if they know their own.
    ///   - signals: What tells it to stop, unless a service heeds that.
    ///   - logger: Where to say what happens.
    /// - Throws: What a service throws.
    static func serve(
        _ services: (any Service)?...,
        grace: Duration? = nil,
        signals: [UnixSignal] = stopSignals,
        logger: Logger
    ) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.compactMap(\.self).map { service in
                .init(
                    service: service,
                    successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup
                )
            },
            gracefulShutdownSignals: signals,
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = grace
        let group = ServiceGroup(configuration: configuration)
        try await group.run()
    }
}

/// Why a process could not begin, in one line that says what to do.
struct StartFailure: Error, CustomStringConvertible {
    let description: String
    /// Whether what was asked for can never work, or only not now.
    let isLasting: Bool

    init(redis endpoint: RedisEndpoint, error: StoreError) {
        isLasting = false
        switch error {
        case .incompatibleLayout, .unexpectedReply:
            description = "\(error)"
        case .unavailable(let reason), .unknownOutcome(let reason), .refused(let reason):
            description =
                "Redis at \(endpoint) cannot be used: \(reason); start it, or name another with redis.url, LEVEE_REDIS or --redis"
        }
    }

    init(blobs error: BlobError) {
        isLasting = true
        description = "\(error); see blobs.folder in the configuration"
    }

    init(listening host: String, port: Int, option: String, error: any Error) {
        isLasting = true
        description =
            "cannot listen on \(host):\(port): \(NetworkTrouble.words(for: error)); end what uses the port, or choose another with \(option)"
    }
}
