// `levee check`: is the configuration right, and what does it come to?

import ArgumentParser
import Foundation

/// Shows what was understood of the configuration, or everything that is wrong with it.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the configuration and show what it comes to.",
        discussion: "Shows every value and where it came from; nothing stands beside a default."
    )

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions
    @OptionGroup(title: "Front end") var server: ServerOptions
    @OptionGroup(title: "Worker") var worker: WorkerOptions

    func run() async throws {
        let configuration = try options.load(server.flags.merging(worker.flags) { $1 })
        let problems = ProgramCheck(environment: ProcessInfo.processInfo.environment).problems(in: configuration)
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        print(ConfigurationOutline(configuration).text, terminator: "")
        print("\n\(LineText.escaped(configuration.file)) is valid.")
    }
}
