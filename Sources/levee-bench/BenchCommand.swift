// `levee-bench`: what the benchmarks of Tests/Benchmarks set beside Levee, and the worker that tells when it began.

import ArgumentParser
import LeveeRedis
import Logging

@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "levee-bench",
        abstract: "Servers and workers that benchmarks hold Levee against; Tests/Benchmarks starts them.",
        subcommands: [RoutesCommand.self, PairCommand.self, StampCommand.self]
    )
}

/// Where Redis is.
struct RedisOptions: ParsableArguments {
    @Option(help: "Where Redis is.")
    var redis: String

    /// A client of it, which has not been started.
    func client(logger: Logger) throws -> RedisClient {
        RedisClient(
            configuration: RedisConfiguration(endpoint: try RedisEndpoint(redis), clientName: "levee-bench"),
            logger: logger
        )
    }
}

extension Logger {
    /// A logger that tells of troubles only, on standard error.
    static func forBench(_ label: String) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }
}
