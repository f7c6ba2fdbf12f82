// The worker, put together.

import LeveeBlobs
import LeveeCore
import LeveeCourier
import LeveeGateway
import LeveeHandlers
import LeveeMetrics
import LeveeStore
import LeveeWorker
import Logging
import ServiceLifecycle
import UnixSignals

/// A worker as one process.
enum Work {
    /// Runs a worker until the process is told to stop, or has retired: SIGUSR1 asks it to take no more jobs and to end
    /// with those that it has; a second SIGTERM or SIGINT, to hand back what runs at once.
    static func run(_ configuration: Configuration, metrics: MetricRegistry, logger: Logger) async throws {
        // Heard from the first moment on: SIGUSR1 would else end the process.
        let signals = await UnixSignalsSequence(trapping: .sigusr1, .sigterm, .sigint)
        let settings = configuration.worker
        let queues = configuration.servedQueues
        let blobs = try await Deployment.blobs(configuration.blobs)
        // All of them: a follow-up may be a job of a queue that this worker does not serve.
        let known = configuration.queues.keys.sorted()
        try await withHandlers(of: configuration) { handlers in
            try await Deployment.withStore(configuration, queues: known, logger: logger) { store in
                let courier = courier(configuration, on: store, blobs: blobs, logger: logger)
                let sweeper = blobs.map { Deployment.sweeper(of: $0, configuration.blobs, on: store, logger: logger) }
                let worker = Worker(
                    configuration: WorkerConfiguration(
                        name: id(named: settings.name),
                        slots: settings.slots,
                        queues: queues,
                        lease: settings.lease,
                        drainGrace: settings.drainGrace
                    ),
                    leasing: store,
                    upkeep: store,
                    handlers: handlers,
                    blobs: blobs,
                    logger: logger
                )
                try await withThrowingTaskGroup { group in
                    group.addTask { await obey(signals, worker) }
                    let manager = ServiceManager(doors: settings.healthPort == nil ? 0 : 1, logger: logger)
                    let probes = settings.healthPort.map {
                        health(of: worker, settings, port: $0, metrics, manager, logger)
                    }
                    try await Deployment.serve(probes, sweeper, courier, worker, manager, logger: logger)
                    group.cancelAll()
                }
            }
        }
    }

    /// Hands the signals on to the worker.
    private static func obey(_ signals: UnixSignalsSequence, _ worker: Worker) async {
        var orders = 0
        for await signal in signals {
            if signal == .sigusr1 {
                worker.retire()
            } else {
                // One that came before the store was reached nobody else has heard. Who repeats an order to stop does not
                // want to wait.
                orders += 1
                if orders == 1 { worker.stop() } else { worker.hurry() }
            }
        }
    }

    /// What delivers the follow-ups of ended jobs.
    private static func courier(
        _ configuration: Configuration,
        on store: RedisStore,
        blobs: FolderBlobStore?,
        logger: Logger
    ) -> Courier {
        let (settings, server) = (configuration.webhooks, configuration.server)
        let base =
            server.publicURL ?? "http://\(server.host.contains(":") ? "[\(server.host)]" : server.host):\(server.port)"
        return Courier(
            configuration: CourierConfiguration(
                slots: configuration.worker.deliveries,
                timeout: settings.timeout,
                retry: settings.retry,
                secrets: settings.secrets,
                webhooks: settings.rules,
                jobTypes: configuration.jobTypes,
                queues: configuration.queues
            ),
            deliveries: store,
            submission: store,
            inspection: store,
            blobs: blobs,
            describe: { EndedJob.status(of: $0, base: base) },
            logger: logger
        )
    }

    /// Makes the handlers of all types for as long as `body` runs, and closes the connections that they have opened.
    private static func withHandlers(
        of configuration: Configuration,
        _ body: @Sendable ([String: HandlerBinding]) async throws -> Void
    ) async throws {
        let handlers = configuration.jobs.compactMapValues { job in
            job.handler.flatMap { handler(of: job.type, $0, slots: configuration.worker.slots) }
                .map { HandlerBinding(type: job.type, handler: $0) }
        }
        let upstreams = handlers.values.compactMap { $0.handler as? UpstreamHandler }
        do {
            try await body(handlers)
        } catch {
            for upstream in upstreams { try? await upstream.shutdown() }
            throw error
        }
        for upstream in upstreams { try await upstream.shutdown() }
    }

    /// Answers probes: a worker that the store does not answer, or that gets no work, is of no use.
    private static func health(
        of worker: Worker,
        _ settings: WorkerSettings,
        port: Int,
        _ metrics: MetricRegistry,
        _ manager: ServiceManager?,
        _ logger: Logger
    ) -> Door {
        Deployment.health(host: settings.healthHost, port: port, metrics, manager, logger: logger) {
            if worker.isDraining { return "The worker takes no more jobs." }
            return Deployment.complaint(silence: worker.silence, patience: worker.patience)
        }
    }

    /// An id that no other process has, not even the one that had the name before: a worker that comes back under its old
    /// id would pass for the one that was lost.
    private static func id(named name: String?) -> String {
        guard let name else { return WorkerConfiguration.defaultName() }
        let suffix = String(UInt32.random(in: .min ... .max), radix: 36)
        return "\(name.prefix(Name.maxLength - suffix.count - 1))-\(suffix)"
    }

    private static func handler(
        of type: JobType,
        _ definition: HandlerDefinition,
        slots: Int
    ) -> (any PayloadHandler)? {
        switch definition {
        case .upstream(let upstream):
            return UpstreamHandler(
                UpstreamConfiguration(
                    url: upstream.url,
                    requestFields: upstream.requestFields,
                    responseFields: upstream.responseFields,
                    fields: upstream.fields,
                    rules: upstream.rules,
                    connections: slots,
                    connectTimeout: upstream.connectTimeout,
                    maxResponseBytes: type.maxResultBytes
                )
            )
        case .builtin(let name):
            return BuiltInHandler(rawValue: name)?.handler
        case .exec(let program):
            return ExecHandler(
                ExecConfiguration(
                    program: program.command.first ?? "",
                    arguments: Array(program.command.dropFirst()),
                    environment: program.environment,
                    workingDirectory: program.workingDirectory,
                    resultMediaType: program.resultType,
                    maxOutputBytes: type.maxResultBytes,
                    stopGrace: program.killGrace,
                    limits: program.limits
                )
            )
        }
    }
}
