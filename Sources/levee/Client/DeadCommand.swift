// `levee dead`: jobs that have failed for good.

import ArgumentParser
import Foundation
import NIOHTTP1

/// Lists dead letters, shows one, makes new jobs of them, removes them.
struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "Look after jobs that have failed for good.",
        subcommands: [List.self, Show.self, Retry.self, Purge.self],
        defaultSubcommand: List.self
    )

    /// Lists the dead letters of a queue.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the dead letters of a queue, the last ones first."
        )

        @Argument(help: "The queue.")
        var queue: String
        @Option(help: "The most to list, 1 to 1000.")
        var limit = 20
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            guard (1...1_000).contains(limit) else {
                throw ClientFailure(.usage, "--limit is \(limit); give a number from 1 to 1000")
            }
            var total = 0
            try await admin.show("/queues/\(FrontEnd.escaped(queue))/dead?limit=\(limit)") { document in
                total = document["total"] as? Int ?? 0
                let letters = document["deadLetters"] as? [[String: Any]] ?? []
                if letters.isEmpty { Output.note("no job of a queue \(queue) has failed for good") }
                let head = ["JOB", "TYPE", "FAILED", "ATTEMPTS", "LOST", "CODE", "DETAIL"]
                return [head] + letters.map(Self.line)
            }
            if !admin.json, total > limit { print("\(total - limit) more; --limit shows them") }
        }

        private static func line(_ letter: [String: Any]) -> [String] {
            let error = letter["error"] as? [String: Any] ?? [:]
            return [
                letter["id"] as? String ?? "?", letter["type"] as? String ?? "?", letter["failedAt"] as? String ?? "?",
                Cell.number(letter["attempts"]), Cell.number(letter["workersLost"]),
                error["code"] as? String ?? "?", String((error["detail"] as? String ?? "").prefix(80)),
            ]
        }
    }

    /// Shows a dead letter with its log.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how a job has failed, and all that happened to it."
        )

        @OptionGroup var job: JobArgument
        @OptionGroup var client: ClientOptions

        func run() async throws {
            let frontEnd = try client.frontEnd()
            let status = try await frontEnd.status(of: job.id)
            let history = try await frontEnd.send(.GET, "/jobs/\(FrontEnd.escaped(job.id))/history")
            guard history.status == 200 else { throw ClientFailure(history) }
            if client.json { return Output.write(history.body + [0x0A]) }
            let entries = history.document["history"] as? [[String: Any]] ?? []
            let lines = entries.map { entry in
                ["at", "status", "cause", "note"].compactMap { entry[$0] as? String }.joined(separator: "  ")
            }
            let text = ([StatusLine(status.document).text] + lines.map(LineText.escaped)).joined(separator: "\n")
            Output.write(Array((text + "\n").utf8))
        }
    }

    /// Makes new jobs of dead letters.
    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a new job of one that has failed, once, or of all of a queue.",
            discussion: "Prints the id of the new job."
        )

        @Argument(help: "The id of a failed job, or any of its addresses.")
        var job: String?
        @Option(help: ArgumentHelp("Retry all dead letters of a queue.", valueName: "queue"))
        var all: String?
        @OptionGroup var admin: AdminOptions

        func validate() throws {
            guard (job == nil) != (all == nil) else { throw ValidationError("Give the id of a job, or --all QUEUE") }
        }

        func run() async throws {
            if let all {
                let answer = try await admin.ask(.POST, "/queues/\(FrontEnd.escaped(all))/dead/retry")
                let (made, left) = (Cell.number(answer.document["retried"]), answer.document["left"] as? Int ?? 0)
                let rest = left > 0 ? ", \(left) could not be" : ""
                return Output.write(admin.json ? answer.body + [0x0A] : Array("\(made) made anew\(rest)\n".utf8))
            }
            let argument = try JobArgument.parse([job ?? ""])
            let answer = try await admin.ask(.POST, "/jobs/\(FrontEnd.escaped(argument.id))/retry")
            let id = answer.document["id"] as? String ?? "?"
            Output.write(admin.json ? answer.body + [0x0A] : Array((LineText.escaped(id) + "\n").utf8))
        }
    }

    /// Removes the dead letters of a queue.
    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove all dead letters of a queue, with their payloads. They cannot be brought back."
        )

        @Argument(help: "The queue.")
        var queue: String
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            let answer = try await admin.ask(.DELETE, "/queues/\(FrontEnd.escaped(queue))/dead")
            let text = "\(Cell.number(answer.document["removed"])) removed\n"
            Output.write(admin.json ? answer.body + [0x0A] : Array(text.utf8))
        }
    }
}
