// A program run for a test, without Foundation's Process: that waits for the children of a child as well.

import Foundation
import LeveeChaos
import LeveeTestSupport

/// What a program came to.
struct ProgramRun {
    var status: Int32
    /// What it wrote to standard output and standard error.
    var output: String
}

/// A running program in a process group of its own, with no signal ignored or blocked, as a shell starts one.
struct ChildProcess: Sendable {
    private let process: LeveeChaos.ChildProcess
    private let log: String

    var pid: pid_t { process.pid }

    /// Starts a program, whose output goes to a file.
    init(_ arguments: [String], environment: [String: String], log: String) throws {
        process = try LeveeChaos.ChildProcess(arguments, environment: environment, log: log)
        self.log = log
    }

    /// What it has written so far.
    var output: String { String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self) }

    /// Sends a signal to the whole process group, as a terminal does.
    func signalGroup(_ number: Int32) { kill(-pid, number) }

    /// Waits for its end; the status is 128 and the signal if one ended it.
    func run(within limit: Duration = .seconds(60)) async throws -> ProgramRun {
        var ending: LeveeChaos.ChildProcess.Ending?
        try await eventually("a program ends: \(output)", within: limit) {
            ending = process.hasEnded
            return ending != nil
        }
        let status =
            switch ending {
            case .exit(let status): status
            case .signal(let signal): 128 + signal
            case nil: Int32(-1)
            }
        return ProgramRun(status: status, output: output)
    }

    /// Ends it, and whatever is in its group.
    func end() {
        signalGroup(SIGKILL)
        process.destroy()
    }
}
