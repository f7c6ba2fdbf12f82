// The autoscaler, put together.

import ArgumentParser
import Foundation
import LeveeAutoscaler
import LeveeCore
import LeveeMetrics
import LeveeStore
import LeveeWorker
import Logging

/// An autoscaler as one process.
enum Autoscale {
    /// Scales until the process is told to stop; each thing that it says is a line on standard output.
    static func run(
        _ configuration: Configuration,
        _ settings: AutoscaleSettings,
        metrics: MetricRegistry,
        logger: Logger
    ) async throws {
        let setup: AutoscalerConfiguration
        do throws(ScalingPolicyError) {
            setup = try settings.configuration(name: WorkerConfiguration.defaultName(), for: configuration)
        } catch {
            throw ValidationError(error.description)
        }
        try await Deployment.withStore(configuration, queues: setup.queues.map(\.name), logger: logger) { store in
            if settings.takesOver { try await takeOver(store) }
            let autoscaler = Autoscaler(
                configuration: setup,
                inspection: store,
                lead: store,
                control: settings.command.map { CommandFleet(command: $0) } ?? NoFleet(),
                logger: logger,
                report: { report in
                    // Where others read the log, it has what an operator is told.
                    if configuration.log.format == .json {
                        note(report, in: logger)
                    } else {
                        say(report, at: Date())
                    }
                }
            )
            let port = healthPort(in: configuration)
            let manager = ServiceManager(doors: port == nil ? 0 : 1, logger: logger)
            let probes = port.map { port in
                Deployment.health(host: configuration.worker.healthHost, port: port, metrics, manager, logger: logger) {
                    Deployment.complaint(silence: autoscaler.silence, patience: autoscaler.patience)
                }
            }
            try await Deployment.serve(probes, autoscaler, manager, logger: logger)
        }
    }

    /// Where probes are answered, if that was said to this process: the port in the file is that of workers.
    private static func healthPort(in configuration: Configuration) -> Int? {
        if case .file = configuration.sources[SettingOverride.healthPort.path] { return nil }
        return configuration.worker.healthPort
    }

    /// Leaves a number that was set by hand behind; whoever leads is left to obey it.
    private static func takeOver(_ store: RedisStore) async throws {
        let autoscaler = try await store.overview().autoscaler
        guard let workers = autoscaler.manualTarget, autoscaler.leader == nil else { return }
        try await store.setManualTarget(nil)
        Output.write(Array("the number set by hand, \(workers), holds no longer\n".utf8))
    }

    /// Sets the number of workers by hand for every autoscaler, or gives it back to the law.
    static func hold(_ workers: Int?, _ configuration: Configuration, logger: Logger) async throws {
        try await Deployment.withStore(configuration, queues: configuration.queues.keys.sorted(), logger: logger) {
            store in
            try await store.setManualTarget(workers)
        }
        let line =
            workers.map { "held at \($0) workers; levee autoscale --release gives the number back to the load" }
            ?? "released: the number of workers follows the load"
        Output.write(Array("\(line)\n".utf8))
    }

    /// Writes a line with the time of day, at once: whoever reads it through a pipe need not wait.
    private static func say(_ report: AutoscalerReport, at time: Date) {
        let clock = time.formatted(.verbatim(clockFormat, timeZone: .current, calendar: .current))
        Output.write(Array("\(clock) \(LineText.escaped(report.description))\n".utf8))
    }

    /// Writes a line of the log, with the figure where there is one.
    private static func note(_ report: AutoscalerReport, in logger: Logger) {
        switch report {
        case .verdict(let verdict):
            let change = verdict.change.rawValue
            logger.info(
                "\(verdict.reason)",
                metadata: ["desired": .stringConvertible(verdict.desired), "change": "\(change)"]
            )
        case .failed, .storeAway: logger.warning("\(report.description)")
        default: logger.info("\(report.description)")
        }
    }

    private static let clockFormat: Date.FormatString =
        "\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits)"
}

/// What a dry run moves, or one that only publishes.
private struct NoFleet: FleetControl {
    func scale(to workers: Int) async throws(FleetControlError) {
        throw FleetControlError("there is no command to scale with")
    }
}
