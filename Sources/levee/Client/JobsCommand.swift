// `levee jobs`: all jobs of the deployment.

import ArgumentParser
import Foundation
import NIOHTTP1

/// Lists jobs, those that live before those that have ended.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "List jobs: those that run, are queued, are scheduled, and the last that have ended.",
        discussion: "Of those that have ended each queue remembers a thousand; older ones are found by their ids only."
    )

    @Option(
        help: ArgumentHelp(
            "Only those in a state, or several: scheduled, queued, running, succeeded, failed, canceled.",
            valueName: "state,..."
        )
    )
    var state: String?

    @Option(help: "Only those of a type.")
    var type: String?

    @Option(help: "Only those of a queue.")
    var queue: String?

    @Option(help: "The most to list.")
    var limit = 50

    @OptionGroup var admin: AdminOptions

    /// The most that one request may ask for.
    private static let page = 500

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is \(limit); give at least 1") }
    }

    func run() async throws {
        var jobs: [[String: Any]] = []
        var cursor: String?
        repeat {
            let answer = try await admin.ask(.GET, path(after: cursor, limit: min(Self.page, limit - jobs.count)))
            jobs += answer.document["jobs"] as? [[String: Any]] ?? []
            cursor = answer.document["next"] as? String
        } while cursor != nil && jobs.count < limit
        if admin.json {
            return Output.write(try JSONText.line(["jobs": jobs, "next": cursor ?? NSNull()]))
        }
        let head = ["JOB", "TYPE", "TENANT", "QUEUE", "STATE", "ATTEMPT", "LOST", "CREATED", "UPDATED", "ERROR"]
        Output.write(Array(TextTable([head] + jobs.map(Self.line)).text.utf8))
        if cursor != nil { Output.note("there may be more; --limit shows them") }
        if jobs.isEmpty {
            Output.note(
                "no such jobs; of those that have ended the last 1,000 of each queue are listed, "
                    + "and those that have failed for good by levee dead QUEUE"
            )
        }
    }

    private func path(after cursor: String?, limit: Int) -> String {
        let parameters = [
            ("state", state), ("type", type), ("queue", queue), ("limit", "\(limit)"), ("cursor", cursor),
        ]
        let query = parameters.compactMap { name, value in value.map { "\(name)=\(FrontEnd.escaped($0))" } }
        return "/jobs?" + query.joined(separator: "&")
    }

    private static func line(_ job: [String: Any]) -> [String] {
        let error = job["error"] as? [String: Any]
        return [
            job["id"] as? String ?? "?", job["type"] as? String ?? "?", job["tenant"] as? String ?? "?",
            job["queue"] as? String ?? "?", job["status"] as? String ?? "?",
            Cell.number(job["attempt"]), Cell.number(job["workersLost"]),
            job["createdAt"] as? String ?? "?", job["updatedAt"] as? String ?? "?", error?["code"] as? String ?? "-",
        ]
    }
}
