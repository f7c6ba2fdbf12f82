// Where requests wait for jobs: one subscription for the whole front end, a read where something has changed.

import LeveeCore
import Logging
import ServiceLifecycle
import Synchronization

/// Lets requests wait for a change of a job.
///
/// Whoever waits enters the room first and reads the job then: so either the read sees the change, or the message does that
/// wakes the waiter. Messages are hints, and can be lost: what counts is read from the store, on every subscription that has
/// begun anew, once a minute, and at the end of the wait.
final class WaitingRoom: Service {
    /// How often everybody is woken to read again, in case a message was lost.
    private static let patrol = Duration.seconds(60)
    /// How many jobs are read again at once where all are, and how long until the next ones are.
    private static let batch = 500
    private static let batchPause = Duration.milliseconds(20)
    /// How long to wait before a job is read again that could not be read.
    static let outagePause = Duration.seconds(1)

    private struct State {
        var guests: [JobID: [Int: Waiter]] = [:]
        var deadlines = Deadlines()
        var count = 0
        var tickets = 0
        var isClosed = false
        var hasListened = false
    }

    private let feed: any JobFeed
    private let reads: SharedJobReads
    private let logger: Logger
    private let state = Mutex(State())
    private let metrics = WaitMetrics(.job, .events)
    private let feedMetrics = WaitMetrics.Feed()
    private let arrivals = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    private let rereads = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(feed: any JobFeed, inspection: any JobInspection, logger: Logger) {
        self.feed = feed
        self.logger = logger
        reads = SharedJobReads(inspection: inspection)
    }

    /// How many requests wait.
    var count: Int { state.withLock { $0.count } }

    /// Whether the process is about to end, and nobody waits any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// What a waiting request wants to hear of.
    enum Interest: Sendable {
        case end
        case change
    }

    // MARK: Waiting

    /// Reads a job once; requests that ask for the same one meanwhile share a read.
    ///
    /// - Returns: `nil` if nothing of it is left.
    /// - Throws: ``StoreError`` if it could not be read.
    func job(_ id: JobID) async throws(StoreError) -> JobRecord? { try await reads.job(id) }

    /// Reads a job again and again until it is as wanted.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - interest: Which changes may make a difference.
    ///   - deadline: When to give up.
    ///   - connection: Whose client waits; the wait ends when it leaves.
    ///   - isEnough: Whether the wait is over.
    /// - Returns: The job as it was last read, whether it is as wanted or not; `nil` if nothing of it is left.
    /// - Throws: ``StoreError`` if it could not be read at first, or at the end; `CancellationError`.
    func job(
        _ id: JobID,
        hearing interest: Interest,
        until deadline: ContinuousClock.Instant,
        at connection: ClientConnection,
        when isEnough: @Sendable (JobRecord) -> Bool
    ) async throws -> JobRecord? {
        try await stay(for: id, hearing: interest, at: connection) { stay in
            guard var last = try await reads.job(id) else { return nil }
            var isStale = false
            while !isEnough(last) {
                let calls = try await stay.calls(until: isStale ? min(deadline, .now + Self.outagePause) : deadline)
                let isOver = calls.contains(.leaving) || .now >= deadline
                do throws(StoreError) {
                    guard let record = try await reads.job(id) else { return nil }
                    last = record
                    isStale = false
                } catch {
                    // While there is time, the store may come back; nobody need call then.
                    guard !isOver else { throw error }
                    isStale = true
                }
                if isOver { break }
            }
            return last
        }
    }

    /// Lets a request stay for as long as the closure takes, and hear of all changes meanwhile: what is read of the job in the
    /// closure is as it was then, or a call comes.
    func stay<Outcome>(
        for id: JobID,
        hearing interest: Interest,
        at connection: ClientConnection,
        as kind: WaitMetrics.Kind = .job,
        _ body: (Stay) async throws -> Outcome
    ) async throws -> Outcome {
        let waiter = Waiter(interest: interest)
        let ticket = enter(waiter, for: id)
        metrics.began(kind)
        connection.watch { waiter.call(.leaving) }
        defer {
            connection.unwatch()
            leave(ticket, for: id)
            metrics.ended(kind)
        }
        return try await body(Stay(room: self, ticket: ticket, waiter: waiter))
    }

    /// A request in the room.
    struct Stay {
        fileprivate let room: WaitingRoom
        fileprivate let ticket: Int
        fileprivate let waiter: Waiter

        /// Waits to be called.
        ///
        /// - Parameter deadline: When to be called at the latest.
        /// - Returns: Why it was.
        /// - Throws: `CancellationError`.
        func calls(until deadline: ContinuousClock.Instant) async throws -> Waiter.Calls {
            room.state.withLock { $0.deadlines.set(ticket, waiter, at: deadline) }
            return try await waiter.pause()
        }
    }

    private func enter(_ waiter: Waiter, for id: JobID) -> Int {
        let (ticket, isClosed) = state.withLock { state in
            state.tickets += 1
            state.count += 1
            state.guests[id, default: [:]][state.tickets] = waiter
            return (state.tickets, state.isClosed)
        }
        if isClosed { waiter.call(.leaving) }
        arrivals.continuation.yield()
        return ticket
    }

    private func leave(_ ticket: Int, for id: JobID) {
        state.withLock { state in
            state.count -= 1
            state.deadlines.remove(ticket)
            state.guests[id]?[ticket] = nil
            if state.guests[id]?.isEmpty ?? false { state.guests[id] = nil }
        }
    }

    // MARK: Waking

    /// Listens until the process shuts down; then all waits end, with what is known.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.feed.listen { self.hear($0) } }
                group.addTask { await self.patrol() }
                group.addTask { await self.rereadOnDemand() }
                group.addTask { await self.watchDeadlines() }
            }
        }
        close()
    }

    private func hear(_ event: FeedEvent) {
        switch event {
        case .listening:
            feedMetrics.began(
                isFirst: state.withLock { state in
                    defer { state.hasListened = true }
                    return !state.hasListened
                }
            )
            rereads.continuation.yield()
        case .interrupted: feedMetrics.ended()
        case .changed(let changes):
            let woken = state.withLock { state in
                changes.flatMap { change in
                    let hasEnded = change.state?.isTerminal ?? true
                    return state.guests[change.id]?.values.filter { hasEnded || $0.interest == .change } ?? []
                }
            }
            for waiter in woken { waiter.call(.news) }
        }
    }

    private func patrol() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.patrol)
            rereads.continuation.yield()
        }
    }

    /// Has everybody read again, a bounded number of jobs at a time.
    private func rereadOnDemand() async {
        for await _ in rereads.stream {
            var ids = state.withLock { Array($0.guests.keys) }[...]
            while !ids.isEmpty, !Task.isCancelled {
                let some = ids.prefix(Self.batch)
                ids = ids.dropFirst(Self.batch)
                let waiters = state.withLock { state in some.flatMap { state.guests[$0]?.values.map(\.self) ?? [] } }
                for waiter in waiters { waiter.call(.news) }
                try? await Task.sleep(for: Self.batchPause)
            }
        }
    }

    /// Calls those whose time is over. One sleep for all: a timer for each would lie in the runtime's queue long after the
    /// wait is over.
    private func watchDeadlines() async {
        for await _ in arrivals.stream {
            while count > 0, !Task.isCancelled {
                try? await Task.sleep(for: Deadlines.precision, tolerance: .milliseconds(10))
                let late = state.withLock { $0.deadlines.takeDue(at: .now) }
                for waiter in late { waiter.call(.late) }
            }
        }
    }

    /// Ends all waits, with what is known, and lets nobody wait any more.
    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            return state.guests.values.flatMap(\.values)
        }
        if !all.isEmpty { logger.info("Ending waits", metadata: ["requests": "\(all.count)"]) }
        for waiter in all { waiter.call(.leaving) }
    }
}
