// `levee workers`, and what all commands that speak to an admin door have in common.

import ArgumentParser
import Foundation
import NIOCore
import NIOHTTP1

/// Options of the commands that speak to an admin door.
struct AdminOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The admin door to speak to.",
            discussion: "Default: LEVEE_ADMIN_URL, else http://127.0.0.1:9080."
        )
    )
    var url: String?

    @OptionGroup var access: KeyOptions

    @Flag(help: "Print the JSON that the admin door answered, and nothing else.")
    var json = false

    /// Reads a document of the admin door and writes it, as it is or as a table.
    ///
    /// - Parameters:
    ///   - path: The document.
    ///   - table: The lines of the table, each a list of cells; the first is the head.
    /// - Throws: ``ClientFailure`` if there was no answer, or another than the document.
    func show(_ path: String, _ table: ([String: Any]) -> [[String]]) async throws {
        let answer = try await ask(.GET, path)
        Output.write(json ? answer.body + [0x0A] : Array(TextTable(table(answer.document)).text.utf8))
    }

    /// Sends a request to the admin door; says what it waits for, if that takes long.
    ///
    /// - Parameters:
    ///   - method: What to do.
    ///   - path: With what.
    ///   - timeout: How long the answer may take.
    ///   - tells: Whether to say that it takes long; the caller does better in places.
    /// - Returns: The answer, if it is one that says that all went well.
    /// - Throws: ``ClientFailure`` if there was no answer, or another.
    func ask(
        _ method: HTTPMethod,
        _ path: String,
        timeout: TimeAmount = .seconds(60),
        tells: Bool = true
    ) async throws -> FrontEnd.Answer {
        let base = url ?? ProcessInfo.processInfo.environment["LEVEE_ADMIN_URL"] ?? "http://127.0.0.1:9080"
        let hint = "is it the admin door of a front end? (LEVEE_ADMIN_URL or --url)"
        let door = try FrontEnd(base, key: access.key(), hint: hint)
        async let _: Void = tells ? Waiting.tell(of: base, LiveLine(isQuiet: json)) : ()
        let answer = try await door.send(method, path, timeout: timeout)
        guard answer.document["type"] as? String != "urn:levee:problem:unknown-path" else {
            throw ClientFailure(.usage, "\(base) has no \(path); \(hint)")
        }
        guard (200...299).contains(answer.status) else { throw ClientFailure(answer) }
        return answer
    }
}

/// Shows the workers.
struct WorkersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "Show the workers that have shown themselves lately, and what they run."
    )

    @OptionGroup var admin: AdminOptions

    func run() async throws {
        try await admin.show("/workers") { document in
            let workers = document["workers"] as? [[String: Any]] ?? []
            if workers.isEmpty {
                Output.note("no worker runs: jobs wait until one is started, by levee work for instance")
            }
            let head = ["WORKER", "PID", "STATE", "RUNNING", "SLOTS", "UP", "SEEN", "HOST", "QUEUES"]
            return [head]
                + workers.map { worker in
                    [
                        worker["name"] as? String ?? "?",
                        Cell.number(worker["pid"]),
                        worker["state"] as? String ?? "?",
                        "\((worker["running"] as? [Any] ?? []).count)",
                        Cell.number(worker["slots"]),
                        Cell.age(worker["upSeconds"]), Cell.age(worker["seenSecondsAgo"]),
                        worker["host"] as? String ?? "?",
                        (worker["queues"] as? [String] ?? []).joined(separator: ","),
                    ]
                }
        }
    }
}

/// What stands in one cell of a table; never nothing, so that scripts can count the columns.
enum Cell {
    static func number(_ value: Any?) -> String { (value as? NSNumber).map { "\($0)" } ?? "-" }

    /// Seconds as `12s`, `4m07s`, `2h15m` or `3d04h`.
    static func age(_ value: Any?) -> String {
        guard let seconds = (value as? NSNumber)?.intValue else { return "-" }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return switch seconds {
        case ..<60: "\(max(0, seconds))s"
        case ..<3_600: "\(seconds / 60)m\(two(seconds % 60))s"
        case ..<86_400: "\(seconds / 3_600)h\(two(seconds % 3_600 / 60))m"
        default: "\(seconds / 86_400)d\(two(seconds % 86_400 / 3_600))h"
        }
    }
}
