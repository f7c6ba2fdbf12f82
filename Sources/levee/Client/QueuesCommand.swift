// `levee queues`: what there is in each queue, and what is to become of it.

import ArgumentParser
import Foundation
import NIOCore
import NIOHTTP1

/// Shows the queues; stops, resumes and empties one.
struct QueuesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queues",
        abstract: "Show what waits, runs and has ended in each queue; stop, resume or empty one.",
        subcommands: [List.self, Pause.self, Resume.self, Purge.self],
        defaultSubcommand: List.self
    )

    /// Shows the queues.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what waits, runs and has ended in each queue."
        )

        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await admin.show("/queues") { document in
                let queues = document["queues"] as? [[String: Any]] ?? []
                let head = [
                    "QUEUE", "STATE", "READY", "RUNNING", "SCHEDULED", "OLDEST", "SUCCEEDED", "FAILED", "CANCELED",
                ]
                return [head] + queues.map(Self.line)
            }
        }

        private static func line(_ queue: [String: Any]) -> [String] {
            [
                queue["name"] as? String ?? "?",
                queue["paused"] as? Bool == true ? "paused" : "open",
                Cell.number(queue["ready"]), Cell.number(queue["inFlight"]), Cell.number(queue["scheduled"]),
                Cell.age(queue["oldestReadySeconds"]),
                Cell.number(queue["succeeded"]), Cell.number(queue["failed"]), Cell.number(queue["canceled"]),
            ]
        }
    }

    /// Stops the handing out of jobs.
    struct Pause: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hand out no more jobs of a queue; those that run go on."
        )

        @OptionGroup var queue: QueueArgument
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await queue.ask("pause", admin) { _ in "\(queue.name) is paused" }
        }
    }

    /// Resumes the handing out of jobs.
    struct Resume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Hand out the jobs of a queue again.")

        @OptionGroup var queue: QueueArgument
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            try await queue.ask("resume", admin) { _ in "\(queue.name) is open" }
        }
    }

    /// Cancels what waits.
    struct Purge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cancel all jobs that wait in a queue, ready or scheduled; those that run go on."
        )

        @OptionGroup var queue: QueueArgument
        @OptionGroup var admin: AdminOptions

        func run() async throws {
            let line = LiveLine(isQuiet: admin.json)
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { [queue, admin] in
                    try await queue.ask("purge", admin, timeout: .hours(1), tells: false) {
                        line.clear()
                        return "\(Cell.number($0["canceled"])) canceled"
                    }
                    return true
                }
                group.addTask { [queue, admin] in
                    await queue.tellWhatWaits(admin, line)
                    return false
                }
                while try await group.next() == false {}
                group.cancelAll()
            }
        }
    }
}

/// The queue that a command is about.
struct QueueArgument: ParsableArguments {
    @Argument(help: "The queue.")
    var name: String

    /// Asks the admin door for something to be done with the queue, and says what came of it.
    func ask(
        _ action: String,
        _ admin: AdminOptions,
        timeout: TimeAmount = .seconds(60),
        tells: Bool = true,
        _ words: ([String: Any]) -> String
    ) async throws {
        let answer = try await admin.ask(
            .POST,
            "/queues/\(FrontEnd.escaped(name))/\(action)",
            timeout: timeout,
            tells: tells
        )
        let text = Array((LineText.escaped(words(answer.document)) + "\n").utf8)
        Output.write(admin.json ? answer.body + [0x0A] : text)
    }
    /// Says once a second how many jobs still wait in the queue, until the task is canceled or nobody tells.
    func tellWhatWaits(_ admin: AdminOptions, _ line: LiveLine) async {
        let patience = Patience(.seconds(5))
        while true {
            guard (try? await Task.sleep(for: .seconds(1))) != nil,
                let answer = try? await admin.ask(.GET, "/queues/\(FrontEnd.escaped(name))", tells: false)
            else { return }
            let waiting = ["ready", "scheduled"].reduce(0) { $0 + (answer.document[$1] as? Int ?? 0) }
            guard !Task.isCancelled else { return }
            line.show("\(name): \(waiting) jobs still wait", isDue: patience.isOver())
        }
    }
}
