// A process of the run that is kept alive: how it is started, and what it is right now.

import Foundation
import LeveeLedger
import NIOConcurrencyHelpers

/// A front end, a worker or Redis: started anew each time it ends, as long as the run lasts.
final class Member: Sendable {
    /// How far a process is.
    enum Standing: Equatable, Sendable {
        case away
        case starting
        case ready
    }

    private struct State {
        var process: ChildProcess?
        var standing = Standing.away
        var isKilled = false
        var isStopped = false
        /// Whether it was told to end, to be started anew.
        var isDismissed = false
        /// Whether it is to end for good.
        var isLeaving = false
        /// How long it stays away when it has been killed, and what befalls it meanwhile.
        var absence = Duration.zero
        var aftermath: @Sendable () throws -> Void = {}

        var isReady: Bool { standing == .ready && !isKilled && !isStopped && !isDismissed }
    }

    let name: String
    private let arguments: [String]
    private let environment: [String: String]
    private let log: String
    private let isGroup: Bool
    private let ledger: LedgerWriter
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - name: What it is called in ledgers.
    ///   - arguments: The program and its arguments.
    ///   - environment: Its environment.
    ///   - log: Where its output goes.
    ///   - isGroup: Whether it is killed and stopped with all in its process group.
    ///   - ledger: Where its beginnings and ends are written down.
    init(
        name: String,
        arguments: [String],
        environment: [String: String],
        log: String,
        isGroup: Bool = false,
        ledger: LedgerWriter
    ) {
        self.name = name
        self.arguments = arguments
        self.environment = environment
        self.log = log
        self.isGroup = isGroup
        self.ledger = ledger
    }

    var isReady: Bool { state.withLockedValue { $0.isReady } }

    var process: ChildProcess? { state.withLockedValue { $0.process } }

    /// Starts it, and starts it again after each end, until the task is canceled; then leaves it running.
    ///
    /// - Parameters:
    ///   - isPossible: Whether it can be started now.
    ///   - isReady: Whether it does what it is there for, asked until it is.
    /// - Throws: If it cannot be started, or the ledger not be written.
    func keep(isPossible: @Sendable () -> Bool, isReady: @Sendable () async -> Bool) async throws {
        while !isLeaving {
            guard isPossible() else {
                try? await Task.sleep(for: .milliseconds(20))
                continue
            }
            let process = try launch()
            while !isLeaving, process.hasEnded == nil {
                if state.withLockedValue({ $0.standing }) == .starting, await isReady() { try noteReady(process) }
                try? await Task.sleep(for: .milliseconds(20))
            }
            guard !isLeaving, let ending = process.hasEnded else { return }
            let absence = try noteEnd(ending, of: process)
            try? await Task.sleep(for: absence)
        }
    }

    private var isLeaving: Bool { Task.isCancelled || state.withLockedValue { $0.isLeaving } }

    private func launch() throws -> ChildProcess {
        let process = try ChildProcess(arguments, environment: environment, log: log)
        state.withLockedValue { $0 = State(process: process, standing: .starting) }
        try ledger.write(.launched(name: name, pid: process.pid))
        return process
    }

    private func noteReady(_ process: ChildProcess) throws {
        state.withLockedValue { $0.standing = .ready }
        try ledger.write(.ready(name: name, pid: process.pid))
    }

    private func noteEnd(_ ending: ChildProcess.Ending, of process: ChildProcess) throws -> Duration {
        let (isWanted, absence, aftermath) = state.withLockedValue { state in
            state.standing = .away
            state.process = nil
            let isWanted = state.isKilled || state.isDismissed && ending == .exit(status: 0)
            return (isWanted, state.isKilled ? state.absence : .milliseconds(200), state.aftermath)
        }
        try write(ending, of: process, isWanted: isWanted)
        try aftermath()
        return absence
    }

    private func write(_ ending: ChildProcess.Ending, of process: ChildProcess, isWanted: Bool) throws {
        switch ending {
        case .exit(let status):
            try ledger.write(
                .exited(name: name, pid: process.pid, status: status, signal: nil, isWanted: isWanted)
            )
        case .signal(let signal):
            try ledger.write(
                .exited(name: name, pid: process.pid, status: nil, signal: signal, isWanted: isWanted)
            )
        }
    }

    /// Kills it; it stays away for a time.
    ///
    /// - Parameters:
    ///   - absence: For how long.
    ///   - aftermath: What is done between its end and its next start.
    func kill(away absence: Duration, aftermath: @escaping @Sendable () throws -> Void = {}) {
        let process = state.withLockedValue { state in
            state.isKilled = true
            state.absence = absence
            state.aftermath = aftermath
            return state.process
        }
        process?.signal(SIGKILL, toGroup: isGroup)
    }

    /// Stops it where it stands, or lets it go on.
    func stop(_ isStopped: Bool) {
        let process = state.withLockedValue { state in
            state.isStopped = isStopped
            return state.process
        }
        process?.signal(isStopped ? SIGSTOP : SIGCONT, toGroup: isGroup)
    }

    /// Tells it to end in its own time; then it is started anew.
    func dismiss(by signal: Int32) {
        let process = state.withLockedValue { state in
            state.isDismissed = true
            return state.process
        }
        process?.signal(signal)
    }

    /// Asks it to end in good order, and writes down how it did; destroys it if it takes too long.
    func finish(within limit: Duration) async throws {
        let present = state.withLockedValue { state in
            state.isLeaving = true
            return state.process
        }
        guard let process = present else { return }
        process.signal(SIGTERM)
        let deadline = ContinuousClock.now + limit
        while process.hasEnded == nil, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(20)) }
        if let ending = process.hasEnded {
            try write(ending, of: process, isWanted: ending == .exit(status: 0))
        } else {
            process.destroy()
            try write(.signal(SIGKILL), of: process, isWanted: false)
        }
        state.withLockedValue { $0 = State() }
    }

    /// Ends it at once.
    func destroy() {
        process?.destroy()
    }
}
