// Attempts that share a task, since each takes next to no time.

import LeveeCore
import LeveeTestSupport
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import LeveeWorker

@Suite(.timeLimit(.minutes(2)))
struct QuickAttemptTests {
    /// The jobs that a handler was given, in order.
    private final class Runs: Sendable {
        private let ids = Mutex<[JobID]>([])
        var all: [JobID] { ids.withLock { $0 } }
        func append(_ id: JobID) { ids.withLock { $0.append(id) } }
    }

    @Test("run one after the other, and the first half of the slots is settled while the second runs")
    func halves() async throws {
        let store = ObservedStore()
        let runs = Runs()
        var ids: [JobID] = []
        for _ in 0..<8 { ids.append(try await store.put()) }
        let handler = TestHandler(isQuick: true) { job, _ in
            runs.append(job.lease.id)
            if runs.all.count == 5 { try await eventually { !store.seen.settlements.isEmpty } }
        }
        try await withWorker(store, slots: 8, handlers: binding(handler)) { _, _ in
            for id in ids { try await eventually { try await store.state(of: id) == .succeeded } }
        }
        #expect(runs.all == ids)
        #expect(store.seen.settlements.map(\.leases.count) == [4, 4])
        #expect(store.seen.settlements.first?.claim?.limit == 4)
    }

    @Test("one that is asked to end before its turn does not begin")
    func canceled() async throws {
        let store = ObservedStore()
        let (barrier, runs) = (Barrier(), Runs())
        let first = try await store.put()
        let second = try await store.put()
        let handler = TestHandler(isQuick: true) { job, _ in
            runs.append(job.lease.id)
            try await barrier.pass(job.lease.id)
        }
        try await withWorker(store, handlers: binding(handler)) { worker, _ in
            try await eventually { barrier.inside == [first] }
            _ = try await store.cancel(second)
            try await eventually {
                worker.session.withState { state in
                    state.running.contains { $0.key.id == second && $0.value.stopReason == .cancel }
                }
            }
            barrier.open()
            try await eventually { try await store.state(of: second) == .canceled }
            try await eventually { try await store.state(of: first) == .succeeded }
        }
        #expect(runs.all == [first])
    }

    @Test("those that a draining worker has not begun when the grace is over are handed back at once")
    func drained() async throws {
        let store = ObservedStore()
        let (barrier, runs) = (Barrier(), Runs())
        let first = try await store.put()
        let second = try await store.put()
        let handler = TestHandler(isQuick: true) { job, _ in
            runs.append(job.lease.id)
            try await barrier.pass(job.lease.id)
        }
        try await withWorker(store, drainGrace: .milliseconds(50), handlers: binding(handler)) { _, trigger in
            defer { barrier.open() }
            try await eventually { barrier.inside == [first] }
            trigger.triggerGracefulShutdown()
            try await eventually { try await store.causes(of: second) == [.submit, .claim, .release] }
            #expect(barrier.inside == [first])
        }
        #expect(runs.all == [first])
        #expect(try await store.state(of: first) == .succeeded)
    }

    @Test("the time of each counts from when it begins")
    func deadlines() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let deadlines = Mutex<[ContinuousClock.Instant]>([])
        let first = try await store.put()
        let second = try await store.put()
        let timeout = Duration.seconds(60)
        let handler = TestHandler(isQuick: true) { job, context in
            deadlines.withLock { $0.append(context.deadline) }
            try await barrier.pass(job.lease.id)
        }
        try await withWorker(store, handlers: binding(handler, timeout: timeout)) { _, _ in
            try await eventually { barrier.inside == [first] }
            let opened = ContinuousClock.now
            barrier.open()
            try await eventually { try await store.state(of: second) == .succeeded }
            let last = try #require(deadlines.withLock { $0.last })
            #expect(last >= opened + timeout)
        }
    }

    @Test("what waits behind an overdue one is handed back, with no attempt used up; what ended before is settled")
    func overdue() async throws {
        let store = ObservedStore()
        let (barrier, runs) = (Barrier(), Runs())
        let first = try await store.put()
        let second = try await store.put(type: "short", maxAttempts: 1)
        let third = try await store.put(maxAttempts: 1)
        let handler = TestHandler(isQuick: true) { job, _ in
            runs.append(job.lease.id)
            if job.lease.id == second { try await barrier.pass(second) }
        }
        let short = binding(handler, type: "short", timeout: .milliseconds(50))
        try await withWorker(store, slots: 8, handlers: short.merging(binding(handler)) { $1 }) { _, _ in
            defer { barrier.open() }
            for id in [first, third] { try await eventually { try await store.state(of: id) == .succeeded } }
            #expect(barrier.inside == [second])
            #expect(try await store.causes(of: third) == [.submit, .claim, .release, .claim, .finish])
            #expect(try await store.job(third)?.attempt == 1)
            barrier.open()
            try await eventually { try await store.state(of: second) == .failed }
        }
        #expect(runs.all == [first, second, third])
    }

    @Test("one with a large payload has a task of its own, in which it can be stopped")
    func large() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let large = try await store.put(payload: "\"" + String(repeating: "x", count: 64 << 10) + "\"")
        let small = try await store.put()
        let handler = TestHandler(isQuick: true) { job, _ in
            if job.lease.id == large { try await barrier.pass(large) }
        }
        try await withWorker(store, handlers: binding(handler)) { _, _ in
            defer { barrier.open() }
            try await eventually { try await store.state(of: small) == .succeeded }
            try await eventually { barrier.inside == [large] }
            _ = try await store.cancel(large)
            try await eventually { try await store.state(of: large) == .canceled }
        }
        #expect(barrier.canceled == [large])
    }

    @Test("one that takes too long costs those behind it nothing, whether it returns or not")
    func late() async throws {
        let store = ObservedStore()
        let (barrier, runs) = (Barrier(), Runs())
        let first = try await store.put(maxAttempts: 1)
        let second = try await store.put(maxAttempts: 1)
        let handler = TestHandler(isQuick: true) { job, _ in
            runs.append(job.lease.id)
            if job.lease.id == first { try await barrier.pass(first) }
        }
        try await withWorker(store, handlers: binding(handler, timeout: .milliseconds(250))) { worker, _ in
            defer { barrier.open() }
            try await eventually {
                worker.session.withState { state in
                    state.running.contains { $0.key.id == first && $0.value.stopReason == .timeout }
                }
            }
            barrier.open()
            try await eventually { try await store.state(of: second)?.isTerminal == true }
            #expect(try await store.state(of: second) == .succeeded)
            try await eventually { try await store.state(of: first) == .failed }
        }
        #expect(runs.all == [first, second])
    }
}
