// A real redis-server of a test's own: in its own folder, on a unix socket and a free port, ended by its pid.

import Foundation
package import LeveeRedis
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A running `redis-server` that keeps nothing on disk.
package final class RedisServerProcess: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private struct State {
        var pid: pid_t?
        var port = 0
        var starts = 0
    }

    private let folder: String
    private let options: [String]
    private let environment: [String: String]
    private let state = NIOLockedValueBox(State())

    /// Runs `body` with a server, which listens on TCP only when asked to, and ends it however `body` ends. The environment is
    /// what it gets besides that of the test.
    package static func run<Result>(
        _ options: [String] = [],
        environment: [String: String] = [:],
        listensOnTCP: Bool = false,
        body: (RedisServerProcess) async throws -> Result
    ) async throws -> Result {
        let server = try RedisServerProcess(options, environment)
        do {
            try await server.startFirst(listensOnTCP: listensOnTCP)
            let result = try await body(server)
            server.remove()
            return result
        } catch {
            server.remove()
            throw error
        }
    }

    private init(_ options: [String], _ environment: [String: String]) throws {
        self.options = options
        self.environment = environment
        var template = Array("/tmp/levee-redis-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure(description: "no temporary folder: errno \(errno)") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package var unix: RedisEndpoint { RedisEndpoint(address: .unix(path: "\(folder)/s")) }

    package var tcp: RedisEndpoint { RedisEndpoint(address: .tcp(host: "127.0.0.1", port: port)) }

    /// The TCP port; 0 if it does not listen on TCP.
    package var port: Int { state.withLockedValue { $0.port } }

    /// A port that was free a moment ago may be taken: then it is another's turn.
    private func startFirst(listensOnTCP: Bool) async throws {
        guard listensOnTCP else { return try await start() }
        var problem: any Error = Failure(description: "no free port")
        for _ in 0..<10 {
            let probe = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: 0).get()
            let port = probe.localAddress?.port ?? 0
            try await probe.close()
            state.withLockedValue { $0.port = port }
            do { return try await start() } catch { problem = error }
        }
        throw problem
    }

    /// Starts the server, the first time or after ``stop()``.
    package func start() async throws {
        let (log, port) = state.withLockedValue { state in
            state.starts += 1
            return ("\(folder)/log-\(state.starts)", state.port)
        }
        let arguments =
            [
                "redis-server", "--port", "\(port)", "--bind", "127.0.0.1", "--unixsocket", "\(folder)/s",
                "--dir", folder, "--logfile", log, "--save", "", "--appendonly", "no", "--daemonize", "no",
            ] + options
        let pid = try Self.spawn(arguments, environment)
        state.withLockedValue { $0.pid = pid }
        try await eventually("redis-server is ready") {
            let text = String(
                decoding: FileHandle(forReadingAtPath: log)?.readDataToEndOfFile() ?? Data(),
                as: UTF8.self
            )
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid {
                self.state.withLockedValue { $0.pid = nil }
                throw Failure(description: "redis-server ended: \(text)")
            }
            return text.contains("eady to accept connections")
        }
    }

    private static func spawn(_ arguments: [String], _ environment: [String: String]) throws -> pid_t {
        var pid: pid_t = 0
        let pointers = arguments.map { strdup($0) } + [nil]
        let all = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let variables = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in pointers + variables { free(pointer) } }
        // Nobody else's sockets: a server that held them would keep ports taken.
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 3..<1_024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        let status = posix_spawnp(&pid, "redis-server", &actions, nil, pointers, variables)
        guard status == 0 else {
            throw Failure(description: "cannot start redis-server (errno \(status)); is it installed?")
        }
        return pid
    }

    package func signal(_ number: Int32) {
        if let pid = state.withLockedValue({ $0.pid }) { kill(pid, number) }
    }

    /// Ends the server as a crash does.
    package func stop() {
        let pid = state.withLockedValue { state in
            defer { state.pid = nil }
            return state.pid
        }
        guard let pid else { return }
        kill(pid, SIGKILL)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }

    private func remove() {
        stop()
        try? FileManager.default.removeItem(atPath: folder)
    }
}
