// `levee status`, `wait`, `result` and `cancel`: one job, by its id.

import ArgumentParser
import Foundation
import NIOHTTP1

/// Shows how a job stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show how a job stands.")

    @OptionGroup var job: JobArgument
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let answer = try await client.frontEnd().status(of: job.id)
        Output.write(client.json ? answer.body + [0x0A] : Array((StatusLine(answer.document).text + "\n").utf8))
    }
}

/// Waits for the end of a job.
struct WaitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wait",
        abstract: "Wait until a job has ended.",
        discussion: "Exit status: 0 it succeeded, 3 it failed, 4 it was canceled, 5 there is none, 6 the time was over."
    )

    @OptionGroup var job: JobArgument
    @Option(help: ArgumentHelp("How long to wait at most, such as 30s or 5m.", valueName: "duration"))
    var timeout: String?
    @OptionGroup var client: ClientOptions

    func run() async throws {
        var limit: Duration?
        if let timeout {
            guard let duration = DurationText.parse(timeout) else {
                throw ClientFailure(.usage, "\(LineText.quoted(timeout)) is no duration; write 500ms, 30s or 5m")
            }
            limit = duration
        }
        let watch = JobWatch(frontEnd: try client.frontEnd(), id: job.id, limit: limit, isQuiet: client.json)
        let end = try await watch.end()
        Output.write(client.json ? end.body + [0x0A] : Array((StatusLine(end.document).text + "\n").utf8))
        try JobOutcome(end.document).check()
    }
}

/// Fetches the result of a job.
struct ResultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "result",
        abstract: "Write the result of a job to standard output or to a file."
    )

    @OptionGroup var job: JobArgument
    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write to.", valueName: "path"))
    var output: String?
    @Option(help: ArgumentHelp("One file of a result that is made of several.", valueName: "name"))
    var file: String?
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let frontEnd = try client.frontEnd()
        let status = try await frontEnd.status(of: job.id)
        try JobOutcome(status.document).check()
        try await JobResult(frontEnd: frontEnd, id: job.id, file: file).write(to: output)
        if client.json, output != nil { Output.write(status.body + [0x0A]) }
    }
}

/// Cancels a job.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a job that waits, or ask a running one to end."
    )

    @OptionGroup var job: JobArgument
    @OptionGroup var client: ClientOptions

    func run() async throws {
        let answer = try await client.frontEnd().send(.POST, "/jobs/\(FrontEnd.escaped(job.id))/cancel")
        guard answer.status == 200 else { throw ClientFailure(answer) }
        if client.json { return Output.write(answer.body + [0x0A]) }
        let isAsked = answer.document["status"] as? String == "running"
        let text = StatusLine(answer.document).text + (isAsked ? "  its worker is told to stop it" : "")
        Output.write(Array((text + "\n").utf8))
    }
}
