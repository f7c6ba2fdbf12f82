// A run from its first process to its last.

import Foundation
import LeveeLedger
import LeveeRedis
import NIOConcurrencyHelpers

/// What a run came to, for people; what it proves is in its ledgers.
package struct ChaosSummary: Sendable {
    /// How often each kind of fault was done.
    package var faults: [String: Int]
    package var accepted: Int
    /// The accepted jobs that were not seen to end.
    package var pending: Int
}

/// Drives clients and faults against processes of its own, waits for the jobs to end and dumps Redis.
package struct ChaosRun: Sendable {
    /// How long nothing is asked of the processes at the end, in seconds.
    private static let idleTime = 5.0

    private let settings: ChaosSettings
    private let folder: RunFolder
    private let ledger: LedgerWriter
    private let fleet: Fleet
    private let plan: FaultPlan
    private let say: @Sendable (String) -> Void

    /// Prepares a run.
    ///
    /// - Parameters:
    ///   - settings: What it is to be.
    ///   - say: Takes a line about how far it is.
    /// - Throws: If its folder cannot be written to, or no port is free.
    package init(_ settings: ChaosSettings, say: @escaping @Sendable (String) -> Void) async throws {
        self.settings = settings
        self.say = say
        folder = RunFolder(settings.folder)
        plan = FaultPlan(
            settings.faults,
            seed: settings.seed,
            duration: settings.duration,
            lease: Double(settings.lease)
        )
        for path in [settings.redisFolder, "\(settings.folder)/log"] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        ledger = try LedgerWriter(path: folder.run)
        // There is a ledger even if no handler ever began.
        _ = try LedgerWriter(path: folder.handlers)
        try ChaosConfiguration.write(settings, ledger: folder.handlers)
        fleet = try await Fleet(settings: settings, ledger: ledger)
    }

    /// Runs it to its end. However it ends, also when the task is canceled, no process of it is left.
    package func run() async throws -> ChaosSummary {
        let facts = RunFacts(
            seed: settings.seed,
            duration: settings.duration,
            planned: plan.counts,
            slots: settings.slots,
            lease: Int64(settings.lease) * 1_000,
            wakeTimeout: 6_000,
            grace: Int64(settings.grace) * 1_000,
            attempts: settings.attempts
        )
        try ledger.write(.began(facts))
        defer { fleet.destroy() }
        let summary = try await withTaskCancellationHandler {
            try await driveAll()
        } onCancel: {
            fleet.destroy()
        }
        for proxy in fleet.proxies.values { await proxy.close() }
        guard let summary else { throw CancellationError() }
        return summary
    }

    /// Drives clients and faults while the processes are kept alive.
    private func driveAll() async throws -> ChaosSummary? {
        let client = fleet.client
        return try await withThrowingTaskGroup(of: ChaosSummary?.self) { group in
            group.addTask {
                await client.run()
                return nil
            }
            group.addTask {
                try await fleet.keep()
                return nil
            }
            group.addTask { try await drive() }
            var summary: ChaosSummary?
            while summary == nil, let ended = try await group.next() { summary = ended }
            group.cancelAll()
            return summary
        }
    }

    private func drive() async throws -> ChaosSummary {
        try await wait(for: "all processes", within: 60) { (fleet.members + [fleet.redis]).allSatisfy(\.isReady) }
        let outside = fleet.outside.isEmpty ? "" : ", \(fleet.outside.count) outside workers"
        say("\(fleet.frontEnds.count) front ends, \(fleet.workers.count) workers\(outside) and Redis are ready")
        let book = JobBook()
        let crowd = Crowd(
            client: ChaosClient(
                doors: fleet.doors,
                adminDoors: fleet.adminDoors,
                ledger: try LedgerWriter(path: folder.clients),
                book: book
            ),
            seed: settings.seed,
            rate: settings.rate
        )
        let injector = Injector(fleet: fleet, ledger: ledger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await crowd.poll() }
            group.addTask { await tell(book, injector) }
            try await load(crowd, injector)
            try ledger.write(.faultsEnded)
            say("the faults are over; \(book.pending.count) of \(book.all.count) jobs have not been seen to end")
            // A job that does not end is for the verdict, not for us.
            try? await wait(for: "the end of all jobs", within: settings.drainLimit) { book.pending.isEmpty }
            group.cancelAll()
            try await group.waitForAll()
        }
        try await crowd.fetchAll()
        try await idle()
        try await RedisDumper(client: fleet.client).dump(to: folder.dump)
        for member in fleet.members + [fleet.redis] { try await member.finish(within: .seconds(30)) }
        return ChaosSummary(faults: injector.done, accepted: book.all.count, pending: book.pending.count)
    }

    /// Says now and then how far it is.
    private func tell(_ book: JobBook, _ injector: Injector) async {
        let begin = ContinuousClock.now
        while (try? await Task.sleep(for: .seconds(10))) != nil {
            let (seconds, all) = ((.now - begin).components.seconds, book.all.count)
            let faults = injector.done.values.reduce(0, +)
            say(
                "\(seconds) s of \(Int(settings.duration)) s: \(faults) faults, \(all - book.pending.count) of \(all) jobs ended"
            )
        }
    }

    /// Submits jobs and does faults for the duration.
    private func load(_ crowd: Crowd, _ injector: Injector) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await crowd.submit() }
            group.addTask { try await injector.carryOut(plan) }
            try await Task.sleep(for: .seconds(settings.duration))
            group.cancelAll()
            try await group.waitForAll()
        }
        try await wait(for: "all processes after the faults", within: 60) {
            (fleet.members + [fleet.redis]).allSatisfy(\.isReady)
        }
    }

    /// Leaves the processes alone for a while, and writes down what they do nevertheless.
    private func idle() async throws {
        try ledger.write(.drained)
        let processes = (fleet.members + [fleet.redis]).compactMap { member in
            member.process.map { (member.name, $0, $0.processorTime, WallTime.now) }
        }
        try await Task.sleep(for: .seconds(Self.idleTime))
        for (name, process, before, since) in processes {
            guard let before, let after = process.processorTime else { continue }
            try ledger.write(.idled(name: name, pid: process.pid, used: after - before, over: WallTime.now - since))
        }
    }

    private func wait(
        for what: String,
        within seconds: Double,
        _ condition: @Sendable () -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !condition() {
            guard ContinuousClock.now < deadline else {
                throw ChaosFailure("in vain awaited: \(what); see \(settings.folder)/log")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
