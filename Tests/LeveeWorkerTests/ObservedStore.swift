// A store in memory that counts what it is asked, and can be made to fail.

import LeveeCore
import LeveeTesting
import Synchronization

/// An ``InMemoryStore`` as a worker sees it, through a wall with a window.
final class ObservedStore: JobLeasing, JobUpkeep {
    /// What was asked, in order.
    struct Log {
        var waits = 0
        var claims: [ClaimRequest] = []
        var settlements: [(leases: [Lease], claim: ClaimRequest?)] = []
        var beats: [Heartbeat] = []
        var releases: [(leases: [Lease], wakeUp: WakeUp?)] = []
        var leaves: [String] = []
        var ticks = 0
    }

    /// What happens to a call before it reaches the store.
    struct Faults {
        /// Thrown by the settlement of these leases, or of any if `nil`.
        var settling: (@Sendable ([Lease]) -> StoreError?)?
        var waiting: StoreError?
        var beating: StoreError?
        /// Whether ticks do nothing, so that no lease runs out.
        var isTimeless = false
        /// Added to what a heartbeat is told.
        var verdicts: [Lease: LeaseVerdict] = [:]
        var releasing: StoreError?
        /// Whether settlements wait.
        var holdsSettlements = false
        /// Whether the answers to claims wait.
        var holdsClaims = false
        /// Changes the jobs that are handed out.
        var claimed: (@Sendable (inout LeasedJob) -> Void)?
    }

    let store = InMemoryStore()
    private let log = Mutex(Log())
    private let faults = Mutex(Faults())

    /// What was asked so far.
    var seen: Log { log.withLock { $0 } }

    /// Changes what happens to calls from now on.
    func disturb(_ change: (inout Faults) -> Void) {
        faults.withLock { change(&$0) }
    }

    func awaitWork(in queues: [String], timeout: Duration) async throws(StoreError) -> WakeUp? {
        log.withLock { $0.waits += 1 }
        if let error = faults.withLock({ $0.waiting }) { throw error }
        return try await store.awaitWork(in: queues, timeout: timeout)
    }

    func claim(_ request: ClaimRequest) async throws(StoreError) -> [LeasedJob] {
        log.withLock { $0.claims.append(request) }
        let jobs = changed(try await store.claim(request))
        while faults.withLock({ $0.holdsClaims }) { try? await Task.sleep(for: .milliseconds(2)) }
        return jobs
    }

    func settle(_ settlements: [Settlement], claiming: ClaimRequest?) async throws(StoreError) -> SettleReply {
        log.withLock { $0.settlements.append((settlements.map(\.lease), claiming)) }
        if let error = faults.withLock({ $0.settling })?(settlements.map(\.lease)) { throw error }
        while faults.withLock({ $0.holdsSettlements }) { try? await Task.sleep(for: .milliseconds(2)) }
        var reply = try await store.settle(settlements, claiming: claiming)
        reply.claimed = changed(reply.claimed)
        return reply
    }

    func beat(_ beat: Heartbeat) async throws(StoreError) -> [Lease: LeaseVerdict] {
        log.withLock { $0.beats.append(beat) }
        if let error = faults.withLock({ $0.beating }) { throw error }
        let verdicts = try await store.beat(beat)
        return verdicts.merging(faults.withLock { $0.verdicts }) { $1 }
    }

    func release(_ leases: [Lease], by wakeUp: WakeUp?) async throws(StoreError) {
        log.withLock { $0.releases.append((leases, wakeUp)) }
        if let error = faults.withLock({ $0.releasing }) { throw error }
        try await store.release(leases, by: wakeUp)
    }

    func leave(worker: String) async throws(StoreError) {
        log.withLock { $0.leaves.append(worker) }
        try await store.leave(worker: worker)
    }

    func tick(lease: Duration) async throws(StoreError) -> TickReport? {
        log.withLock { $0.ticks += 1 }
        if faults.withLock({ $0.isTimeless }) { return nil }
        return try await store.tick(lease: lease)
    }

    func setPaused(_ paused: Bool, queue: String) async throws(StoreError) {
        try await store.setPaused(paused, queue: queue)
    }

    func ping() async throws(StoreError) {}
    func memory() async throws(StoreError) -> StoreMemory { StoreMemory(used: 0) }

    private func changed(_ jobs: [LeasedJob]) -> [LeasedJob] {
        guard let change = faults.withLock({ $0.claimed }) else { return jobs }
        return jobs.map { job in
            var job = job
            change(&job)
            return job
        }
    }
}

extension ObservedStore {
    func job(_ id: JobID) async throws -> JobRecord? {
        try await store.job(id)
    }

    func cancel(_ id: JobID) async throws -> CancelReply? {
        try await store.cancel(id)
    }

    /// Submits a job and returns its id.
    @discardableResult
    func put(type: String = "test", payload: String = "{}", maxAttempts: Int = 3) async throws -> JobID {
        let job = NewJob(
            id: store.newID(),
            type: type,
            queue: "default",
            payload: Content(mediaType: "application/json", bytes: Array(payload.utf8)),
            maxAttempts: maxAttempts
        )
        _ = try await store.submit(job, rules: QueueRules(name: "default"))
        return job.id
    }

    func state(of id: JobID) async throws -> JobState? {
        try await store.job(id)?.state
    }

    /// What brought about the changes of a job, in order.
    func causes(of id: JobID) async throws -> [HistoryEntry.Cause] {
        try await store.history(of: id)?.map(\.cause) ?? []
    }
}
