// Tests of what those see who look at the dashboard, and of what it costs the store.

import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import LeveeGateway

@Suite("What the dashboard shows", .timeLimit(.minutes(1)))
struct DashboardFeedTests {
    /// A fleet of one queue that is read from memory, or away.
    private final class CountedFleet: FleetInspection {
        let store: InMemoryStore
        private let calls = Mutex(0)
        private let isAway = Mutex(false)

        init(_ store: InMemoryStore) { self.store = store }

        var reads: Int { calls.withLock { $0 } }

        func set(away: Bool) { isAway.withLock { $0 = away } }

        func overview() async throws(StoreError) -> FleetOverview {
            calls.withLock { $0 += 1 }
            if isAway.withLock({ $0 }) { throw .unavailable("gone") }
            return try await store.overview()
        }
    }

    private struct Scene: Sendable {
        let clock = ManualClock(Harness.start)
        let fleet: CountedFleet
        let feed: DashboardFeed

        /// - Parameter now: The time of the process, if it is not that of the store.
        init(now: (@Sendable () -> Timestamp)? = nil) {
            let clock = clock
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let fleet = CountedFleet(InMemoryStore(clock: { clock.now }))
            self.fleet = fleet
            let memory = MemoryWatch(upkeep: fleet.store, threshold: 90, logger: logger)
            let now = now ?? { clock.now }
            let watch = FleetWatch(inspection: fleet, logger: logger, now: now)
            feed = DashboardFeed(fleet: watch, memory: memory, now: now)
        }

        func submit() async throws {
            let payload = Content(mediaType: "text/plain", bytes: [1])
            let job = NewJob(id: fleet.store.newID(), type: "echo", queue: "small", payload: payload)
            _ = try await fleet.store.submit(job, rules: QueueRules(name: "small"))
        }

        /// Looks, and gives the first event and as many others as are wanted.
        func look(_ count: Int, at client: ClientConnection = ClientConnection()) async throws -> [String] {
            var seen: [String] = []
            try await feed.watch(at: client) { first, events in
                seen.append(String(buffer: first))
                for await event in events {
                    seen.append(String(buffer: event))
                    if seen.count > count { break }
                }
            }
            return seen
        }
    }

    @Test("one reading is for all that look")
    func shared() async throws {
        let scene = Scene()
        try await scene.submit()
        let looks = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<5 { group.addTask { try await scene.look(1) } }
            try await eventually { scene.feed.viewers == 5 }
            let pause = await scene.feed.read()
            #expect(pause == .seconds(1))
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(scene.fleet.reads == 1)
        #expect(looks.count == 5)
        #expect(Set(looks).count == 1)
        #expect(looks.first?.first == "event: history\ndata: {\"times\":[],\"queues\":{}}\n\n")
        let snapshot = try #require(looks.first?.last)
        #expect(
            snapshot.hasPrefix(
                "event: snapshot\ndata: {\"time\":\"2026-11-21T22:43:05.123Z\",\"queues\":[{\"name\":\"small\""
            )
        )
        #expect(snapshot.contains("\"workers\":[],\"autoscaler\":{"))
        #expect(snapshot.hasSuffix(",\"intervalSeconds\":1,\"memory\":null}\n\n"))
        #expect(scene.feed.viewers == 0)
    }

    @Test("who comes later sees what there was before, and the last reading at once")
    func later() async throws {
        let scene = Scene()
        try await scene.submit()
        _ = await scene.feed.read()
        scene.clock.advance(by: .seconds(1))
        try await scene.submit()
        try await withThrowingTaskGroup(of: [String].self) { group in
            group.addTask { try await scene.look(.max) }
            try await eventually { scene.feed.viewers == 1 }
            _ = await scene.feed.read()
            let seen = try await scene.look(1)
            #expect(seen.first?.contains("\"times\":[1795300985123,1795300986123]") == true)
            #expect(seen.first?.contains("\"small\":{\"ready\":[1,2],\"inFlight\":[0,0],\"submitted\":[1,2]") == true)
            #expect(seen.last?.contains("\"ready\":2") == true)
            group.cancelAll()
        }
    }

    @Test("what there was before is made once a reading, for all who come")
    func opening() async throws {
        let scene = Scene()
        func first() async throws -> ByteBuffer {
            var opening = ByteBuffer()
            try await scene.feed.watch(at: ClientConnection()) { first, _ in opening = first }
            return opening
        }
        func place(_ buffer: ByteBuffer) -> UnsafeRawPointer? { buffer.withUnsafeReadableBytes(\.baseAddress) }
        let (one, other) = (try await first(), try await first())
        #expect(place(one) == place(other), "both are the same bytes, not a copy")
        try await scene.submit()
        _ = await scene.feed.read()
        #expect(String(buffer: try await first()).contains("\"small\""))
    }

    @Test("nothing is read before somebody looks, and the end of the process ends all looks")
    func service() async throws {
        let scene = Scene(now: WallClock.now)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(configuration: .init(services: [scene.feed], logger: logger))
        try await withThrowingTaskGroup(of: [String].self) { tasks in
            tasks.addTask {
                try await group.run()
                return []
            }
            #expect(scene.fleet.reads == 0)
            #expect(try await scene.look(2).count == 3)
            #expect(scene.fleet.reads >= 2)
            tasks.addTask { try await scene.look(.max) }
            try await eventually { scene.feed.viewers == 1 }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(scene.feed.viewers == 0)
        #expect(try await scene.look(.max).count == 1, "who comes now is let go at once")
    }

    @Test("a client that leaves is not kept")
    func leaving() async throws {
        let scene = Scene()
        let client = ClientConnection()
        try await withThrowingTaskGroup(of: [String].self) { group in
            group.addTask { try await scene.look(.max, at: client) }
            try await eventually { scene.feed.viewers == 1 }
            client.leave()
            try await group.waitForAll()
        }
        #expect(scene.feed.viewers == 0)
    }

    @Test("while the store is away it says so, and since when; then it goes on")
    func outage() async throws {
        let scene = Scene()
        try await withThrowingTaskGroup(of: [String].self) { group in
            group.addTask { try await scene.look(1) }
            try await eventually { scene.feed.viewers == 1 }
            scene.fleet.set(away: true)
            _ = await scene.feed.read()
            let first = try #require(try await group.next())
            #expect(
                first.last?.hasPrefix("event: outage\ndata: {\"seenAt\":null,\"seenSecondsAgo\":null,\"detail\":\"")
                    == true
            )
            scene.fleet.set(away: false)
            scene.clock.advance(by: .seconds(1))
            _ = await scene.feed.read()
            scene.clock.advance(by: .seconds(12))
            scene.fleet.set(away: true)
            group.addTask { try await scene.look(1) }
            try await eventually { scene.feed.viewers == 1 }
            _ = await scene.feed.read()
            let second = try #require(try await group.next())
            let expected = "event: outage\ndata: {\"seenAt\":\"2026-11-21T22:43:06.123Z\",\"seenSecondsAgo\":12,"
            #expect(second.last?.hasPrefix(expected) == true)
        }
    }

    @Test("a large deployment is read less often, so that it costs the store no more")
    func pace() {
        func overview(queues: Int, ready: Int, workers: Int) -> FleetOverview {
            let time = Harness.start
            return FleetOverview(
                time: time,
                queues: (0..<queues).map {
                    QueueOverview(name: "\($0)", figures: QueueFigures(entered: [0, ready, 0]))
                },
                workers: (0..<workers).map {
                    WorkerOverview(
                        name: "\($0)",
                        host: "h",
                        processID: 1,
                        slots: 1,
                        queues: [],
                        startedAt: time,
                        seenAt: time
                    )
                }
            )
        }
        #expect(DashboardFeed.pause(after: overview(queues: 0, ready: 0, workers: 0)) == .seconds(1))
        #expect(DashboardFeed.pause(after: overview(queues: 8, ready: 1, workers: 8)) == .seconds(1))
        #expect(DashboardFeed.pause(after: overview(queues: 20, ready: 0, workers: 1)) == .seconds(2))
        #expect(DashboardFeed.pause(after: overview(queues: 50, ready: 9, workers: 200)) == .seconds(10))
    }

    @Test("what is older than three minutes is forgotten, and all when the clock of the store was set back")
    func history() {
        func overview(_ seconds: Int, _ ready: Int) -> FleetOverview {
            let figures = QueueFigures(entered: [0, ready, 0])
            return FleetOverview(
                time: Harness.start + .seconds(seconds),
                queues: [QueueOverview(name: "small", figures: figures)],
                workers: []
            )
        }
        var history = DashboardHistory()
        for second in 0...200 { history.add(overview(second, second)) }
        var text = String(decoding: history.bytes, as: UTF8.self)
        #expect(text.hasPrefix("{\"times\":[1795301005123,"))
        #expect(text.contains("\"ready\":[20,21,"))
        #expect(text.contains(",200],"))
        history.add(overview(-5, 7))
        text = String(decoding: history.bytes, as: UTF8.self)
        #expect(text.hasPrefix("{\"times\":[1795300980123],\"queues\":{\"small\":{\"ready\":[7],"))
    }
}
