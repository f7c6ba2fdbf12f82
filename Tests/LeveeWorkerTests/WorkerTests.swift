// A worker on a store in memory, from the wake-up to the result.

import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Synchronization
import Testing

@testable import LeveeWorker

@Suite(.timeLimit(.minutes(2)))
struct WorkerTests {
    @Test("jobs that wait and jobs that come are run, and their results stored")
    func runs() async throws {
        let store = ObservedStore()
        let early = try await store.put(payload: #"{"n": 1}"#)
        try await withWorker(store, handlers: binding(TestHandler { _, _ in })) { worker, _ in
            try await eventually { try await store.state(of: early) == .succeeded }
            let late = try await store.put()
            try await eventually { try await store.state(of: late) == .succeeded }
            #expect(try await store.job(early)?.result?.inline == Array(#"{"n": 1}"#.utf8))
            #expect(try await store.causes(of: late) == [.submit, .claim, .finish])
            #expect(worker.silence != nil)
        }
    }

    @Test("never more jobs than slots, and as many as there are slots")
    func slots() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        var ids: [JobID] = []
        for _ in 0..<7 { ids.append(try await store.put()) }
        try await withWorker(store, slots: 3, handlers: binding(barrier.handler)) { _, _ in
            try await eventually { barrier.inside.count == 3 }
            let beats = store.seen.beats.count
            try await eventually { store.seen.beats.count >= beats + 2 }
            #expect(barrier.inside.count == 3)
            #expect(try await store.store.figures(of: "default").running == 3)
            barrier.open()
            for id in ids { try await eventually { try await store.state(of: id) == .succeeded } }
        }
        #expect(Set(barrier.passed) == Set(ids))
        #expect(barrier.passed.count == 7)
        #expect(store.seen.claims.allSatisfy { $0.limit <= 3 })
    }

    @Test("what ends during one settlement goes into the next, together with a claim for the slots it frees")
    func batches() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        store.disturb { $0.holdsSettlements = true }
        let first = try await store.put()
        for _ in 0..<29 { try await store.put() }
        let handler = TestHandler { job, _ in if job.lease.id != first { try await barrier.pass(job.lease.id) } }
        try await withWorker(store, slots: 10, handlers: binding(handler)) { worker, _ in
            try await eventually { !store.seen.settlements.isEmpty && barrier.inside.count == 9 }
            barrier.open()
            try await eventually { worker.session.withState { $0.pending.count } == 9 }
            store.disturb { $0.holdsSettlements = false }
            try await eventually { try await store.store.figures(of: "default").succeeded == 30 }
        }
        let settlements = store.seen.settlements
        #expect(settlements[0].leases.map(\.id) == [first])
        #expect(settlements[0].claim?.limit == 1)
        // The job that came with the first call may have ended already.
        #expect((9...10).contains(settlements[1].leases.count))
        #expect(settlements[1].claim?.limit == settlements[1].leases.count)
        #expect(settlements.map(\.leases.count).reduce(0, +) == 30)
        #expect(store.seen.claims.count <= 2)
    }

    @Test("an idle worker waits, beats and ticks, and asks for nothing else")
    func idle() async throws {
        let store = ObservedStore()
        try await withWorker(store, handlers: binding(TestHandler { _, _ in })) { _, _ in
            try await eventually { store.seen.beats.count >= 5 && store.seen.ticks >= 2 && store.seen.waits >= 1 }
            let log = store.seen
            #expect(log.claims.isEmpty && log.settlements.isEmpty && log.releases.isEmpty)
            #expect(log.waits <= log.beats.count + 1, "a wait lasts longer than the pause between two beats")
            #expect(log.beats.allSatisfy { $0.running.isEmpty && $0.slots == 4 && $0.worker == "w1" })
        }
    }

    @Test("progress travels with a heartbeat that does not wait for its time")
    func progress() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let id = try await store.put()
        let handler = TestHandler { job, context in
            context.report(Progress(percent: 10))
            context.report(Progress(percent: 40, stage: "halfway", message: "still at it"))
            try await barrier.pass(job.lease.id)
        }
        try await withWorker(store, lease: .seconds(300), handlers: binding(handler)) { _, _ in
            try await eventually { try await store.job(id)?.progress.percent == 40 }
            #expect(try await store.job(id)?.progress.stage == "halfway")
            barrier.open()
            try await eventually { try await store.state(of: id) == .succeeded }
        }
    }

    @Test("a type that no handler is bound to fails and is tried again")
    func unknownType() async throws {
        let store = ObservedStore()
        let id = try await store.put(type: "other")
        try await withWorker(store, handlers: binding(TestHandler { _, _ in })) { _, _ in
            try await eventually { try await store.state(of: id) == .scheduled }
        }
        let notes = try await store.store.history(of: id)?.filter { $0.cause == .fail }.compactMap(\.note)
        #expect(notes?.first == "unknown-type this worker has no handler for the type \"other\"; it knows: test")
    }

    @Test("a timeout stops the handler and counts as a failure")
    func timeout() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let id = try await store.put(maxAttempts: 1)
        let handlers = binding(barrier.handler, timeout: .milliseconds(50))
        try await withWorker(store, handlers: handlers) { _, _ in
            try await eventually { try await store.state(of: id) == .failed }
        }
        #expect(barrier.canceled == [id])
        #expect(try await store.job(id)?.failure?.code == "timeout")
    }

    @Test("an error of the handler is told by name and tried again by the policy of the type")
    func handlerError() async throws {
        struct Broken: Error {}
        let store = ObservedStore()
        let attempts = Mutex<[Int]>([])
        let handler = TestHandler { _, context in
            attempts.withLock { $0.append(context.attempt) }
            throw Broken()
        }
        let id = try await store.put(maxAttempts: 3)
        let retry = RetryPolicy(maxAttempts: 3, base: .milliseconds(1), cap: .milliseconds(2))
        try await withWorker(store, handlers: binding(handler, retry: retry)) { _, _ in
            try await eventually { try await store.state(of: id) == .failed }
        }
        #expect(attempts.withLock { $0 } == [1, 2, 3])
        #expect(try await store.job(id)?.failure?.code == "handler-error")
        #expect(try await store.job(id)?.failure?.detail == "Broken()")
    }

    @Test("a job that runs alone has nothing beside it")
    func runsAlone() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        store.disturb { $0.claimed = { job in job.runsAlone = job.type == "alone" } }
        let suspect = try await store.put(type: "alone")
        let handlers = binding(barrier.handler, type: "alone").merging(binding(barrier.handler)) { $1 }
        try await withWorker(store, handlers: handlers) { _, _ in
            try await eventually { barrier.inside == [suspect] }
            let other = try await store.put()
            let beats = store.seen.beats.count
            try await eventually { store.seen.beats.count >= beats + 2 }
            #expect(barrier.inside == [suspect])
            #expect(try await store.state(of: other) == .queued)
            barrier.open()
            try await eventually { try await store.state(of: other) == .succeeded }
        }
        #expect(store.seen.claims.first?.isIdle == true)
    }

    @Test("a worker that is set up wrongly does not start")
    func invalid() async throws {
        let store = ObservedStore()
        let configuration = WorkerConfiguration(name: "w 1", slots: 1, queues: [QueueRules(name: "default")])
        let worker = Worker(configuration: configuration, leasing: store, upkeep: store, handlers: [:], logger: quiet)
        await #expect(throws: WorkerConfiguration.Fault.name("w 1")) { try await worker.run() }
    }
}
