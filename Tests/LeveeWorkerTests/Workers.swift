// What the tests of the worker share: workers that run for the length of a test, and handlers that do as they are told.

import LeveeCore
import Logging
import ServiceLifecycleTestKit
import Synchronization
import Testing

@testable import LeveeWorker

/// A handler made of a closure.
struct TestHandler: PayloadHandler {
    var isQuick = false
    let body: @Sendable (LeasedJob, JobContext) async throws -> Void

    func handle(_ job: LeasedJob, payload: Content, context: JobContext) async throws -> JobResult {
        try await body(job, context)
        return JobResult(content: payload)
    }
}

/// Keeps handlers waiting until it is opened, and knows which are in it.
final class Barrier: Sendable {
    private struct State {
        var isOpen = false
        var inside: Set<JobID> = []
        var passed: [JobID] = []
        var canceled: [JobID] = []
    }

    private let state = Mutex(State())

    var inside: Set<JobID> { state.withLock { $0.inside } }
    var passed: [JobID] { state.withLock { $0.passed } }
    var canceled: [JobID] { state.withLock { $0.canceled } }

    func open() { state.withLock { $0.isOpen = true } }

    func pass(_ id: JobID) async throws {
        state.withLock { _ = $0.inside.insert(id) }
        do {
            while !state.withLock({ $0.isOpen }) { try await Task.sleep(for: .milliseconds(2)) }
        } catch {
            state.withLock { state in
                state.inside.remove(id)
                state.canceled.append(id)
            }
            throw error
        }
        state.withLock { state in
            state.inside.remove(id)
            state.passed.append(id)
        }
    }

    var handler: TestHandler { TestHandler { job, _ in try await self.pass(job.lease.id) } }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

func binding(
    _ handler: any PayloadHandler,
    type: String = "test",
    timeout: Duration = .seconds(60),
    retry: RetryPolicy = RetryPolicy(),
    maxResultBytes: Int = 1 << 20
) -> [String: HandlerBinding] {
    let type = JobType(name: type, maxResultBytes: maxResultBytes, timeout: timeout, retry: retry)
    return [type.name: HandlerBinding(type: type, handler: handler)]
}

/// Runs a worker while `body` runs, then drains it.
func withWorker(
    _ store: ObservedStore,
    slots: Int = 4,
    lease: Duration = .seconds(2),
    drainGrace: Duration = .seconds(20),
    handlers: [String: HandlerBinding],
    _ body: (Worker, GracefulShutdownTestTrigger) async throws -> Void
) async throws {
    let configuration = WorkerConfiguration(
        name: "w1",
        slots: slots,
        queues: [QueueRules(name: "default")],
        lease: lease,
        wakeTimeout: .seconds(1),
        drainGrace: drainGrace
    )
    let worker = Worker(configuration: configuration, leasing: store, upkeep: store, handlers: handlers, logger: quiet)
    try await testGracefulShutdown { trigger in
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            do {
                try await body(worker, trigger)
            } catch {
                group.cancelAll()
                throw error
            }
            trigger.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }
}

func leasedJob(_ number: Int = 1, fence: Int = 1, attempt: Int = 1, runsAlone: Bool = false) -> LeasedJob {
    LeasedJob(
        lease: Lease(id: JobID(trusted: "00job\(number)"), fence: fence),
        type: "test",
        queue: "default",
        priority: .normal,
        attempt: attempt,
        maxAttempts: 3,
        payload: Content(mediaType: "text/plain", bytes: [1]),
        createdAt: Timestamp(milliseconds: 0),
        runsAlone: runsAlone
    )
}
