// `levee health`: one probe, for those who start processes and can only run commands to look after them.

import ArgumentParser
import Foundation
import NIOHTTP1

/// Asks a front end or a worker on this machine whether it is of use.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a front end or a worker on this machine whether it is ready.",
        discussion: "Exit status: 0 it is, 1 it is not or does not answer."
    )

    @Option(
        help: ArgumentHelp(
            "The port of the front end, or the health port of the worker.",
            discussion: "Default: LEVEE_HEALTH_PORT, else LEVEE_PORT, else 8080."
        )
    )
    var port: String?

    @Flag(help: "Ask only whether it lives, whatever becomes of Redis.")
    var live = false

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        let usual = ["LEVEE_HEALTH_PORT", "LEVEE_PORT"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        let number: Int
        do throws(ValueComplaint) {
            number = try ValueFormat.port.read(port ?? usual ?? "8080")
        } catch {
            throw ClientFailure(.usage, "the port: \(error.message)")
        }
        let door = try FrontEnd("http://127.0.0.1:\(number)", key: nil, hint: "is it running? (--port)")
        let answer = try await door.send(.GET, live ? "/livez" : "/readyz")
        guard answer.status == 200 else { throw ClientFailure(answer) }
        Output.write(Array("\(answer.document["status"] as? String ?? "ready")\n".utf8))
    }
}
