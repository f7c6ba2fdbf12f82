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

    @Test("those that a draining worker has not begun when the grace is over are handed back")
    func drained() async throws {
        let store = ObservedStore()
        let (barrier, runs) = (Barrier(), Runs())
        let first = try await store.put()
        let second = try await store.put()
        let handler = TestHandler(isQuick: true) { job, _ in
            runs.append(job.lease.id)
            try await barrier.pass(job.lease.id)
        }
        try await withWorker(store, drainGrace: .milliseconds(50), handlers: binding(handler)) { worker, trigger in
            try await eventually { barrier.inside == [first] }
            trigger.triggerGracefulShutdown()
            try await eventually { worker.session.expired.isSet }
            barrier.open()
        }
        #expect(runs.all == [first])
        #expect(try await store.state(of: first) == .succeeded)
        #expect(try await store.causes(of: second) == [.submit, .claim, .release])
    }
}
