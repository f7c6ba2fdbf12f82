// Carries out a plan of faults on the processes of a run.

import Foundation
import LeveeLedger
import LeveeRedis
import NIOConcurrencyHelpers

/// Does what a plan says, when it says so, and takes every fault back.
struct Injector: Sendable {
    let fleet: Fleet
    let ledger: LedgerWriter
    /// How long a fault waits for one whom it can befall. Kills wait longer: on a busy machine processes take their time to start.
    private static func patience(of fault: Fault) -> Duration {
        [.killWorker, .killFrontEnd, .drainWorker, .retireWorker].contains(fault.kind) ? .seconds(5) : .seconds(2)
    }

    private let redis: RedisFaults
    private let counts = NIOLockedValueBox<[String: Int]>([:])
    private let disturbed = NIOLockedValueBox<Set<String>>([])

    init(fleet: Fleet, ledger: LedgerWriter) {
        self.fleet = fleet
        self.ledger = ledger
        redis = RedisFaults(client: fleet.client)
    }

    /// How often each kind of fault has been done.
    var done: [String: Int] { counts.withLockedValue { $0 } }

    /// Carries out a plan; returns when its last fault is over, or when the task is canceled, with all faults taken back.
    func carryOut(_ plan: FaultPlan) async throws {
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for fault in plan.faults {
                group.addTask {
                    try? await Task.sleep(until: begin + fault.at, clock: .continuous)
                    if Task.isCancelled {
                        try skip(fault, because: "the time was over")
                    } else {
                        try await inject(fault)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func inject(_ fault: Fault) async throws {
        switch fault.kind {
        case .killWorker: try await kill(fleet.takers, fault)
        case .killFrontEnd: try await kill(fleet.frontEnds, fault)
        case .killRedis: try await kill([fleet.redis], fault)
        case .tearFile:
            let folder = fleet.redisFolder
            try await kill([fleet.redis], fault) { try AppendOnlyFile(folder: folder).tear(after: fault.size) }
        case .drainWorker: try await dismiss(by: SIGTERM, fault)
        case .retireWorker: try await dismiss(by: SIGUSR1, fault)
        case .stopWorker: try await stop(fleet.takers, fault)
        case .stopFrontEnd: try await stop(fleet.frontEnds, fault)
        case .stopRedis: try await stop([fleet.redis], fault)
        case .busyRedis: try await trouble(fault) { try await redis.keepBusy(for: fault.lasts) }
        case .reloadRedis: try await trouble(fault) { try await redis.reload(within: fault.lasts) }
        case .fillRedis: try await fill(fault)
        case .clockForward: try await shift(fault, by: Int64(fault.size))
        case .clockBack: try await shift(fault, by: -Int64(fault.size))
        case .killClients:
            try note(fault, on: "redis")
            for type in ["normal", "pubsub"] { _ = try? await fleet.client.send(["CLIENT", "KILL", "TYPE", type]) }
        case .flushScripts:
            try note(fault, on: "redis")
            _ = try? await fleet.client.send(["SCRIPT", "FLUSH"])
        case .reset: try await disturb(fault, .reset(afterBytes: fault.size))
        case .blackhole: try await disturb(fault, .blackhole)
        case .slow: try await disturb(fault, .slow(bytesPerSecond: fault.size))
        case .sliced: try await disturb(fault, .sliced(largest: fault.size))
        }
    }

    /// Writes a fault down before it is done: a ledger that ends too early is no proof.
    private func note(_ fault: Fault, on target: String) throws {
        let kind = fault.kind.rawValue
        try ledger.write(.fault(kind: kind, target: target, detail: "\(fault.lasts) \(fault.size)"))
        counts.withLockedValue { $0[kind, default: 0] += 1 }
    }

    private func skip(_ fault: Fault, because reason: String) throws {
        try ledger.write(.skipped(kind: fault.kind.rawValue, reason: reason))
    }

    private func pick<Element>(_ fault: Fault, among candidates: [Element]) -> Element? {
        candidates.isEmpty ? nil : candidates[fault.pick % candidates.count]
    }

    /// One that is ready, or is so in a moment; if there is none, that is written down.
    private func ready(_ candidates: [Member], _ fault: Fault) async throws -> Member? {
        let deadline = ContinuousClock.now + Self.patience(of: fault)
        while !Task.isCancelled, ContinuousClock.now < deadline {
            if let member = pick(fault, among: candidates.filter(\.isReady)) { return member }
            try? await Task.sleep(for: .milliseconds(20))
        }
        try skip(fault, because: "none of \(candidates.map(\.name).joined(separator: ", ")) was ready")
        return nil
    }

    private func kill(
        _ candidates: [Member],
        _ fault: Fault,
        aftermath: @escaping @Sendable () throws -> Void = {}
    ) async throws {
        guard let member = try await ready(candidates, fault) else { return }
        try note(fault, on: member.name)
        member.kill(away: fault.lasts, aftermath: aftermath)
    }

    private func dismiss(by signal: Int32, _ fault: Fault) async throws {
        guard let member = try await ready(fleet.takers, fault) else { return }
        try note(fault, on: member.name)
        member.dismiss(by: signal)
    }

    private func stop(_ candidates: [Member], _ fault: Fault) async throws {
        guard let member = try await ready(candidates, fault) else { return }
        try note(fault, on: member.name)
        member.stop(true)
        try? await Task.sleep(for: fault.lasts)
        member.stop(false)
        try ledger.write(.healed(kind: fault.kind.rawValue, target: member.name))
    }

    /// Has Redis refuse everything for a while.
    private func trouble(_ fault: Fault, _ befall: () async throws -> Void) async throws {
        guard let member = try await ready([fleet.redis], fault) else { return }
        try note(fault, on: member.name)
        try await befall()
        try ledger.write(.healed(kind: fault.kind.rawValue, target: member.name))
    }

    /// Has Redis be full for a while. It is written down once it is so, and its end before it is over: what the verdict holds
    /// against a full Redis was surely told to one.
    private func fill(_ fault: Fault) async throws {
        guard let member = try await ready([fleet.redis], fault) else { return }
        try await redis.setFull(true)
        try note(fault, on: member.name)
        try? await Task.sleep(for: fault.lasts)
        try ledger.write(.healed(kind: fault.kind.rawValue, target: member.name))
        try await redis.setFull(false)
    }

    /// Sets the clock of Redis, and sets it right after a while.
    private func shift(_ fault: Fault, by seconds: Int64) async throws {
        try note(fault, on: fleet.redis.name)
        try setClock(ahead: seconds)
        try? await Task.sleep(for: fault.lasts)
        try setClock(ahead: 0)
        try ledger.write(.healed(kind: fault.kind.rawValue, target: fleet.redis.name))
    }

    private func setClock(ahead seconds: Int64) throws {
        try ledger.write(.clockSet(ahead: seconds * 1_000))
        try fleet.clock.set(ahead: seconds)
    }

    /// Has the network of one process go wrong for a while; one fault at a time.
    private func disturb(_ fault: Fault, _ mode: ProxyMode) async throws {
        let free = fleet.members.map(\.name).filter { name in
            fleet.proxies[name] != nil && !disturbed.withLockedValue { $0.contains(name) }
        }
        guard let name = pick(fault, among: free), let proxy = fleet.proxies[name],
            disturbed.withLockedValue({ $0.insert(name).inserted })
        else { return try skip(fault, because: "all connections were disturbed already") }
        try note(fault, on: name)
        proxy.become(mode)
        try? await Task.sleep(for: fault.lasts)
        proxy.become(.pass)
        disturbed.withLockedValue { _ = $0.remove(name) }
        try ledger.write(.healed(kind: fault.kind.rawValue, target: name))
    }
}
