// Tests of the one wait that all polls share.

import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Logging
import ServiceLifecycle
import Testing

@testable import LeveeGateway

@Suite("Where outside workers wait", .timeLimit(.minutes(1)))
struct LeaseDeskTests {
    private let store = InMemoryStore(clock: { Harness.start })
    private let desk: LeaseDesk

    init() {
        desk = LeaseDesk(leasing: store, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs the test while the desk hears wake-ups.
    private func withDesk(_ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { [desk] in try await desk.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// Waits for one wake-up.
    private func wakeUp(in queues: [String]) async throws -> WakeUp? {
        try await desk.stay(for: queues, at: ClientConnection()) { stay in
            let calls = try await stay.calls(until: .now + .seconds(60))
            return calls.contains(.leaving) ? nil : stay.takeWakeUp()
        }
    }

    private func ring(_ queue: String) async throws {
        try await store.release([], by: WakeUp(queue: queue, hint: "x"))
    }

    @Test("each wake-up wakes one, who has waited longest for its queue")
    func order() async throws {
        try await withDesk {
            async let first = wakeUp(in: ["a"])
            try await eventually { desk.count == 1 }
            async let second = wakeUp(in: ["a", "b"])
            try await eventually { desk.count == 2 }
            try await ring("a")
            #expect(try await first?.queue == "a")
            #expect(desk.count == 1)
            try await ring("b")
            #expect(try await second?.queue == "b")
        }
    }

    @Test("a wake-up that came too late for its poll goes to another worker")
    func handedOn() async throws {
        try await withDesk {
            let connection = ClientConnection()
            async let poll: Void = desk.stay(for: ["a"], at: connection) { stay in
                // The wake-up lies there, and the client leaves before it is taken.
                _ = try await stay.calls(until: .now + .seconds(60))
            }
            try await eventually { desk.count == 1 }
            try await ring("a")
            try await poll
            let heard = try await store.awaitWork(in: ["a"], timeout: .seconds(50))
            #expect(heard == WakeUp(queue: "a", hint: "x"))
        }
    }

    @Test("there is room for so many, and no more")
    func limit() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<LeaseDesk.mostPolls { group.addTask { _ = try await wakeUp(in: ["a"]) } }
            try await eventually { desk.count == LeaseDesk.mostPolls }
            await #expect(throws: Problem.tooManyPolls) { _ = try await wakeUp(in: ["a"]) }
            desk.close()
            try await group.waitForAll()
        }
        #expect(desk.count == 0)
        #expect(try await wakeUp(in: ["a"]) == nil, "who comes afterwards does not wait")
    }
}
