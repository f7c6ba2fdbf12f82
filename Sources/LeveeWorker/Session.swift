// One run of a worker: its state behind a lock, and the signals by which its duties wake one another.

import LeveeCore
import LeveeMetrics
import Logging
import Synchronization

/// What the duties of a running worker share.
final class Session: Sendable {
    private struct Board {
        var state: WorkerState
        var stops: [Lease: Signal] = [:]
        var chains: [ObjectIdentifier: Chain] = [:]
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
    /// Rings when the first attempt of a chain has begun.
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
    let starts: AsyncStream<Chain>

    /// How the calls to the store go.
    let outage = Mutex(StoreOutage())

    private let starting: AsyncStream<Chain>.Continuation
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
        let (chains, stops, hasReturns) = board.withLock { board in
            change(&board.state)
            let (accepted, overtaken) = board.state.accept(jobs)
            let chains = chained(accepted)
            for chain in chains {
                board.chains[ObjectIdentifier(chain)] = chain
                if let stop = chain.stop { board.stops[chain.jobs[0].lease] = stop }
            }
            metrics.runs(board.state.running.count)
            return (chains, overtaken.compactMap { board.stops[$0] }, !board.state.handBack.isEmpty)
        }
        for stop in stops { stop.ring() }
        for chain in chains {
            // Between the two steps the worker may have begun to drain.
            if case .terminated = starting.yield(chain) {
                end(chain.withdraw().waiting.map { (lease: $0.lease, ending: .handBack) })
                leave(chain)
            }
        }
        if hasReturns { returned.ring() }
    }

    /// Puts quick attempts together, and each other one into a task of its own.
    private func chained(_ jobs: [LeasedJob]) -> [Chain] {
        let isQuick = { (job: LeasedJob) in
            self.handlers[job.type]?.isQuick(for: job) ?? false
        }
        let quick = jobs.allSatisfy(isQuick) ? jobs : jobs.filter(isQuick)
        var chains = quick.isEmpty ? [] : [Chain(quick)]
        if quick.count < jobs.count {
            chains += jobs.filter { !isQuick($0) }.map { Chain([$0], stop: .latch()) }
        }
        return chains
    }

    /// The chains that run, or are about to.
    var chains: [Chain] { board.withLock { Array($0.chains.values) } }

    /// Forgets a chain whose task has ended.
    func leave(_ chain: Chain) {
        board.withLock { $0.chains[ObjectIdentifier(chain)] = nil }
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
