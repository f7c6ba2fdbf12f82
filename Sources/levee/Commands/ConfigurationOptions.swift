// The options with which every command that needs a configuration finds and changes it.

import ArgumentParser
import Foundation

/// Options of all commands that read the configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file.", discussion: "Default: LEVEE_CONFIG, else levee.yaml."))
    var config: String?

    @Option(help: ArgumentHelp("Where Redis is: redis://host:port/db or unix:///path.", valueName: "url"))
    var redis: String?

    @Option(help: ArgumentHelp("The file with the password of Redis in its first line.", valueName: "path"))
    var redisPasswordFile: String?

    @Option(help: "The least level that is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?

    @Option(help: "What a line of the log looks like: text, or json for programs.")
    var logFormat: String?

    /// Loads the configuration.
    ///
    /// - Parameters:
    ///   - flags: What the other options of the command set.
    ///   - needsFile: Whether there must be a file although it is said where Redis is: a command that only looks at what lies
    ///     there can do without.
    /// - Returns: A configuration that holds together.
    /// - Throws: All that is wrong with it.
    func load(
        _ flags: [SettingOverride: String?] = [:],
        needsFile: Bool = true
    ) throws(ConfigurationError) -> Configuration {
        var values = flags.compactMapValues(\.self)
        values[.redis] = redis
        values[.passwordFile] = redisPasswordFile
        values[.logLevel] = logLevel
        values[.logFormat] = logFormat
        let environment = ProcessInfo.processInfo.environment
        return try ConfigurationLoader(environment: environment, file: config, flags: values, needsFile: needsFile)
            .load()
    }
}

/// Options of a front end.
struct ServerOptions: ParsableArguments {
    @Option(help: "The host name or address to listen on.")
    var host: String?

    @Option(help: "The port to listen on; 0 lets the system choose.")
    var port: String?

    @Option(help: "The host name or address of the admin door; 127.0.0.1 by default.")
    var adminHost: String?

    @Option(help: "The port of the admin door; a thousand above the port by default.")
    var adminPort: String?

    @Option(help: ArgumentHelp("Under which URL clients reach the front ends.", valueName: "url"))
    var publicUrl: String?

    @Flag(help: "Let other machines come in although there are no API keys.")
    var insecure = false

    /// What the options set.
    var flags: [SettingOverride: String?] {
        [
            .host: host, .port: port, .adminHost: adminHost, .adminPort: adminPort, .publicURL: publicUrl,
            .insecure: insecure ? "true" : nil,
        ]
    }
}

/// Options of a worker.
struct WorkerOptions: ParsableArguments {
    @Option(help: "How many jobs to run at once.")
    var slots: String?

    @Option(help: "The id of the worker; made up if missing.")
    var name: String?

    @OptionGroup var health: HealthOptions

    /// What the options set.
    var flags: [SettingOverride: String?] { health.flags.merging([.slots: slots, .workerName: name]) { $1 } }
}

/// Options of processes that have no other door.
struct HealthOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The port where probes and monitoring are answered: /livez, /readyz and /metrics.",
            discussion: "None by default. The port in the file is that of workers."
        )
    )
    var healthPort: String?

    @Option(help: "The host name or address for that; 127.0.0.1 by default.")
    var healthHost: String?

    /// What the options set.
    var flags: [SettingOverride: String?] { [.healthPort: healthPort, .healthHost: healthHost] }
}
