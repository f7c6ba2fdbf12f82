// Tests of the room where requests wait: what wakes them, and what it costs.

import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import LeveeGateway

@Suite("Waiting room", .timeLimit(.minutes(1)))
struct WaitingRoomTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A feed that tells only what a test wants it to.
    private final class QuietFeed: JobFeed {
        private let listener = Mutex<(@Sendable (FeedEvent) -> Void)?>(nil)

        func listen(_ onEvent: @escaping @Sendable (FeedEvent) -> Void) async {
            listener.withLock { $0 = onEvent }
            try? await Task.sleep(for: .seconds(3_600))
        }

        var isHeard: Bool { listener.withLock { $0 != nil } }

        func tell(_ event: FeedEvent) { listener.withLock { $0 }?(event) }
    }

    private func withRoom(
        feed: (any JobFeed)? = nil,
        _ body: @escaping @Sendable (Harness, WaitingRoom, ServiceGroup) async throws -> Void
    ) async throws {
        let harness = Harness()
        let room = WaitingRoom(feed: feed ?? harness.store.store, inspection: harness.store, logger: Self.logger)
        let services = ServiceGroup(configuration: .init(services: [room], logger: Self.logger))
        try await withThrowingTaskGroup { group in
            group.addTask { try await services.run() }
            group.addTask {
                try await body(harness, room, services)
                await services.triggerGracefulShutdown()
            }
            try await group.waitForAll()
        }
    }

    private func end(
        of id: JobID,
        in room: WaitingRoom,
        within limit: Duration = .seconds(50),
        at client: ClientConnection = ClientConnection()
    ) async throws -> JobState? {
        try await room.job(id, hearing: .end, until: .now + limit, at: client) { $0.state.isTerminal }?.state
    }

    private func expectEnd(
        _ state: JobState,
        of id: JobID,
        in room: WaitingRoom,
        within limit: Duration = .seconds(50),
        at client: ClientConnection = ClientConnection()
    ) async throws {
        let end = try await end(of: id, in: room, within: limit, at: client)
        #expect(end == state)
    }

    @Test("a thousand that wait for one job cost a few reads")
    func sharedReads() async throws {
        try await withRoom { harness, room, _ in
            let id = try await harness.put()
            let (first, second) = (Gate(), Gate())
            harness.store.hold(.job, at: first)
            try await withThrowingTaskGroup { group in
                for _ in 0..<1_000 { group.addTask { try await expectEnd(.succeeded, of: id, in: room) } }
                try await eventually { room.count == 1_000 }
                harness.store.hold(.job, at: second)
                first.open()
                await second.arrival()
                try await harness.succeed([1])
                second.open()
                try await group.waitForAll()
            }
            #expect(harness.store.counts[.job, default: 0] < 100)
            #expect(room.count == 0)
        }
    }

    @Test("the end of a wait reads the job anew, though nothing was heard of it")
    func lostMessage() async throws {
        try await withRoom(feed: QuietFeed()) { harness, room, _ in
            let id = try await harness.put()
            try await withThrowingTaskGroup { group in
                group.addTask { try await expectEnd(.succeeded, of: id, in: room, within: .milliseconds(500)) }
                try await eventually { harness.store.counts[.job, default: 0] > 0 }
                try await harness.succeed([1])
                try await group.waitForAll()
            }
        }
    }

    @Test("a subscription that begins anew has everybody read again")
    func subscribedAgain() async throws {
        let feed = QuietFeed()
        try await withRoom(feed: feed) { harness, room, _ in
            try await eventually { feed.isHeard }
            var ids: [JobID] = []
            try await withThrowingTaskGroup { group in
                for _ in 0..<1_200 {
                    let id = try await harness.put()
                    ids.append(id)
                    group.addTask { try await expectEnd(.canceled, of: id, in: room) }
                }
                try await eventually { harness.store.counts[.job, default: 0] == 1_200 }
                for id in ids { _ = try await harness.store.cancel(id) }
                feed.tell(.listening)
                try await group.waitForAll()
            }
        }
    }

    @Test("a change that does not matter wakes nobody")
    func quiet() async throws {
        let feed = QuietFeed()
        try await withRoom(feed: feed) { harness, room, _ in
            let id = try await harness.put()
            try await eventually { feed.isHeard }
            try await withThrowingTaskGroup { group in
                group.addTask { try await expectEnd(.canceled, of: id, in: room) }
                try await eventually { harness.store.counts[.job] == 1 }
                for version in 2...9 { feed.tell(.changed([JobChange(id: id, version: version, state: .running)])) }
                _ = try await harness.store.cancel(id)
                feed.tell(.changed([JobChange(id: id, version: 10, state: .canceled)]))
                try await group.waitForAll()
            }
            #expect(harness.store.counts[.job] == 2)
        }
    }

    @Test("a client that leaves ends its wait")
    func leaving() async throws {
        try await withRoom { harness, room, _ in
            let id = try await harness.put()
            let client = ClientConnection()
            try await withThrowingTaskGroup { group in
                group.addTask { try await expectEnd(.queued, of: id, in: room, at: client) }
                try await eventually { room.count == 1 }
                client.leave()
                try await group.waitForAll()
            }
            #expect(try await end(of: id, in: room, at: client) == .queued, "one that has left does not wait at all")
            #expect(room.count == 0)
        }
    }

    @Test("a process that ends lets nobody wait")
    func shutdown() async throws {
        try await withRoom { harness, room, services in
            let id = try await harness.put()
            try await withThrowingTaskGroup { group in
                group.addTask { try await expectEnd(.queued, of: id, in: room) }
                try await eventually { room.count == 1 }
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
            }
            #expect(try await end(of: id, in: room) == .queued)
        }
    }

    @Test("a store that fails for a while does not end a wait that has time")
    func storeFails() async throws {
        let feed = QuietFeed()
        try await withRoom(feed: feed) { harness, room, _ in
            let id = try await harness.put()
            try await eventually { feed.isHeard }
            try await withThrowingTaskGroup { group in
                group.addTask { try await expectEnd(.canceled, of: id, in: room) }
                try await eventually { harness.store.counts[.job, default: 0] == 1 }
                harness.store.fail(.job, with: .unavailable("away"))
                feed.tell(.listening)
                try await eventually { harness.store.counts[.job, default: 0] == 2 }
                _ = try await harness.store.cancel(id)
                harness.store.fail(.job, with: nil)
                try await group.waitForAll()
            }
        }
    }

    @Test("who stays is called again and again, hears of what came meanwhile, and reads only if it wants to")
    func stay() async throws {
        let feed = QuietFeed()
        try await withRoom(feed: feed) { harness, room, _ in
            let id = try await harness.put()
            try await eventually { feed.isHeard }
            let client = ClientConnection()
            try await room.stay(for: id, hearing: .change, at: client) { stay in
                for _ in 0..<3 {
                    let calls = try await stay.calls(until: .now)
                    #expect(calls == .late)
                }
                feed.tell(.changed([JobChange(id: id, version: 2, state: .running)]))
                let heard = try await stay.calls(until: .now + .seconds(50))
                #expect(heard == .news)
                client.leave()
                for _ in 0..<2 {
                    let calls = try await stay.calls(until: .now + .seconds(50))
                    #expect(calls == .leaving, "it has left for good")
                }
            }
            #expect(harness.store.counts[.job] == nil)
            #expect(room.count == 0)
        }
    }
}
