// `levee serve`: the options of a front end.

import ArgumentParser
import Logging

/// Runs a front end until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run a front end: take jobs over HTTP and answer for them."
    )

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions
    @OptionGroup(title: "Front end") var server: ServerOptions

    func run() async throws {
        let configuration = try options.load(server.flags)
        let problems = DoorCheck.problems(in: configuration)
        guard problems.isEmpty else { throw ConfigurationError(problems: problems) }
        try await Serve.run(configuration, metrics: .bootstrapped(), logger: .bootstrapped(configuration.log))
    }
}
