// Front ends and workers as real processes on a Redis of their own, for one test.

import AsyncHTTPClient
import Foundation
import LeveeRedis
import LeveeTestSupport
import Synchronization
import Testing

/// A deployment that lives for one test: everything is ended however the test ends.
final class Fleet: Sendable {
    /// One process of the fleet.
    struct Member: Sendable {
        let name: String
        let pid: pid_t
        fileprivate let log: String

        /// What the process has logged so far.
        var text: String { String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self) }

        func signal(_ number: Int32) { kill(pid, number) }

        /// Whether the process runs: not ended, not a zombie.
        var isAlive: Bool { ProcessTable.isAlive(pid) }
    }

    let redis: RedisServerProcess
    let folder: TemporaryFolder
    private let processes = Mutex<[Process]>([])
    private let members = Mutex<[Member]>([])

    private init(redis: RedisServerProcess, configuration: String) throws {
        self.redis = redis
        folder = try TemporaryFolder()
        try folder.write(configuration, to: "levee.yaml")
    }

    /// Runs `body` with a fleet that has no members yet.
    static func run(
        _ configuration: String,
        listensOnTCP: Bool = false,
        _ body: (Fleet) async throws -> Void
    ) async throws {
        let options = ["--appendonly", "yes", "--appendfsync", "always"]
        try await RedisServerProcess.run(options, listensOnTCP: listensOnTCP) { redis in
            let fleet = try Fleet(redis: redis, configuration: configuration)
            defer { fleet.endAll() }
            try await body(fleet)
        }
    }

    /// Starts a front end on a free port and waits until it serves; with another way to Redis than the others if one is given.
    func frontEnd(_ name: String = "frontend", redis: String? = nil) async throws -> HTTPDoor {
        let member = try start(name, ["serve", "--port", "0"] + (redis.map { ["--redis", $0] } ?? []))
        return try await door("serving", of: member)
    }

    /// Starts a front end and waits until both its doors are open.
    func doors() async throws -> (jobs: HTTPDoor, admin: HTTPDoor) {
        let member = try start("frontend", ["serve", "--port", "0"])
        return (try await door("serving", of: member), try await door("admin", of: member))
    }

    /// Waits until one of the doors of a process is open: `serving` and `admin` of a front end, `probes` of a worker.
    func door(_ door: String, of member: Member) async throws -> HTTPDoor {
        var url: Substring?
        try await eventually("\(member.name) opens its door \(door): \(member.text)") {
            let line = member.text.split(separator: "\n").first {
                $0.contains(" \(door) url=") || $0.contains("\"message\":\"\(door)\"")
            }
            url = line?.firstMatch(of: /url"?[=:]"?(http:[^\s"]+)/)?.output.1
            return url != nil
        }
        return HTTPDoor(base: String(try #require(url)))
    }

    /// Starts a worker and waits until it works.
    func worker(_ name: String, slots: Int = 4) async throws -> Member {
        let member = try start(name, ["work", "--name", name, "--slots", "\(slots)"])
        try await eventually("\(name) works: \(member.text)") { member.text.contains("working") }
        return member
    }

    /// Starts one of the workers in `examples`, which knows of an admin door only; the order is the queues, the program that runs
    /// the jobs, and its arguments.
    func outsider(_ name: String, _ example: String, at door: HTTPDoor, _ order: String...) throws -> Member {
        let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        let environment = [
            "LEVEE_ADMIN_URL": door.base, "LEVEE_WORKER": name, "LEVEE_LEASE": "2", "LEVEE_WAIT": "2",
            "RESULT_TYPE": "text/plain", "HOME": ProcessInfo.processInfo.environment["HOME"] ?? "/",
        ]
        let program = repository.appending(path: "examples/\(example)").standardizedFileURL
        // Threads of Dispatch hold back signals, and so would what they start.
        let arguments = ["--default-signal=TERM,USR1,INT", program.path] + order
        return try start(name, arguments, environment: environment, program: URL(filePath: "/usr/bin/env"))
    }

    /// Starts `levee` with the configuration and the Redis of the fleet, or another program; its log, and its output if that is
    /// kept, is the member's text.
    func start(
        _ name: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        program: URL? = nil,
        keepsOutput: Bool = false
    ) throws -> Member {
        let bundle = try #require(Bundle.main.executableURL).resolvingSymlinksInPath()
        let log = URL(filePath: folder.path).appending(path: "\(name).log")
        try folder.write("", to: "\(name).log")
        let process = Process()
        process.executableURL = program ?? bundle.deletingLastPathComponent().appending(path: "levee")
        process.arguments = arguments
        process.environment = environment.merging([
            "LEVEE_REDIS": redisURL, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
        ]) { $1 }
        process.currentDirectoryURL = URL(filePath: folder.path)
        process.standardInput = FileHandle.nullDevice
        let file = try FileHandle(forWritingTo: log)
        process.standardOutput = keepsOutput ? file : FileHandle.nullDevice
        process.standardError = file
        try process.run()
        processes.withLock { $0.append(process) }
        let member = Member(name: name, pid: process.processIdentifier, log: log.path)
        members.withLock { $0.append(member) }
        return member
    }

    /// Runs a command on the configuration and the Redis of the fleet, and waits for its end.
    func levee(_ arguments: String...) async throws -> LeveeRun {
        let (redis, folder) = (redisURL, folder.path)
        return try await Task.detached {
            try runLevee(arguments: arguments, environment: ["LEVEE_REDIS": redis], in: folder)
        }.value
    }

    /// The latest member of a name.
    func member(_ name: String) -> Member? { members.withLock { $0.last { $0.name == name } } }

    /// What `LEVEE_REDIS` says.
    var redisURL: String {
        switch redis.unix.address {
        case .unix(let path): "unix://\(path)"
        case .tcp(let host, let port): "redis://\(host):\(port)"
        }
    }

    /// The exit status of a member that has ended, or is about to.
    func exitStatus(of member: Member) async throws -> Int32 {
        try await ended(member).terminationStatus
    }

    /// The signal that has ended a member, or is about to; `nil` if it ends by itself.
    func signalThatEnds(_ member: Member) async throws -> Int32? {
        let process = try await ended(member)
        return process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil
    }

    private func ended(_ member: Member) async throws -> Process {
        let process = try #require(processes.withLock { $0.first { $0.processIdentifier == member.pid } })
        try await eventually("\(member.name) ends: \(member.text)") { !process.isRunning }
        return process
    }

    private func endAll() {
        for process in processes.withLock({ $0 }) where process.isRunning {
            kill(process.processIdentifier, SIGCONT)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}

/// What the system says of processes.
enum ProcessTable {
    /// Whether a process runs: it is there, and no zombie.
    static func isAlive(_ pid: pid_t) -> Bool {
        let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat").map { String(decoding: $0, as: UTF8.self) }
        guard let state = stat?.split(separator: ")").last?.split(separator: " ").first else { return false }
        return state != "Z" && state != "X"
    }
}
