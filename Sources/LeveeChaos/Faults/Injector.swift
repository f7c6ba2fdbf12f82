// Carries out a plan of faults on the processes of a run.

import LeveeLedger
import LeveeRedis
import NIOConcurrencyHelpers

/// Does what a plan says, when it says so, and takes every fault back.
struct Injector: Sendable {
    let fleet: Fleet
    let ledger: LedgerWriter
    private let counts = NIOLockedValueBox<[String: Int]>([:])
    private let disturbed = NIOLockedValueBox<Set<String>>([])

    init(fleet: Fleet, ledger: LedgerWriter) {
        self.fleet = fleet
        self.ledger = ledger
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
                    if !Task.isCancelled { try await inject(fault) }
                }
            }
            try await group.waitForAll()
        }
    }

    private func inject(_ fault: Fault) async throws {
        switch fault.kind {
        case .killWorker: try kill(fleet.workers, fault)
        case .killFrontEnd: try kill(fleet.frontEnds, fault)
        case .killRedis: try kill([fleet.redis], fault)
        case .stopWorker: try await stop(fleet.workers, fault)
        case .stopFrontEnd: try await stop(fleet.frontEnds, fault)
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

    private func pick<Element>(_ fault: Fault, among candidates: [Element]) -> Element? {
        candidates.isEmpty ? nil : candidates[fault.pick % candidates.count]
    }

    private func kill(_ candidates: [Member], _ fault: Fault) throws {
        guard let member = pick(fault, among: candidates.filter(\.isReady)) else { return }
        try note(fault, on: member.name)
        member.kill(away: fault.lasts)
    }

    private func stop(_ candidates: [Member], _ fault: Fault) async throws {
        guard let member = pick(fault, among: candidates.filter(\.isReady)) else { return }
        try note(fault, on: member.name)
        member.stop(true)
        try? await Task.sleep(for: fault.lasts)
        member.stop(false)
        try ledger.write(.healed(kind: fault.kind.rawValue, target: member.name))
    }

    /// Has the network of one process go wrong for a while; one fault at a time.
    private func disturb(_ fault: Fault, _ mode: ProxyMode) async throws {
        let free = fleet.members.map(\.name).filter { name in !disturbed.withLockedValue { $0.contains(name) } }
        guard let name = pick(fault, among: free), let proxy = fleet.proxies[name],
            disturbed.withLockedValue({ $0.insert(name).inserted })
        else { return }
        try note(fault, on: name)
        proxy.become(mode)
        try? await Task.sleep(for: fault.lasts)
        proxy.become(.pass)
        disturbed.withLockedValue { _ = $0.remove(name) }
        try ledger.write(.healed(kind: fault.kind.rawValue, target: name))
    }
}
