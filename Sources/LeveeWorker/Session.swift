// One run of a worker: its state behind a lock, and the signals by which its duties wake one another.

import LeveeCore
import LeveeMetrics
import Logging
import Synchronization

/// What the duties of a running worker share.
final class Session: Sendable {
    /// Attempts that are to be made one after the other in one task.
    struct Start: Sendable {
        let runs: [WorkerState.Run]
        /// Opens when the attempt, which then is the only one, is to end; quick ones are not stopped.
        let stop: Signal?
    }

    private struct Board {
        var state: WorkerState
        var stops: [Lease: Signal] = [:]
    }

    let configuration: WorkerConfiguration
    let leasing: any JobLeasing
    let handlers: [String: HandlerBinding]
    /// Where payloads and results lie that are too large for the store, if anywhere.
    let blobs: (any BlobStore)?
    let logger: Logger
    let metrics: WorkerMetrics
    let upkeepMetrics = UpkeepMetrics()

    /// Rings when there may be room for another job, or a claim has ended.
    let room = Signal()
    /// Rings when an attempt has ended.
    let ended = Signal()
    /// Rings when there is a lease to give back.
    let returned = Signal()
    /// Rings when there is progress to tell.
    let news = Signal()
    /// Rings when a job was started.
    let begun = Signal()
    /// Opens when the worker is to take no more jobs.
    let draining = Signal.latch()
    /// Opens when what runs has to end within the grace.
    let stopping = Signal.latch()
    /// Opens when the worker is to stop without any grace.
    let hurried = Signal.latch()
    /// Opens when the grace is over.
    let expired = Signal.latch()
    /// Opens when nothing is left to run, to claim and to settle.
    let finished = Signal.latch()
    /// The jobs to start; ends when the worker drains.
    let starts: AsyncStream<Start>

    /// How the calls to the store go.
    let outage = Mutex(StoreOutage())

    private let starting: AsyncStream<Start>.Continuation
    private let board: Mutex<Board>

    init(
        configuration: WorkerConfiguration,
        leasing: any JobLeasing,
        handlers: [String: HandlerBinding],
        blobs: (any BlobStore)? = nil,
        logger: Logger
    ) {
        self.configuration = configuration
        self.leasing = leasing
        self.handlers = handlers
        self.blobs = blobs
        self.logger = logger
        metrics = WorkerMetrics(types: handlers.keys.sorted(), slots: configuration.slots)
        (starts, starting) = AsyncStream.makeStream()
        board = Mutex(Board(state: WorkerState(slots: configuration.slots)))
    }

    /// Looks at the state or changes it.
    func withState<Value: Sendable>(_ body: (inout WorkerState) -> sending Value) -> Value {
        board.withLock { body(&$0.state) }
    }

    /// Starts jobs that were claimed, after a last change of the state in the same step; while the worker drains they are
    /// put aside to be handed back.
    func start(_ jobs: [LeasedJob], after change: (inout WorkerState) -> Void) {
        let now = ContinuousClock.now
        let deadlines = jobs.map { now + (handlers[$0.type]?.type.timeout ?? .zero) }
        let (starts, stops, hasReturns) = board.withLock { board in
            change(&board.state)
            let (accepted, overtaken) = board.state.accept(jobs, deadlines: deadlines)
            let starts = parted(accepted)
            for start in starts { if let stop = start.stop { board.stops[start.runs[0].job.lease] = stop } }
            metrics.runs(board.state.running.count)
            return (starts, overtaken.compactMap { board.stops[$0] }, !board.state.handBack.isEmpty)
        }
        for stop in stops { stop.ring() }
        for start in starts {
            // Between the two steps the worker may have begun to drain.
            if case .terminated = starting.yield(start) {
                end(start.runs.map { (lease: $0.job.lease, ending: .handBack) })
            }
        }
        if !starts.isEmpty { begun.ring() }
        if hasReturns { returned.ring() }
    }

    /// Puts quick attempts together, and each other one into a task of its own.
    private func parted(_ runs: [WorkerState.Run]) -> [Start] {
        let isQuick = { (run: WorkerState.Run) in
            self.handlers[run.job.type]?.isQuick(for: run.job) ?? false
        }
        let quick = runs.allSatisfy(isQuick) ? runs : runs.filter(isQuick)
        var starts = quick.isEmpty ? [] : [Start(runs: quick, stop: nil)]
        if quick.count < runs.count {
            starts += runs.filter { !isQuick($0) }.map { Start(runs: [$0], stop: .latch()) }
        }
        return starts
    }

    /// Stops the attempts that a change of the state has marked.
    func stop(_ mark: (inout WorkerState) -> [Lease]) {
        let stops = board.withLock { board in
            let leases = mark(&board.state)
            return leases.compactMap { board.stops[$0] }
        }
        for stop in stops { stop.ring() }
    }

    func stopReason(of lease: Lease) -> WorkerState.StopReason? {
        withState { $0.stopReason(of: lease) }
    }

    /// Takes down how attempts have ended.
    func end(_ endings: [(lease: Lease, ending: Attempt.Ending)]) {
        let hasReturns = board.withLock { board in
            for (lease, ending) in endings {
                board.state.end(lease, as: ending)
                board.stops[lease] = nil
            }
            metrics.runs(board.state.running.count)
            return !board.state.handBack.isEmpty
        }
        ended.ring()
        room.ring()
        if hasReturns { returned.ring() }
    }

    func report(_ progress: Progress, of lease: Lease) {
        withState { $0.note(progress, of: lease) }
        news.ring()
    }

    /// Takes no more jobs; what runs goes on to its end.
    func retire() {
        withState { $0.drain() }
        metrics.drains()
        starting.finish()
        draining.ring()
        room.ring()
        ended.ring()
        news.ring()
    }

    /// Takes no more jobs; what runs goes on for the grace.
    func drain() {
        retire()
        stopping.ring()
    }

    /// Drains without any grace.
    func hurry() {
        drain()
        hurried.ring()
    }

    /// What a claim asks for. Each begins with another queue, so that none waits for another to be empty.
    func request(_ call: WorkerState.Call) -> ClaimRequest? {
        guard call.limit > 0 else { return nil }
        let first = Int.random(in: 0..<configuration.queues.count)
        return ClaimRequest(
            worker: configuration.name,
            queues: Array(configuration.queues[first...] + configuration.queues[..<first]),
            limit: call.limit,
            lease: configuration.lease,
            isIdle: call.isIdle
        )
    }
}
