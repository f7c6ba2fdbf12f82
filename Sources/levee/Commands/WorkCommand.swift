// `levee work`: the options of a worker.

import ArgumentParser
import Foundation
import LeveeMetrics
import Logging

/// Runs a worker until it is told to stop.
struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Run a worker: take jobs off their queues and run them."
    )

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions
    @OptionGroup(title: "Worker") var worker: WorkerOptions

    func run() async throws {
        let configuration = try options.load(worker.flags)
        guard !configuration.servedQueues.isEmpty else {
            throw ConfigurationError(
                at: .file(configuration.file),
                "no job type has a handler, so there is nothing for a worker to do; add a handler to one"
            )
        }
        let metrics = MetricRegistry.bootstrapped()
        let logger = Logger.bootstrapped(configuration.log)
        // A program that is not there fails its own jobs, with its path; it need not keep the other types waiting.
        for problem in ProgramCheck(environment: ProcessInfo.processInfo.environment).problems(in: configuration) {
            logger.warning("a handler cannot run", metadata: ["problem": "\(problem)"])
        }
        try await Work.run(configuration, metrics: metrics, logger: logger)
    }
}
