// A cluster that the scripts run, from a copy of them, with ports and a state folder of its own.

import Foundation
import LeveeTestSupport
import NIOCore
import NIOPosix
import Synchronization
import Testing

/// A cluster for one test: whatever of it runs is ended however the test ends.
final class ScriptedCluster: Sendable {
    /// The folder of the copy. Its path is short: that of a unix socket has at most 107 bytes.
    let folder: String
    /// The port of the first front end.
    let port: Int
    private let runs = Mutex(0)

    private init(port: Int) throws {
        self.port = port
        var template = Array("/tmp/lvc-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Copies the scripts with what they use, and writes the configuration where they look for it.
    private func furnish(_ configuration: String) throws {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        try FileManager.default.createDirectory(atPath: "\(folder)/deploy", withIntermediateDirectories: true)
        for part in ["scripts", "deploy/redis"] {
            try FileManager.default.copyItem(
                atPath: repository.appending(path: part).standardizedFileURL.path,
                toPath: "\(folder)/\(part)"
            )
        }
        try Data(configuration.utf8).write(to: URL(filePath: "\(folder)/levee.yaml"))
    }

    /// Runs `body` with a cluster that has not been started.
    static func run(_ configuration: String, _ body: (ScriptedCluster) async throws -> Void) async throws {
        let cluster = try ScriptedCluster(port: try await freePorts())
        defer { cluster.remove() }
        try cluster.furnish(configuration)
        try await body(cluster)
    }

    /// A port with a free one beside it, and both free a thousand above; below those that the system gives to clients.
    private static func freePorts() async throws -> Int {
        for _ in 0..<100 {
            let first = Int.random(in: 10_000..<15_000) * 2
            do {
                for port in [first, first + 1, first + 1_000, first + 1_001] { try await hold(port).close() }
                return first
            } catch {
                continue
            }
        }
        throw NeverHappened(description: "four free ports")
    }

    /// Listens on a port of loopback.
    static func hold(_ port: Int) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port).get()
    }

    // MARK: - Commands

    /// Starts a command of `scripts/cluster`, and does not wait for it.
    func start(_ arguments: String..., with variables: [String: String] = [:]) throws -> ChildProcess {
        try start(arguments, variables)
    }

    /// Runs a command of `scripts/cluster` to its end.
    func run(_ arguments: String..., with variables: [String: String] = [:]) async throws -> ProgramRun {
        try await start(arguments, variables).run()
    }

    /// Runs a command that has to go well, and returns what it said.
    @discardableResult
    func succeed(
        _ arguments: String...,
        with variables: [String: String] = [:],
        at location: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let run = try await start(arguments, variables).run()
        try #require(run.status == 0, "\(arguments): \(run.output)", sourceLocation: location)
        return run.output
    }

    /// Starts `scripts/autoscale`, which runs until it is stopped.
    func autoscale(with variables: [String: String]) throws -> ChildProcess {
        try start([], variables, script: "autoscale")
    }

    /// Starts `scripts/storm`, which has a cluster of its own, in the state folder of this one.
    func storm(with variables: [String: String]) throws -> ChildProcess {
        try start([], variables, script: "storm")
    }

    private func start(
        _ arguments: [String],
        _ variables: [String: String],
        script: String = "cluster"
    ) throws -> ChildProcess {
        let bundle = try #require(Bundle.main.executableURL).resolvingSymlinksInPath()
        let number = runs.withLock { number in
            number += 1
            return number
        }
        let environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "LEVEE_BINARY": bundle.deletingLastPathComponent().appending(path: "levee").path,
            "LEVEE_STATE": state,
            "PORT": "\(port)",
            "REDIS_PORT": "\(port + 10)",
        ]
        return try ChildProcess(
            ["\(folder)/scripts/\(script)"] + arguments,
            environment: environment.merging(variables) { $1 },
            log: "\(folder)/run-\(number).log"
        )
    }

    // MARK: - What runs

    private var state: String { "\(folder)/s" }

    /// The pids that are recorded, by name.
    var recorded: [String: pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(state)/run")) ?? []
        var pids: [String: pid_t] = [:]
        for name in names where name.hasSuffix(".pid") {
            let record = FileManager.default.contents(atPath: "\(state)/run/\(name)") ?? Data()
            let pid = String(decoding: record, as: UTF8.self).split(separator: " ").first
            pids[String(name.dropLast(4))] = pid.flatMap { pid_t($0) }
        }
        return pids
    }

    /// Writes a record as an earlier cluster may have left it.
    func leaveRecord(_ name: String, pid: pid_t, start: Int) throws {
        try FileManager.default.createDirectory(atPath: "\(state)/run", withIntermediateDirectories: true)
        try Data("\(pid) \(start) - - -\n".utf8).write(to: URL(filePath: "\(state)/run/\(name).pid"))
    }

    /// The Redis, front ends and workers of this cluster that live, recorded or not.
    var living: Set<pid_t> {
        let pids = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
        return Set(pids.filter { isOurs($0) && ProcessTable.isAlive($0) })
    }

    private func isOurs(_ pid: pid_t) -> Bool {
        let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
        if let place, place.hasPrefix("\(state)/"), place.hasSuffix("/redis") { return true }
        guard let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else { return false }
        let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return words.count > 2 && words[0].hasSuffix("/levee") && ["serve", "work"].contains(words[1])
            && words.contains { $0.hasPrefix("\(folder)/") && $0.hasSuffix("/levee.yaml") }
    }

    /// Kills one of them, and waits until it is gone.
    func crash(_ name: String) async throws {
        let pid = try #require(recorded[name])
        kill(pid, SIGKILL)
        try await eventually("\(name) is dead") { !ProcessTable.isAlive(pid) }
    }

    /// The lines of `status`, each split into words, without the heading.
    func table() async throws -> [[String]] {
        try await run("status").output.split(separator: "\n").dropFirst().map { line in
            line.split(separator: " ").map(String.init)
        }
    }

    private func remove() {
        if !recorded.isEmpty, let down = try? start("down") {
            let end = ContinuousClock.now + .seconds(60)
            while ProcessTable.isAlive(down.pid), ContinuousClock.now < end { usleep(5_000) }
            down.end()
        }
        for pid in living { kill(pid, SIGKILL) }
        try? FileManager.default.removeItem(atPath: folder)
    }
}
