// `levee submit`: hands a job in.

import ArgumentParser
import Foundation
import LeveeCore
import NIOHTTP1

/// Submits a job, and waits for its result if asked to.
struct SubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Submit a job; prints its id, or with --wait its result.",
        discussion: """
            Without --file and --payload the payload is standard input. Exit status, with --wait that of the job: 0 it \
            succeeded, 1 nobody answered, 2 the job was refused, 3 it failed, 4 it was canceled, 5 there is no such type.
            """
    )

    @Argument(help: "The type of the job.")
    var type: String

    @Option(help: ArgumentHelp("The file with the payload; - for standard input.", valueName: "path"))
    var file: String?

    @Option(
        name: [.customLong("payload"), .customShort("j")],
        help: ArgumentHelp("The payload, as JSON.", valueName: "json")
    )
    var payload: String?

    @Option(help: "The media type of the payload; guessed if missing.")
    var mediaType: String?

    @Option(
        help: ArgumentHelp(
            "A name for this submit, 1 to 255 characters: sent again with it, it is the same job.",
            valueName: "key"
        )
    )
    var idempotencyKey: String?

    @OptionGroup(title: "Terms") var terms: SubmitTermOptions

    @Flag(help: "Wait for the end of the job and write its result to standard output, or to --output.")
    var wait = false

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write the result to, with --wait.", valueName: "path"))
    var output: String?

    @OptionGroup var client: ClientOptions

    func validate() throws {
        if file != nil, payload != nil { throw ValidationError("Give either --file or --payload.") }
        if output != nil, !wait || client.json {
            throw ValidationError("--output goes with --wait, and without --json.")
        }
    }

    func run() async throws {
        let frontEnd = try client.frontEnd()
        let bytes = try read()
        let answer = try await frontEnd.send(
            .POST,
            "/jobs/\(FrontEnd.escaped(type))",
            headers: terms.headers + (quotedKey.map { [("Idempotency-Key", $0)] } ?? []),
            mediaType: mediaType ?? guessedType(of: bytes),
            body: bytes
        )
        if answer.status == 415 {
            let detail = answer.document["detail"] as? String ?? ""
            throw ClientFailure(.usage, "the type does not take this payload (--media-type says what it is): \(detail)")
        }
        guard answer.status == 202, let id = answer.document["id"] as? String else { throw ClientFailure(answer) }
        guard wait else {
            Output.write(client.json ? answer.body + [0x0A] : Array("\(id)\n".utf8))
            return
        }
        let end = try await JobWatch(frontEnd: frontEnd, id: id, limit: nil, isQuiet: client.json).end()
        if client.json { Output.write(end.body + [0x0A]) }
        try JobOutcome(end.document).check()
        if !client.json { try await JobResult(frontEnd: frontEnd, id: id).write(to: output) }
    }

    /// The key as a structured-field string (RFC 9651 section 3.3.3), in which every character keeps its meaning.
    private var quotedKey: String? {
        idempotencyKey.map { "\"\($0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"" }
    }

    private func read() throws -> [UInt8] {
        if let payload { return Array(payload.utf8) }
        do {
            guard let file, file != "-" else {
                if isatty(STDIN_FILENO) == 1 { note("reading the payload from the terminal; Ctrl-D ends it") }
                return Array(try FileHandle.standardInput.readToEnd() ?? Data())
            }
            return Array(try Data(contentsOf: URL(filePath: file)))
        } catch {
            throw ClientFailure(.usage, "\(file ?? "standard input") cannot be read: \(error.localizedDescription)")
        }
    }

    private func note(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data("levee: \(text)\n".utf8))
    }

    private func guessedType(of bytes: [UInt8]) -> String {
        if payload != nil { return "application/json" }
        return Content.mediaType(ofFile: file ?? "")
    }
}
