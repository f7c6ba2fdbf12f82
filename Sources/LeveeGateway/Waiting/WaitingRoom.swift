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
    /// How late a wait may end.
    private static let precision = Duration.milliseconds(100)

    private struct State {
        var guests: [JobID: [Int: Waiter]] = [:]
        var count = 0
        var tickets = 0
        var isClosed = false
    }

    private let feed: any JobFeed
    private let reads: SharedJobReads
    private let logger: Logger
    private let state = Mutex(State())
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
        let waiter = Waiter(interest: interest, deadline: deadline)
        let ticket = enter(waiter, for: id)
        connection.watch { waiter.wake(for: .leaving) }
        defer {
            connection.unwatch()
            leave(ticket, for: id)
        }
        guard var last = try await reads.job(id) else { return nil }
        while !isEnough(last) {
            let reason = try await waiter.pause()
            do throws(StoreError) {
                guard let record = try await reads.job(id) else { return nil }
                last = record
            } catch {
                // While there is time, the store may come back.
                guard reason == .news else { throw error }
                continue
            }
            if reason != .news { break }
        }
        return last
    }

    private func enter(_ waiter: Waiter, for id: JobID) -> Int {
        let (ticket, isClosed) = state.withLock { state in
            state.tickets += 1
            state.count += 1
            state.guests[id, default: [:]][state.tickets] = waiter
            return (state.tickets, state.isClosed)
        }
        if isClosed { waiter.wake(for: .leaving) }
        arrivals.continuation.yield()
        return ticket
    }

    private func leave(_ ticket: Int, for id: JobID) {
        state.withLock { state in
            state.count -= 1
            state.guests[id]?[ticket] = nil
            if state.guests[id]?.isEmpty ?? false { state.guests[id] = nil }
        }
    }

    // MARK: Waking

    /// Listens until the process shuts down; then all waits end, with what is known.
    func run() async throws {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await withDiscardingTaskGroup { group in
                    group.addTask { await self.feed.listen { self.hear($0) } }
                    group.addTask { await self.patrol() }
                    group.addTask { await self.rereadOnDemand() }
                    group.addTask { await self.watchDeadlines() }
                }
            }
        } onGracefulShutdown: {
            self.close()
        }
    }

    private func hear(_ event: FeedEvent) {
        switch event {
        case .listening: rereads.continuation.yield()
        case .interrupted: break
        case .changed(let changes):
            let woken = state.withLock { state in
                changes.flatMap { change in
                    let hasEnded = change.state?.isTerminal ?? true
                    return state.guests[change.id]?.values.filter { hasEnded || $0.interest == .change } ?? []
                }
            }
            for waiter in woken { waiter.wake(for: .news) }
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
                for waiter in waiters { waiter.wake(for: .news) }
                try? await Task.sleep(for: Self.batchPause)
            }
        }
    }

    /// Ends the waits whose time is over. One sleep for all: a timer for each would lie in the runtime's queue long after the
    /// wait is over.
    private func watchDeadlines() async {
        for await _ in arrivals.stream {
            while count > 0, !Task.isCancelled {
                try? await Task.sleep(for: Self.precision, tolerance: .milliseconds(10))
                let now = ContinuousClock.now
                let late = state.withLock { state in
                    state.guests.values.flatMap { $0.values.filter { $0.deadline <= now } }
                }
                for waiter in late { waiter.wake(for: .leaving) }
            }
        }
    }

    private func close() {
        let all = state.withLock { state in
            state.isClosed = true
            return state.guests.values.flatMap(\.values)
        }
        if !all.isEmpty { logger.info("Ending waits", metadata: ["requests": "\(all.count)"]) }
        for waiter in all { waiter.wake(for: .leaving) }
    }
}
