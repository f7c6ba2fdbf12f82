// A program run for a test, without Foundation's Process: that waits for the children of a child as well.

import Foundation
import LeveeTestSupport

/// What a program came to.
struct ProgramRun {
    var status: Int32
    /// What it wrote to standard output and standard error.
    var output: String
}

/// A running program in a process group of its own, with no signal ignored or blocked, as a shell starts one.
struct ChildProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let pid: pid_t
    private let log: String

    /// Starts a program, whose output goes to a file.
    init(_ arguments: [String], environment: [String: String], log: String) throws {
        self.log = log
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        // It is nobody's holder of the ports and files of this process.
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            if let descriptor = Int32(name), descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = Int32(POSIX_SPAWN_SETPGROUP) | Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var child: pid_t = 0
        let program = arguments.first ?? ""
        let status = Self.withPointers(arguments) { arguments in
            Self.withPointers(environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawnp(&child, program, &actions, &attributes, arguments, environment)
            }
        }
        guard status == 0 else { throw Failure(description: "cannot start \(arguments): errno \(status)") }
        pid = child
    }

    private static func withPointers(
        _ texts: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Int32
    ) -> Int32 {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }

    /// What it has written so far.
    var output: String { String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self) }

    /// Sends a signal to the whole process group, as a terminal does.
    func signalGroup(_ number: Int32) { kill(-pid, number) }

    /// Waits for its end; the status is 128 and the signal if one ended it. To be called once, not after ``end()``.
    func run() async throws -> ProgramRun {
        var status: Int32?
        try await eventually("a program ends: \(output)") {
            status = reap()
            return status != nil
        }
        return ProgramRun(status: status ?? -1, output: output)
    }

    /// Ends it, and whatever is in its group.
    func end() {
        signalGroup(SIGKILL)
        while reap() == nil { usleep(5_000) }
    }

    private func reap() -> Int32? {
        var status: Int32 = 0
        let answer = waitpid(pid, &status, WNOHANG)
        guard answer != 0 else { return nil }
        guard answer == pid else { return -1 }
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
