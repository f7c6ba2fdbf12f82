// The worker, put together.

import LeveeCore
import LeveeHandlers
import LeveeStore
import LeveeWorker
import Logging
import UnixSignals

/// A worker as one process.
enum Work {
    /// Runs a worker until the process is told to stop, or has retired: SIGUSR1 asks it to take no more jobs and to end
    /// with those that it has.
    static func run(_ configuration: Configuration, logger: Logger) async throws {
        // Heard from the first moment on: the signal would else end the process.
        let retirement = await UnixSignalsSequence(trapping: .sigusr1)
        let settings = configuration.worker
        let queues = configuration.servedQueues
        let handlers = configuration.jobs.compactMapValues { job in
            job.handler.flatMap { handler(of: job.type, $0) }.map { HandlerBinding(type: job.type, handler: $0) }
        }
        try await Deployment.withStore(configuration, queues: queues.map(\.name), logger: logger) { store in
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
                logger: logger
            )
            try await withThrowingTaskGroup { group in
                group.addTask { for await _ in retirement { worker.retire() } }
                try await Deployment.serve(worker, logger: logger)
                group.cancelAll()
            }
        }
    }

    /// An id that no other process has, not even the one that had the name before: a worker that comes back under its old
    /// id would pass for the one that was lost.
    private static func id(named name: String?) -> String {
        guard let name else { return WorkerConfiguration.defaultName() }
        let suffix = String(UInt32.random(in: .min ... .max), radix: 36)
        return "\(name.prefix(Name.maxLength - suffix.count - 1))-\(suffix)"
    }

    private static func handler(of type: JobType, _ definition: HandlerDefinition) -> (any PayloadHandler)? {
        switch definition {
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
                    stopGrace: program.killGrace
                )
            )
        }
    }
}
