// `levee check`: is the configuration right, and what does it come to?

import ArgumentParser
import Foundation
import LeveeRedis
import LeveeStore
import Logging

/// Shows what was understood of the configuration, or everything that is wrong with it.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the configuration and show what it comes to.",
        discussion: """
            Shows every value and where it came from; nothing stands beside a default. If Redis is there, also whether it is \
            set up to keep what was answered with 202.
            """
    )

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions
    @OptionGroup(title: "Front end") var server: ServerOptions
    @OptionGroup(title: "Worker") var worker: WorkerOptions

    func run() async throws {
        let configuration = try options.load(server.flags.merging(worker.flags) { $1 })
        let programs = ProgramCheck(environment: ProcessInfo.processInfo.environment)
        let problems =
            programs.problems(in: configuration) + DoorCheck.problems(in: configuration)
            + BlobFolderCheck.problems(in: configuration)
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        print(ConfigurationOutline(configuration).text, terminator: "")
        print("\n\(LineText.escaped(configuration.file)) is valid.")
        for warning in DoorCheck.warnings(in: configuration) { print("warning: \(warning)") }
        for line in await advice(on: configuration.redis) { print(line) }
    }

    /// What is to be said of the Redis that the configuration names; only the configuration itself can be wrong.
    private func advice(on settings: RedisSettings) async -> [String] {
        let redis = RedisConfiguration(endpoint: settings.endpoint, clientName: settings.clientName)
        let client = RedisClient(configuration: redis, logger: Logger(label: "check") { _ in SwiftLogNoOpLogHandler() })
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            var lines: [String] = []
            do {
                try await client.waitUntilConnected(timeout: .seconds(1))
                let advice = try await ServerAdvice.read(from: client)
                lines = ["Redis \(advice.version) answers at \(settings.endpoint)."]
                lines += (advice.warnings + advice.risks).map { "warning: Redis at \(settings.endpoint): \($0)" }
            } catch {
                lines = ["Redis at \(settings.endpoint) does not answer, so its settings were not checked."]
            }
            await client.shutdown()
            return lines
        }
    }
}
