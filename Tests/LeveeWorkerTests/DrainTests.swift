// How a worker stops.

import LeveeCore
import LeveeTestSupport
import ServiceLifecycleTestKit
import Testing

@testable import LeveeWorker

@Suite(.timeLimit(.minutes(2)))
struct DrainTests {
    /// A worker that the test runs itself.
    private func worker(on store: ObservedStore, slots: Int, grace: Duration, _ barrier: Barrier) -> Worker {
        Worker(
            configuration: WorkerConfiguration(
                name: "w1",
                slots: slots,
                queues: [QueueRules(name: "default")],
                drainGrace: grace
            ),
            leasing: store,
            upkeep: store,
            handlers: binding(barrier.handler),
            logger: quiet
        )
    }

    @Test("what ends within the grace is settled, and nothing new is taken")
    func grace() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let id = try await store.put()
        var late: JobID?
        try await withWorker(store, handlers: binding(barrier.handler)) { _, trigger in
            try await eventually { barrier.inside == [id] }
            trigger.triggerGracefulShutdown()
            late = try await store.put()
            let beats = store.seen.beats.count
            try await eventually { store.seen.beats.count >= beats + 2 }
            barrier.open()
        }
        #expect(try await store.state(of: id) == .succeeded)
        #expect(try await store.state(of: #require(late)) == .queued)
        #expect(store.seen.settlements.last?.claim == nil)
    }

    @Test("what does not is stopped and handed back")
    func handBack() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        var ids: Set<JobID> = []
        for _ in 0..<3 { ids.insert(try await store.put()) }
        try await withWorker(store, drainGrace: .milliseconds(50), handlers: binding(barrier.handler)) { _, _ in
            try await eventually { barrier.inside == ids }
        }
        #expect(Set(barrier.canceled) == ids)
        for id in ids { #expect(try await store.causes(of: id) == [.submit, .claim, .release]) }
        #expect(Set(store.seen.releases.flatMap(\.leases).map(\.id)) == ids)
        #expect(store.seen.settlements.isEmpty)
    }

    @Test("what a last claim brings goes to others at once, not when the worker has ended")
    func lastClaim() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let long = try await store.put()
        try await withWorker(store, handlers: binding(barrier.handler)) { worker, _ in
            try await eventually { barrier.inside == [long] }
            store.disturb { $0.holdsClaims = true }
            let late = try await store.put()
            try await eventually { try await store.state(of: late) == .running }
            worker.retire()
            store.disturb { $0.holdsClaims = false }
            try await eventually { try await store.causes(of: late) == [.submit, .claim, .release] }
            #expect(barrier.inside == [long])
            barrier.open()
        }
        #expect(try await store.state(of: long) == .succeeded)
    }

    @Test("what the store does not take back is offered again")
    func handBackAgain() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let id = try await store.put()
        try await withThrowingTaskGroup(of: Void.self) { group in
            let worker = worker(on: store, slots: 1, grace: .zero, barrier)
            group.addTask { try await worker.run() }
            try await eventually { barrier.inside == [id] }
            store.disturb { $0.releasing = .unknownOutcome("reset by peer") }
            worker.stop()
            try await eventually { store.seen.releases.count >= 3 }
            store.disturb { $0.releasing = nil }
            try await group.waitForAll()
        }
        #expect(try await store.causes(of: id) == [.submit, .claim, .release])
        #expect(store.seen.leaves == ["w1"])
    }

    @Test("a worker that is stopped before it has begun takes nothing")
    func early() async throws {
        let store = ObservedStore()
        let id = try await store.put()
        let worker = worker(on: store, slots: 1, grace: .zero, Barrier())
        worker.stop()
        try await worker.run()
        #expect(try await store.causes(of: id) == [.submit])
        #expect(store.seen.claims.isEmpty)
    }

    @Test("one that retires takes nothing new, ends what it runs without a limit, and signs off")
    func retirement() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let id = try await store.put()
        let worker = worker(on: store, slots: 2, grace: .zero, barrier)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await eventually { barrier.inside == [id] }
            worker.retire()
            try await eventually { store.seen.beats.last?.isDraining == true }
            let late = try await store.put()
            let beats = store.seen.beats.count
            try await eventually { store.seen.beats.count >= beats + 2 }
            #expect(barrier.inside == [id])
            #expect(store.seen.leaves.isEmpty)
            barrier.open()
            try await group.waitForAll()
            #expect(try await store.state(of: late) == .queued)
        }
        #expect(try await store.state(of: id) == .succeeded)
        #expect(store.seen.releases.flatMap(\.leases).isEmpty)
        #expect(store.seen.leaves == ["w1"])
    }

    @Test("a second order to stop does not wait for the grace")
    func hurry() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let id = try await store.put()
        let worker = worker(on: store, slots: 1, grace: .seconds(3_600), barrier)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await eventually { barrier.inside == [id] }
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(try await store.causes(of: id) == [.submit, .claim, .release])
    }

    @Test("a worker that is told to stop does not wait for a store that is gone")
    func abandons() async throws {
        let store = ObservedStore()
        store.disturb { $0.settling = { _ in .unavailable("connection refused") } }
        let id = try await store.put()
        try await withWorker(store, drainGrace: .milliseconds(50), handlers: binding(TestHandler { _, _ in })) { _, _ in
            try await eventually { !store.seen.settlements.isEmpty }
        }
        #expect(try await store.state(of: id) == .running)
    }

    @Test("a wake-up that a full or stopping worker has in hand goes to another", arguments: [true, false])
    func handsOn(isFull: Bool) async throws {
        let store = ObservedStore()
        let session = Session(
            configuration: WorkerConfiguration(name: "w1", slots: 1, queues: [QueueRules(name: "default")]),
            leasing: store,
            handlers: [:],
            logger: quiet
        )
        if isFull { session.start([leasedJob()]) { _ in } } else { session.drain() }
        let wakeUp = WakeUp(queue: "default", hint: "x")
        try await Claimer(session: session).answer(wakeUp)
        #expect(store.seen.releases.map(\.wakeUp) == [wakeUp])
        #expect(store.seen.claims.isEmpty)
    }
}
