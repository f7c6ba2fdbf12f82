// `levee autoscale`: the options of an autoscaler.

import ArgumentParser
import Foundation
import LeveeCore
import LeveeMetrics
import Logging

/// Runs an autoscaler until it is told to stop, or sets the number of workers by hand.
struct AutoscaleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "autoscale",
        abstract: "Scale the workers with the load, or set their number by hand.",
        discussion: """
            Prints a line for each decision with its reason. Several may run: one leads, the others take over when it is \
            gone. --hold sets a number that every autoscaler obeys until --release. The workers stay when it stops.
            """
    )

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions
    @OptionGroup(title: "Probes and monitoring") var health: HealthOptions

    @Option(help: ArgumentHelp("The fewest workers; with 0 an idle fleet goes home.", valueName: "workers"))
    var min = 1

    @Option(help: ArgumentHelp("The most workers.", valueName: "workers"))
    var max: Int?

    @Option(help: ArgumentHelp("How long a job may wait in line.", valueName: "duration"))
    var targetWait = "30s"

    @Option(help: ArgumentHelp("How long jobs are assumed to take until some have ended.", valueName: "duration"))
    var assumedService = "1s"

    @Option(
        help: ArgumentHelp(
            "For how long a fleet must have been too large before it shrinks.",
            discussion: "Where starting workers takes minutes, 5m is better.",
            valueName: "duration"
        )
    )
    var shrinkWindow = "1m"

    @Option(help: ArgumentHelp("How many jobs a worker runs at once.", discussion: "Default: worker.slots."))
    var slots: String?

    @Option(help: ArgumentHelp("The time between two decisions, 100ms to 1m.", valueName: "duration"))
    var interval = "2s"

    @Option(
        help: ArgumentHelp(
            "What /bin/sh runs to bring the fleet to {n} workers.",
            discussion: """
                It starts and drains workers until there are {n}, replaces those that have died, and ends with status 0 \
                within two minutes. What it leaves running has to redirect its output.
                """,
            valueName: "command"
        )
    )
    var exec: String?

    @Option(
        help: ArgumentHelp(
            "The cluster script, called as PATH scale N.",
            discussion: "Default: scripts/cluster, unless --exec is given.",
            valueName: "path"
        )
    )
    var cluster: String?

    @Flag(help: "Say what would be done, do nothing, and disturb no other autoscaler.")
    var dryRun = false

    @Flag(
        help: ArgumentHelp(
            "Scale nothing, but publish how many workers there should be.",
            discussion:
                "For whatever scales by a figure: levee_workers_desired in /metrics, autoscaler.desired in /workers."
        )
    )
    var publish = false

    @Flag(help: "Leave a number that was set by hand behind, unless another autoscaler leads.")
    var takeOver = false

    @Option(help: ArgumentHelp("Set the number of workers by hand, and end.", valueName: "workers"))
    var hold: Int?

    @Flag(help: "Leave the number of workers to the load again, and end.")
    var release = false

    /// The most workers that can be told apart from more: what one look at the store shows.
    private static let mostWorkers = 999

    func validate() throws {
        if release || hold != nil {
            guard !(release && hold != nil) else { throw ValidationError("Give one of --hold and --release, not both") }
            guard (0...Self.mostWorkers).contains(hold ?? 0) else {
                throw ValidationError("--hold is a number of workers: give 0 to \(Self.mostWorkers)")
            }
            guard !dryRun, !publish, !takeOver, max == nil, exec == nil, cluster == nil else {
                throw ValidationError(
                    "--hold and --release do not scale: leave out --max, --exec, --cluster, --dry-run, --publish and "
                        + "--take-over"
                )
            }
        } else {
            _ = try settings()
        }
    }

    func run() async throws {
        let configuration = try options.load(health.flags.merging([.slots: slots]) { $1 })
        if release || hold != nil {
            return try await Autoscale.hold(hold, configuration, logger: .bootstrapped(configuration.log))
        }
        guard !configuration.servedQueues.isEmpty else {
            throw ConfigurationError(
                at: .file(configuration.file),
                "no job type has a handler, so there is no queue to scale workers for; add a handler to one"
            )
        }
        let settings = try settings()
        try await Autoscale.run(
            configuration,
            settings,
            metrics: .bootstrapped(),
            logger: .bootstrapped(configuration.log)
        )
    }

    private func settings() throws -> AutoscaleSettings {
        guard let max else {
            throw ValidationError("--max is missing: give the most workers there may be")
        }
        guard max <= Self.mostWorkers else {
            throw ValidationError("--max is \(max): give \(Self.mostWorkers) or less")
        }
        let settings = AutoscaleSettings(
            minimum: min,
            maximum: max,
            targetWait: try duration(targetWait, of: "--target-wait"),
            assumedService: try duration(assumedService, of: "--assumed-service"),
            shrinkWindow: try duration(shrinkWindow, of: "--shrink-window"),
            interval: try duration(interval, of: "--interval"),
            command: try command(),
            isDryRun: dryRun,
            isPublishing: publish,
            takesOver: takeOver
        )
        guard (.milliseconds(100) ... .seconds(60)).contains(settings.interval) else {
            throw ValidationError("--interval is \(interval): give 100ms to 1m")
        }
        do throws(ScalingPolicyError) {
            // The slots come from the configuration, which holds them to be right.
            _ = try settings.policy(slots: 1)
        } catch {
            throw ValidationError(error.description)
        }
        return settings
    }

    /// What moves the fleet; a dry run can do without, and where others move it there is none.
    private func command() throws -> CommandFleet.Command? {
        if publish {
            guard !dryRun, exec == nil, cluster == nil else {
                throw ValidationError("--publish moves nothing itself: leave out --exec, --cluster and --dry-run")
            }
            return nil
        }
        if let exec {
            guard cluster == nil else { throw ValidationError("Give one of --exec and --cluster, not both") }
            guard exec.contains(CommandFleet.Command.placeholder) else {
                throw ValidationError("--exec does not say where the number of workers goes: write {n} in its place")
            }
            return .shell(exec)
        }
        let path = cluster ?? "scripts/cluster"
        let absolute = FilePath.absolute(path, in: FileManager.default.currentDirectoryPath)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: absolute, isDirectory: &isFolder), !isFolder.boolValue,
            FileManager.default.isExecutableFile(atPath: absolute)
        else {
            guard !dryRun else { return nil }
            throw ValidationError(
                "There is no program \(LineText.quoted(path)) to scale with: name the cluster script with --cluster, "
                    + "or any command with --exec 'COMMAND {n}'"
            )
        }
        return .program(path: absolute)
    }

    private func duration(_ text: String, of option: String) throws -> Duration {
        guard let duration = DurationText.parse(text) else {
            throw ValidationError("\(option) is no duration: \(LineText.quoted(text)); write 500ms, 30s or 5m")
        }
        return duration
    }
}
