// Where outside workers wait for work: one wait at the store for all of them.

import LeveeCore
import Logging
import ServiceLifecycle
import Synchronization

/// Lets polls of outside workers wait for wake-ups.
///
/// However many polls there are, the store is asked once, for the queues of all of them. A wake-up goes to the poll that has
/// waited longest for its queue; one that nobody here can use is handed on to other workers, so that none is lost.
final class LeaseDesk: Service {
    /// How many polls may wait at once; each holds a connection, and beats while it waits.
    static let mostPolls = 128
    /// How long the store is asked for at a time.
    private static let timeout = Duration.seconds(5)

    private struct Poll {
        let queues: Set<String>
        let waiter: Waiter
        var wakeUp: WakeUp?
        /// Whether it sees to a wake-up, and waits for no other one meanwhile.
        var isBusy = false

        var isFree: Bool { wakeUp == nil && !isBusy }
    }

    private struct State {
        /// Those that wait, by their tickets: the lower, the longer.
        var polls: [Int: Poll] = [:]
        var tickets = 0
        /// What the store is being asked for.
        var asked: Set<String> = []
        var isClosed = false

        /// The queues of all that wait for a wake-up.
        var wanted: Set<String> {
            polls.values.reduce(into: []) { wanted, poll in
                if poll.isFree { wanted.formUnion(poll.queues) }
            }
        }
    }

    private let leasing: any JobLeasing
    private let logger: Logger
    private let state = Mutex(State())
    private let outage = Mutex(StoreOutage())
    private let metrics = WaitMetrics(.lease)
    /// Rings when somebody waits for a queue that the store is not asked for.
    private let arrivals = Signal()

    init(leasing: any JobLeasing, logger: Logger) {
        self.leasing = leasing
        self.logger = logger
    }

    /// How many polls wait.
    var count: Int { state.withLock { $0.polls.count } }

    // MARK: Waiting

    /// Lets a poll wait for as long as the closure takes.
    ///
    /// - Throws: ``Problem/tooManyPolls`` if there is no room, and what the closure throws.
    func stay<Outcome>(
        for queues: [String],
        at connection: ClientConnection,
        _ body: (Stay) async throws -> Outcome
    ) async throws -> Outcome {
        let waiter = Waiter(interest: .change)
        let ticket = try enter(Poll(queues: Set(queues), waiter: waiter))
        metrics.began(.lease)
        connection.watch { waiter.call(.leaving) }
        let outcome: Result<Outcome, any Error>
        do {
            outcome = .success(try await body(Stay(desk: self, ticket: ticket, waiter: waiter)))
        } catch {
            outcome = .failure(error)
        }
        connection.unwatch()
        metrics.ended(.lease)
        let unused = state.withLock { $0.polls.removeValue(forKey: ticket)?.wakeUp }
        if let unused { await pass(unused) }
        return try outcome.get()
    }

    /// A poll that waits.
    struct Stay {
        fileprivate let desk: LeaseDesk
        fileprivate let ticket: Int
        fileprivate let waiter: Waiter

        /// Waits to be called.
        ///
        /// - Parameter deadline: When to be called at the latest.
        /// - Returns: Why it was; with news there is a wake-up to be taken.
        /// - Throws: `CancellationError`.
        func calls(until deadline: ContinuousClock.Instant) async throws -> Waiter.Calls {
            desk.wait(ticket)
            return try await withThrowingTaskGroup(of: Void.self) { [waiter] group in
                group.addTask {
                    guard (try? await Task.sleep(until: deadline, clock: .continuous)) != nil else { return }
                    waiter.call(.late)
                }
                defer { group.cancelAll() }
                return try await waiter.pause()
            }
        }

        /// Takes the wake-up that was meant for this poll: from here on it is the caller's to use or to pass on.
        func takeWakeUp() -> WakeUp? {
            desk.state.withLock { state in
                let wakeUp = state.polls[ticket]?.wakeUp
                state.polls[ticket]?.wakeUp = nil
                state.polls[ticket]?.isBusy = wakeUp != nil
                return wakeUp
            }
        }
    }

    private func enter(_ poll: Poll) throws -> Int {
        let (ticket, isClosed) = try state.withLock { state in
            guard state.polls.count < Self.mostPolls else { throw Problem.tooManyPolls }
            state.tickets += 1
            state.polls[state.tickets] = poll
            return (state.tickets, state.isClosed)
        }
        if isClosed { poll.waiter.call(.leaving) }
        return ticket
    }

    /// Has the store asked for the queues of a poll, if it is not.
    private func wait(_ ticket: Int) {
        let isNews = state.withLock { state in
            state.polls[ticket]?.isBusy = false
            return state.polls[ticket].map { !$0.queues.isSubset(of: state.asked) } ?? false
        }
        if isNews { arrivals.ring() }
    }

    /// Ends all waits, and lets nobody wait any more.
    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            return state.polls.values.map(\.waiter)
        }
        for waiter in all { waiter.call(.leaving) }
    }

    // MARK: Waking

    /// Hears wake-ups until the process shuts down.
    func run() async throws {
        await cancelWhenGracefulShutdown { await self.hear() }
        close()
    }

    private func hear() async {
        while !Task.isCancelled {
            let queues = state.withLock { state in
                state.asked = state.wanted
                return state.asked.sorted()
            }
            guard !queues.isEmpty else {
                await arrivals.wait()
                continue
            }
            switch await wakeUp(in: queues) {
            case .success(let wakeUp):
                if case .ended(let time) = outage.withLock({ $0.succeeded("await") }) {
                    logger.notice("The store works again", metadata: ["after": "\(time.components.seconds) s"])
                }
                if let wakeUp { await pass(wakeUp) }
            case .failure(let error):
                if case .began = outage.withLock({ $0.failed("await") }) {
                    logger.error("The store fails those who wait for work", metadata: ["error": "\(error)"])
                }
                try? await Task.sleep(for: WaitingRoom.outagePause)
            }
        }
    }

    /// Asks the store for a wake-up, until somebody wants another queue as well.
    private func wakeUp(in queues: [String]) async -> Result<WakeUp?, StoreError> {
        let timeout = Self.timeout * Double.random(in: 0.8...1.2)
        return await canceled(by: arrivals) { [leasing] in
            do throws(StoreError) {
                return .success(try await leasing.awaitWork(in: queues, timeout: timeout))
            } catch {
                return .failure(error)
            }
        } ?? .success(nil)
    }

    /// Gives a wake-up to the poll that has waited longest for its queue, else to another worker.
    func pass(_ wakeUp: WakeUp) async {
        let waiter = state.withLock { state -> Waiter? in
            guard !state.isClosed else { return nil }
            let fitting = state.polls.filter { $0.value.isFree && $0.value.queues.contains(wakeUp.queue) }
            guard let ticket = fitting.keys.min() else { return nil }
            state.polls[ticket]?.wakeUp = wakeUp
            return fitting[ticket]?.waiter
        }
        guard let waiter else {
            // If that fails the next tick wakes somebody.
            _ = await shielded { [leasing] in try? await leasing.release([], by: wakeUp) }
            return
        }
        waiter.call(.news)
    }
}
