// A fleet that a command moves, with real commands.

import Foundation
import LeveeCore
import Testing

@testable import levee

@Suite(.timeLimit(.minutes(1)))
struct CommandFleetTests {
    /// What a call came to; `nil` if it succeeded.
    private func error(
        of command: String,
        workers: Int = 3,
        timeLimit: Duration = .seconds(50)
    ) async -> String? {
        do throws(FleetControlError) {
            try await CommandFleet(command: .shell(command), timeLimit: timeLimit).scale(to: workers)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("every place of the number is filled, and what the command says on standard output does not matter")
    func number() async {
        #expect(await error(of: "echo noise; test {n}-{n} = 3-3") == nil)
        #expect(await error(of: "test {n} = 4") == "the command ended with exit status 1")
    }

    @Test("a program is called with scale and the number")
    func program() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "fleet-\(UUID().uuidString)")
        try Data("#!/bin/sh\necho \"error: $*\" >&2; exit 3\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        let fleet = CommandFleet(command: .program(path: file.path))
        await #expect(throws: FleetControlError("\(file.path) ended with exit status 3: error: scale 7")) {
            try await fleet.scale(to: 7)
        }
    }

    @Test("a failure is told with its last lines")
    func failure() async {
        let command = "echo one >&2; echo two >&2; echo >&2; echo 'error:  no room' >&2; echo '  hint' >&2; exit 3"
        #expect(await error(of: command) == "the command ended with exit status 3: two error: no room hint")
        #expect(await error(of: "kill -9 $$") == "the command was ended by signal 9")
    }

    @Test("a program that is not there is told")
    func missing() async {
        let fleet = CommandFleet(command: .program(path: "/nowhere/cluster"))
        await #expect {
            try await fleet.scale(to: 1)
        } throws: { error in
            "\(error)".hasPrefix("/nowhere/cluster cannot be started: ")
        }
    }

    @Test("a command that takes too long is ended, with what it waits for")
    func timeLimit() async {
        let command = "sleep 3600; true"
        #expect(await error(of: command, timeLimit: .milliseconds(50)) == "the command took longer than 50ms: ended")
    }

    @Test("what a command leaves running is not waited for")
    func background() async throws {
        let folder = try TemporaryFolder()
        // Were it waited for, the call would run into its time limit.
        #expect(await error(of: "sleep 3600 & echo $! > \(folder.path)/pid") == nil)
        let text = String(
            decoding: try #require(FileManager.default.contents(atPath: folder.path + "/pid")),
            as: UTF8.self
        )
        kill(try #require(pid_t(text.trimmingCharacters(in: .newlines))), SIGKILL)
    }

    @Test("standard input is empty, and the session is the command's own: no Ctrl-C reaches it")
    func session() async {
        #expect(await error(of: "cat; exit 0") == nil)
        #expect(await error(of: "test $(ps -o sid= -p $$) = $$") == nil)
    }

    @Test("a canceled call ends the command")
    func cancellation() async {
        let call = Task { await error(of: "sleep 3600; true") }
        call.cancel()
        #expect(await call.value == "the command was ended before it was done")
    }
}
