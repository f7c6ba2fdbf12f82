// What all who look at the dashboard of this front end see: read once for all of them, and not at all while nobody looks.

import LeveeCore
import NIOCore
import ServiceLifecycle
import Synchronization

/// Reads the deployment while there are viewers, and gives each of them every reading as a server-sent event (WHATWG HTML, section
/// 9.2).
final class DashboardFeed: Service {
    /// How often the store is read, unless that takes much.
    static let interval = Duration.seconds(1)
    /// How much may be read in a second: about as many commands of the store.
    private static let budget = 40

    private struct State {
        var viewers: [Int: AsyncStream<ByteBuffer>.Continuation] = [:]
        var tickets = 0
        var isClosed = false
        var history = DashboardHistory()
        /// The history as an event, until it changes.
        var opening: ByteBuffer?
        /// The last event, while it is news.
        var last: ByteBuffer?
        /// The time of the last good reading, by the store's clock and by this process'.
        var seen: (time: Timestamp, at: Timestamp)?
    }

    private let fleet: FleetWatch
    private let memory: MemoryWatch
    private let now: @Sendable () -> Timestamp
    private let state = Mutex(State())
    private let arrivals = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// - Parameters:
    ///   - fleet: Where the readings come from.
    ///   - memory: What is known of the store's memory.
    ///   - now: The time of this process.
    init(fleet: FleetWatch, memory: MemoryWatch, now: @escaping @Sendable () -> Timestamp) {
        self.fleet = fleet
        self.memory = memory
        self.now = now
    }

    /// How many look.
    var viewers: Int { state.withLock { $0.viewers.count } }

    // MARK: Looking

    /// Lets a client look for as long as the closure takes, or until it leaves or the process is about to end.
    ///
    /// - Parameters:
    ///   - client: Whose connection it is.
    ///   - body: Gets what to send first, and then what is sent as time goes by; what a slow client misses is not sent later.
    /// - Throws: What the closure throws.
    func watch(
        at client: ClientConnection,
        _ body: (ByteBuffer, AsyncStream<ByteBuffer>) async throws -> Void
    ) async throws {
        let (events, continuation) = AsyncStream<ByteBuffer>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (ticket, opening) = enter(continuation)
        client.watch { continuation.finish() }
        defer {
            client.unwatch()
            leave(ticket)
        }
        try await body(opening, events)
    }

    private func enter(_ viewer: AsyncStream<ByteBuffer>.Continuation) -> (ticket: Int, opening: ByteBuffer) {
        let entry = state.withLock { state in
            // Made by the first who comes after a reading, for all who come before the next.
            let opening = state.opening ?? Self.event("history", state.history.bytes)
            state.opening = opening
            state.tickets += 1
            state.viewers[state.tickets] = viewer
            if let last = state.last { viewer.yield(last) }
            if state.isClosed { viewer.finish() }
            return (state.tickets, opening)
        }
        arrivals.continuation.yield()
        return entry
    }

    private func leave(_ ticket: Int) {
        state.withLock { state in
            state.viewers[ticket] = nil
            // Who comes next is not to be shown what may be long past.
            if state.viewers.isEmpty { state.last = nil }
        }
    }

    // MARK: Reading

    /// Reads while somebody looks, until the process shuts down.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.arrivals.stream {
                while self.viewers > 0, !Task.isCancelled {
                    let began = ContinuousClock.now
                    let pause = await self.read()
                    try? await Task.sleep(until: began + pause)
                }
            }
        }
        close()
    }

    /// Reads once for all.
    ///
    /// - Returns: After how long to read again.
    func read() async -> Duration {
        do throws(StoreError) {
            let overview = try await fleet.overview()
            let pause = Self.pause(after: overview)
            let document = FleetDocument.all(of: overview) { json in
                json.name("intervalSeconds")
                json.seconds(pause)
                json.name("memory")
                write(memory.last, to: &json)
            }
            send("snapshot", document) { state in
                state.history.add(overview)
                state.opening = nil
                state.seen = (overview.time, now())
            }
            return pause
        } catch {
            let seen = state.withLock { $0.seen }
            var json = JSONWriter()
            json.object { json in
                json.member("seenAt", seen?.time.rfc3339)
                json.name("seenSecondsAgo")
                if let seen { json.seconds(max(.zero, now() - seen.at)) } else { json.null() }
                json.member("detail", Problem(error).detail)
            }
            send("outage", json.bytes) { _ in }
            return Self.interval
        }
    }

    /// After how long to read again: a large deployment costs the store more, and is read less often.
    static func pause(after overview: FleetOverview) -> Duration {
        let lists = overview.queues.reduce(0) { sum, queue in
            sum + Priority.allCases.count { queue.figures.ready($0) > 0 }
        }
        let cost = 2 * (overview.queues.count + lists) + overview.workers.count
        return interval * Swift.max(1, (cost + budget - 1) / budget)
    }

    private func write(_ memory: StoreMemory?, to json: inout JSONWriter) {
        guard let memory else { return json.null() }
        json.object { json in
            json.member("used", memory.used)
            json.member("limit", memory.limit)
            json.member("full", self.memory.isFull)
        }
    }

    private func send(_ name: String, _ document: [UInt8], _ note: (inout State) -> Void) {
        let event = Self.event(name, document)
        let viewers = state.withLock { state in
            note(&state)
            // Who comes when all have left meanwhile is not to be shown what may be long past.
            state.last = state.viewers.isEmpty ? nil : event
            return Array(state.viewers.values)
        }
        for viewer in viewers { viewer.yield(event) }
    }

    private static func event(_ name: String, _ document: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
        buffer.writeBytes(document)
        buffer.writeString("\n\n")
        return buffer
    }

    /// Ends all streams, and lets nobody look any more.
    func close() {
        let viewers = state.withLock { state in
            state.isClosed = true
            return Array(state.viewers.values)
        }
        for viewer in viewers { viewer.finish() }
    }
}
