// A real store in memory with a probe on it: counts calls, and fails, lies or waits on demand.

import LeveeCore
import LeveeTesting
import Synchronization

/// Passes every call on to an ``InMemoryStore`` unless a test wants it otherwise.
final class ProbedStore: Sendable {
    enum Call: String, Sendable {
        case submit, cancel, remove, job, result, history, figures, line, ping, memory
    }

    private struct State {
        var counts: [Call: Int] = [:]
        var failures: [Call: StoreError] = [:]
        var gates: [Call: Gate] = [:]
        var answersDuplicate = false
        var memory = StoreMemory(used: 0)
        var lastID: JobID?
    }

    let store: InMemoryStore
    private let state = Mutex(State())

    init(clock: @escaping InMemoryStore.Clock) {
        store = InMemoryStore(secret: Array("gateway tests".utf8), clock: clock)
    }

    /// How often each call was made; left out what is done once a second, whoever asks.
    var counts: [Call: Int] { state.withLock { $0.counts.filter { $0.key != .memory } } }

    /// The id that was given out last, also for a job that was never stored.
    var lastID: JobID? { state.withLock { $0.lastID } }

    func forgetCounts() { state.withLock { $0.counts = [:] } }

    /// Makes a call fail from now on, or work again.
    func fail(_ call: Call, with error: StoreError?) { state.withLock { $0.failures[call] = error } }

    /// Makes a call wait until the gate is opened.
    func hold(_ call: Call, at gate: Gate) { state.withLock { $0.gates[call] = gate } }

    /// Makes a submit store the job and say that it was there before, as after a lost first answer.
    func answerDuplicate() { state.withLock { $0.answersDuplicate = true } }

    /// What the store says of its memory from now on.
    func fill(_ percent: Int) { state.withLock { $0.memory = StoreMemory(used: percent, limit: 100) } }

    private func probe(_ call: Call) async throws(StoreError) {
        let (failure, gate) = state.withLock { state in
            state.counts[call, default: 0] += 1
            return (state.failures[call], state.gates[call])
        }
        if let gate { await gate.pass() }
        if let failure { throw failure }
    }
}

extension ProbedStore: JobSubmission {
    func newID() -> JobID {
        let id = store.newID()
        state.withLock { $0.lastID = id }
        return id
    }

    func submit(_ job: NewJob, rules: QueueRules) async throws(StoreError) -> SubmitReply {
        try await probe(.submit)
        let reply = try await store.submit(job, rules: rules)
        return state.withLock { $0.answersDuplicate } ? .duplicate : reply
    }

    func cancel(
        _ id: JobID,
        by tenant: Tenant?,
        expecting versions: [Int]?
    ) async throws(StoreError) -> CancelReply? {
        try await probe(.cancel)
        return try await store.cancel(id, by: tenant, expecting: versions)
    }

    func remove(
        _ id: JobID,
        by tenant: Tenant?,
        expecting versions: [Int]?
    ) async throws(StoreError) -> RemoveReply {
        try await probe(.remove)
        return try await store.remove(id, by: tenant, expecting: versions)
    }
}

extension ProbedStore: JobInspection {
    func recognize(_ text: String) -> JobID? { store.recognize(text) }

    func job(_ id: JobID) async throws(StoreError) -> JobRecord? {
        try await probe(.job)
        return try await store.job(id)
    }

    func result(of id: JobID) async throws(StoreError) -> [UInt8]? {
        try await probe(.result)
        return try await store.result(of: id)
    }

    func history(of id: JobID) async throws(StoreError) -> [HistoryEntry]? {
        try await probe(.history)
        return try await store.history(of: id)
    }

    func place(of id: JobID) async throws(StoreError) -> JobPlace? { try await store.place(of: id) }

    func figures(of queue: String) async throws(StoreError) -> QueueFigures {
        try await probe(.figures)
        return try await store.figures(of: queue)
    }

    func line(of queue: String) async throws(StoreError) -> QueueLine {
        try await probe(.line)
        return try await store.line(of: queue)
    }
}

extension ProbedStore: JobUpkeep {
    func tick(lease: Duration) async throws(StoreError) -> TickReport? {
        try await store.tick(lease: lease)
    }

    func setPaused(_ paused: Bool, queue: String) async throws(StoreError) {
        try await store.setPaused(paused, queue: queue)
    }

    func ping() async throws(StoreError) {
        try await probe(.ping)
    }

    func memory() async throws(StoreError) -> StoreMemory {
        try await probe(.memory)
        return state.withLock { $0.memory }
    }
}
