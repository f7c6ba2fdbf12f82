// `levee-chaos`: a run of Levee under faults, and the handler of its jobs.

import ArgumentParser
import Foundation
import LeveeChaos
import UnixSignals

extension FaultChoice: ExpressibleByArgument {}

@main
struct LeveeChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "levee-chaos",
        abstract: "Runs Levee under faults and writes ledgers of all that is seen; levee-verdict reads them.",
        subcommands: [RunCommand.self, HandleCommand.self],
        defaultSubcommand: RunCommand.self
    )
}

/// Runs Redis, front ends, workers, clients and faults.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run", abstract: "Run.")

    @Option(help: "The levee binary.")
    var levee: String

    @Option(help: "What becomes Redis, given its folder and the arguments of redis-server.")
    var redis: String

    @Option(help: "A new folder for ledgers, logs and data.")
    var folder: String

    @Option(help: ArgumentHelp("How long jobs are submitted and faults are done.", valueName: "seconds"))
    var duration = 60.0

    @Option(help: "What faults and jobs are drawn from.")
    var seed = UInt64.random(in: 0...999_999)

    @Option(help: "Which faults: all; drains, where workers are told to end and nothing else; or none.")
    var faults = FaultChoice.all

    @Option(help: ArgumentHelp("A program that takes jobs over HTTP, as examples/worker.py does.", valueName: "path"))
    var outside: [String] = []

    func run() async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let settings = ChaosSettings(
            seed: seed,
            duration: duration,
            faults: faults,
            folder: folder,
            levee: levee,
            redis: redis,
            handler: [Self.ownPath, "handle"],
            clockLibrary: URL(fileURLWithPath: Self.ownPath).deletingLastPathComponent()
                .appendingPathComponent("libSkewedClock.so").path,
            outside: outside
        )
        Self.say("seed \(seed), \(Int(duration)) s, faults: \(faults.rawValue)")
        let run = try await ChaosRun(settings, say: Self.say)
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let summary = try await withThrowingTaskGroup(of: ChaosSummary?.self) { group in
            group.addTask { try await run.run() }
            group.addTask {
                for await _ in signals { return nil }
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        guard let summary else { throw ExitCode(130) }
        let done = summary.faults.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        Self.say("done: \(done.isEmpty ? "no fault" : done.joined(separator: ", "))")
        Self.say("\(summary.accepted) jobs accepted, \(summary.pending) not seen to end")
    }

    private static var ownPath: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    @Sendable
    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }
}

/// Makes one attempt at a job of a run.
struct HandleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handle",
        abstract: "Make one attempt at a job; started by a worker.",
        shouldDisplay: false
    )

    @Argument(help: "The ledger.")
    var ledger: String

    func run() throws {
        let handler = try ChaosHandler(ledger: ledger, environment: ProcessInfo.processInfo.environment)
        let outcome = try handler.run(FileHandle.standardInput.readDataToEndOfFile())
        try FileHandle.standardOutput.write(contentsOf: outcome.result)
        throw ExitCode(outcome.status)
    }
}
