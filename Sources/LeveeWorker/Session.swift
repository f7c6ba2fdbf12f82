// One run of a worker: its state behind a lock, and the signals by which its duties wake one another.

import LeveeCore
import LeveeMetrics
import Logging
import Synchronization

/// What the duties of a running worker share.
final class Session: Sendable {
    /// A job that is to be started.
    struct Start: Sendable {
        let job: LeasedJob
        let deadline: ContinuousClock.Instant
        let stop: Signal
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
            let starts = accepted.map { run in
                let latch = Signal.latch()
                board.stops[run.job.lease] = latch
                return Start(job: run.job, deadline: run.deadline, stop: latch)
            }
            metrics.runs(board.state.running.count)
            return (starts, overtaken.compactMap { board.stops[$0] }, !board.state.handBack.isEmpty)
        }
        for stop in stops { stop.ring() }
        for start in starts {
            // Between the two steps the worker may have begun to drain.
            if case .terminated = starting.yield(start) { end(start.job.lease, as: .handBack) }
        }
        if !starts.isEmpty { begun.ring() }
        if hasReturns { returned.ring() }
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
        withState { $0.running[lease]?.stopReason }
    }

    func end(_ lease: Lease, as ending: Attempt.Ending) {
        board.withLock { board in
            board.state.end(lease, as: ending)
            board.stops[lease] = nil
            metrics.runs(board.state.running.count)
        }
        ended.ring()
        room.ring()
        if case .handBack = ending { returned.ring() }
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
