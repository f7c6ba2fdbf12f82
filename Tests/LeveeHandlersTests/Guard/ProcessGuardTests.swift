// The guard as a process of its own, and the death of its worker.

import LeveeCore
import LeveeHandlers
import LeveeTestSupport
import LeveeWorker
import Subprocess
import Testing

#if canImport(Glibc)
    import Glibc
#endif
#if canImport(System)
    import System
#else
    import SystemPackage
#endif

@Suite(.timeLimit(.minutes(2)))
struct ProcessGuardTests {
    /// Starts the fixture and has it killed when `body` has what it wants.
    private func withHost(_ arguments: [String], _ body: @Sendable (pid_t) async throws -> Void) async throws {
        _ = try await Subprocess.run(
            .path(FilePath(guardFixture)),
            arguments: Arguments(["host", "1"] + arguments),
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            try await body(execution.processIdentifier.value)
            try execution.send(signal: .kill)
        }
    }

    @Test("after SIGKILL of the worker neither its program lives on nor what that has started")
    func killedWorker() async throws {
        try await withTemporaryDirectory { directory in
            let script =
                "trap '' TERM HUP; sh -c 'echo $$ >> \(directory)/pids; sleep 300' &"
                + " setsid sh -c 'echo $$ >> \(directory)/pids; sleep 300' & echo $$ >> \(directory)/pids; wait"
            try await withHost(["/bin/sh", "-c", script]) { _ in
                let started = try await processes(3, in: "\(directory)/pids")
                #expect(started.allSatisfy(isRunning))
            }
            let started = try await processes(3, in: "\(directory)/pids")
            try await eventually { !started.contains(where: isRunning) }
        }
    }

    @Test("a guard whose worker is gone before it looks does not start the program")
    func lateGuard() async throws {
        try await withTemporaryDirectory { directory in
            // Neither is the named process its parent, nor has that one such a pipe.
            for worker in ["1", "4194303"] {
                let ended = try await Subprocess.run(
                    .path(FilePath(guardFixture)),
                    arguments: ["guard", worker, "0", "/usr/bin/touch", "--", "touch", "\(directory)/started"],
                    input: .none,
                    output: .discarded,
                    error: .discarded
                )
                #expect(ended.terminationStatus == .exited(70))
            }
            #expect(access("\(directory)/started", F_OK) != 0)
        }
    }

    @Test("a guard that is called by hand says what it is for")
    func usage() async throws {
        let ended = try await Subprocess.run(
            .path(FilePath(guardFixture)),
            arguments: ["guard", "me"],
            input: .none,
            output: .discarded,
            error: .string(limit: 1_000)
        )
        #expect(ended.terminationStatus == .exited(64))
        #expect(ended.standardError.contains("this command is for workers"))
    }

    @Test("a binary that does not offer the guard is not started as one")
    func notOffered() async throws {
        let failure = try await ExecHandler(ExecConfiguration(program: "cat")).failure()
        #expect(failure.code == "start-failed")
        #expect(failure.detail.contains("ProcessGuard.runIfRequested()"))
    }
}
