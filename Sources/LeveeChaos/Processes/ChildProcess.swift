// A program that was started, in a process group of its own.

package import Foundation
import NIOConcurrencyHelpers

/// Something that stands in the way of a run.
package struct ChaosFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// A running program. Its output is appended to a log; it inherits no file of ours.
package final class ChildProcess: Sendable {
    /// How a process ended.
    package enum Ending: Equatable, Sendable {
        case exit(status: Int32)
        case signal(Int32)
    }

    package let pid: pid_t
    private let ending = NIOLockedValueBox<Ending?>(nil)

    package init(_ arguments: [String], environment: [String: String], log: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
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
        guard status == 0 else { throw ChaosFailure("cannot start \(program): errno \(status)") }
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

    /// Sends a signal, unless the process has ended: its pid may be another's by then.
    func signal(_ number: Int32, toGroup: Bool = false) {
        ending.withLockedValue { ending in
            if ending == nil { kill(toGroup ? -pid : pid, number) }
        }
    }

    /// How it ended; `nil` while it runs.
    package var hasEnded: Ending? {
        ending.withLockedValue { ending in
            var status: Int32 = 0
            if ending == nil, waitpid(pid, &status, WNOHANG) == pid {
                let signal = status & 0x7F
                ending = signal == 0 ? .exit(status: (status >> 8) & 0xFF) : .signal(signal)
            }
            return ending
        }
    }

    /// Waits for its end, even if the task is canceled.
    func end() async -> Ending {
        while true {
            if let ending = hasEnded { return ending }
            await Self.pause()
        }
    }

    /// Kills it, with all in its group, and waits for its end.
    package func destroy() {
        while hasEnded == nil {
            kill(-pid, SIGKILL)
            usleep(5_000)
        }
    }

    /// The processor time it has used, in microseconds.
    var processorTime: Int64? {
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return nil }
        // The second field, the name, may hold anything; the ones after it are counted from its closing parenthesis.
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int64(fields[11]), let system = Int64(fields[12]) else { return nil }
        return (user + system) * 1_000_000 / Int64(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func pause() async {
        // Not bound to the task: a process is awaited to its end.
        await withCheckedContinuation { continuation in
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(10)) { continuation.resume() }
        }
    }
}
