// A worker whose store fails, forgets it, or gives its jobs to others.

import LeveeCore
import LeveeTestSupport
import Testing

@testable import LeveeWorker

@Suite(.timeLimit(.minutes(2)))
struct WorkerFaultTests {
    @Test("results outlive an outage: they are sent again, without a claim, until the store has them")
    func outage() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        store.disturb { $0.settling = { _ in .unavailable("connection refused") } }
        var ids: [JobID] = []
        for _ in 0..<6 { ids.append(try await store.put()) }
        try await withWorker(store, slots: 3, handlers: binding(barrier.handler)) { _, _ in
            barrier.open()
            try await eventually { store.seen.settlements.count >= 4 }
            // The slots are full of results: nothing else was started.
            #expect(barrier.passed.count == 3)
            #expect(store.seen.settlements.dropFirst().allSatisfy { $0.claim == nil })
            store.disturb { $0.settling = nil }
            for id in ids { try await eventually { try await store.state(of: id) == .succeeded } }
        }
        #expect(Set(barrier.passed) == Set(ids))
        #expect(barrier.passed.count == 6)
    }

    @Test("a store that answers heartbeats, but gives no work or takes no results, is silent all the same")
    func silence() async throws {
        let store = ObservedStore()
        store.disturb { $0.waiting = .unavailable("connection refused") }
        try await withWorker(store, lease: .milliseconds(300), handlers: binding(TestHandler { _, _ in })) {
            worker,
            _ in
            try await eventually { worker.silence ?? .zero > .seconds(1) }
            store.disturb { faults in
                faults.waiting = nil
                faults.settling = { _ in .unavailable("connection refused") }
            }
            try await eventually { worker.silence ?? .seconds(1) < .milliseconds(900) }
            try await store.put()
            try await eventually { worker.silence ?? .zero > .seconds(1) }
            store.disturb { $0.settling = nil }
        }
    }

    @Test("leases of results that are kept are prolonged")
    func keptLeases() async throws {
        let store = ObservedStore()
        store.disturb { $0.settling = { _ in .unknownOutcome("timed out") } }
        let id = try await store.put()
        try await withWorker(store, handlers: binding(TestHandler { _, _ in })) { _, _ in
            try await eventually { store.seen.settlements.count >= 2 }
            let beats = store.seen.beats.count
            try await eventually { store.seen.beats.count >= beats + 5 }
            #expect(store.seen.beats.last?.running.map(\.lease.id) == [id])
            #expect(try await store.causes(of: id) == [.submit, .claim])
            store.disturb { $0.settling = nil }
            try await eventually { try await store.state(of: id) == .succeeded }
        }
    }

    @Test("a result that the store will not have does not hold up the others")
    func refused() async throws {
        let store = ObservedStore()
        let bad = try await store.put()
        store.disturb { $0.settling = { $0.map(\.id).contains(bad) ? .refused("too large") : nil } }
        var others: [JobID] = []
        for _ in 0..<3 { others.append(try await store.put()) }
        try await withWorker(store, drainGrace: .milliseconds(50), handlers: binding(TestHandler { _, _ in })) { _, _ in
            for id in others { try await eventually { try await store.state(of: id) == .succeeded } }
            #expect(try await store.state(of: bad) == .running)
        }
    }

    @Test("a handler whose lease is lost is stopped, and nothing is told of it")
    func lost() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let id = try await store.put()
        try await withWorker(store, handlers: binding(barrier.handler)) { _, _ in
            try await eventually { barrier.inside == [id] }
            store.disturb { $0.verdicts = [Lease(id: id, fence: 1): .lost] }
            try await eventually { barrier.canceled == [id] }
            try await eventually { store.seen.beats.last?.running.isEmpty == true }
            // The slot is free again.
            store.disturb { $0.verdicts = [:] }
            barrier.open()
            let next = try await store.put()
            try await eventually { try await store.state(of: next) == .succeeded }
        }
        let lost = Lease(id: id, fence: 1)
        #expect(!store.seen.settlements.flatMap(\.leases).contains(lost))
        #expect(!store.seen.releases.flatMap(\.leases).contains(lost))
    }

    @Test("a job whose end is asked for is stopped and settled as canceled")
    func cancel() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let id = try await store.put()
        try await withWorker(store, handlers: binding(barrier.handler)) { _, _ in
            try await eventually { barrier.inside == [id] }
            #expect(try await store.cancel(id) == .asked)
            try await eventually { try await store.state(of: id) == .canceled }
        }
        #expect(barrier.canceled == [id])
        #expect(try await store.causes(of: id) == [.submit, .claim, .ask, .cancel])
    }

    @Test("heartbeats that fail leave the handlers alone, and their news are told later")
    func failedBeats() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        store.disturb { faults in
            faults.beating = .unavailable("connection refused")
            faults.isTimeless = true
        }
        let id = try await store.put()
        let handler = TestHandler { job, context in
            context.report(Progress(percent: 30))
            try await barrier.pass(job.lease.id)
        }
        try await withWorker(store, handlers: binding(handler)) { _, _ in
            try await eventually { barrier.inside == [id] }
            let beats = store.seen.beats.count
            try await eventually { store.seen.beats.count >= beats + 4 }
            #expect(barrier.inside == [id])
            store.disturb { $0.beating = nil }
            try await eventually { try await store.job(id)?.progress.percent == 30 }
            barrier.open()
            try await eventually { try await store.state(of: id) == .succeeded }
        }
    }

    @Test("a worker that cannot wait for work tries on")
    func failedWaits() async throws {
        let store = ObservedStore()
        store.disturb { $0.waiting = .unavailable("connection refused") }
        let id = try await store.put()
        try await withWorker(store, handlers: binding(TestHandler { _, _ in })) { _, _ in
            try await eventually { store.seen.waits >= 3 }
            #expect(try await store.state(of: id) == .queued)
            store.disturb { $0.waiting = nil }
            try await eventually { try await store.state(of: id) == .succeeded }
        }
    }
}
