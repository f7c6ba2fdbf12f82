// The port through which a worker takes jobs, holds them and gives them back.

/// Leases jobs to a worker. Every call after a claim carries the fence of the lease; what comes with an old one changes
/// nothing.
public protocol JobLeasing: Sendable {
    /// Waits for the hint that one of the queues has a job ready; costs an idle worker nothing.
    ///
    /// - Parameters:
    ///   - queues: The queues to wait for.
    ///   - timeout: How long to wait at most.
    /// - Returns: The hint, or `nil` if none came or the waiting task was canceled. A hint in the hand of a worker that
    ///   then cannot claim must be handed on with ``release(_:by:)``.
    /// - Throws: ``StoreError`` if the store was not reached: back off and wait again.
    func awaitWork(in queues: [String], timeout: Duration) async throws(StoreError) -> WakeUp?

    /// Leases ready jobs, in the order of their priority.
    func claim(_ request: ClaimRequest) async throws(StoreError) -> [LeasedJob]

    /// Ends attempts, and claims in the same step.
    ///
    /// Settling the same attempt again is harmless, with the claim left out.
    ///
    /// - Returns: One reply for each settlement, in order, and the jobs that were claimed.
    func settle(_ settlements: [Settlement], claiming: ClaimRequest?) async throws(StoreError) -> SettleReply

    /// Shows that the worker lives, prolongs its leases, and learns which of its jobs are lost or are to be canceled.
    ///
    /// - Returns: A verdict for each lease that needs one.
    func beat(_ beat: Heartbeat) async throws(StoreError) -> [Lease: LeaseVerdict]

    /// Gives up what the worker has in hand without having done it: leases go back to the front of their queues, and
    /// the hint goes to another worker.
    func release(_ leases: [Lease], by wakeUp: WakeUp?) async throws(StoreError)

    /// Takes leave: the worker has given up all its leases and is not coming back.
    func leave(worker: String) async throws(StoreError)
}

/// A hint that a queue has a job ready.
public struct WakeUp: Sendable, Equatable {
    public var queue: String
    /// The id that came with the hint; only a hint itself.
    public var hint: String

    /// Creates a hint.
    ///
    /// - Parameters:
    ///   - queue: The queue it came from.
    ///   - hint: The id that came with it.
    public init(queue: String, hint: String) {
        self.queue = queue
        self.hint = hint
    }
}

/// What a worker is ready to take.
public struct ClaimRequest: Sendable, Equatable {
    /// The id of the worker.
    public var worker: String
    /// The queues it serves, with their fleet-wide caps.
    public var queues: [QueueRules]
    /// The most jobs to take; at least 1.
    public var limit: Int
    /// How long the leases last without a heartbeat.
    public var lease: Duration
    /// Whether the worker runs nothing at all, and so may take a suspect job to run it alone.
    public var isIdle: Bool

    /// Creates a request; see the properties.
    public init(worker: String, queues: [QueueRules], limit: Int, lease: Duration, isIdle: Bool) {
        self.worker = worker
        self.queues = queues
        self.limit = limit
        self.lease = lease
        self.isIdle = isIdle
    }
}

/// The right to work on a job until the lease ends.
public struct Lease: Sendable, Hashable {
    public var id: JobID
    /// The number of the claim.
    public var fence: Int

    /// Creates a lease.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - fence: The number of the claim.
    public init(id: JobID, fence: Int) {
        self.id = id
        self.fence = fence
    }
}

/// A job in the hands of a worker.
public struct LeasedJob: Sendable, Equatable {
    public var lease: Lease
    public var type: String
    public var queue: String
    public var priority: Priority
    /// The number of this attempt, from 1.
    public var attempt: Int
    public var maxAttempts: Int
    /// The payload; `nil` if the store has lost it.
    public var payload: Content?
    /// What the job keeps of the request that it was made of; `nil` where its type keeps nothing.
    public var request: RequestHead?
    public var createdAt: Timestamp
    /// Whether the job lost its worker before and has to run with nothing beside it.
    public var runsAlone: Bool
    /// The trace that it belongs to, and the span that it was submitted in.
    public var trace: TraceContext?

    /// Creates a leased job; see the properties.
    public init(
        lease: Lease,
        type: String,
        queue: String,
        priority: Priority,
        attempt: Int,
        maxAttempts: Int,
        payload: Content?,
        createdAt: Timestamp,
        runsAlone: Bool,
        request: RequestHead? = nil,
        trace: TraceContext? = nil
    ) {
        self.lease = lease
        self.type = type
        self.queue = queue
        self.priority = priority
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.payload = payload
        self.createdAt = createdAt
        self.runsAlone = runsAlone
        self.request = request
        self.trace = trace
    }
}

/// How one attempt ended.
public struct Settlement: Sendable, Equatable {
    public var lease: Lease
    public var outcome: Outcome
    /// How long the handler took.
    public var busy: Duration

    /// What an attempt came to.
    public enum Outcome: Sendable, Equatable {
        case succeeded(JobResult)
        /// Failed; tried again after the delay if attempts are left, unless the failure is final.
        case failed(JobFailure, retryAfter: Duration)
        /// The handler stopped because cancellation was asked for.
        case canceled
    }

    /// Creates a settlement.
    ///
    /// - Parameters:
    ///   - lease: The lease under which the attempt was made.
    ///   - outcome: What it came to.
    ///   - busy: How long the handler took.
    public init(lease: Lease, outcome: Outcome, busy: Duration) {
        self.lease = lease
        self.outcome = outcome
        self.busy = busy
    }
}

/// What became of settlements, and what was claimed with them.
public struct SettleReply: Sendable, Equatable {
    /// One verdict for each settlement, in order.
    public var verdicts: [Verdict]
    public var claimed: [LeasedJob]

    /// What became of one settlement.
    public enum Verdict: String, Sendable {
        /// The job's state has changed accordingly.
        case settled
        /// The same settlement had arrived before.
        case repeated
        /// The lease was lost; nothing has changed.
        case stale
    }

    /// Creates a reply.
    ///
    /// - Parameters:
    ///   - verdicts: One verdict for each settlement, in order.
    ///   - claimed: The jobs that were claimed.
    public init(verdicts: [Verdict], claimed: [LeasedJob]) {
        self.verdicts = verdicts
        self.claimed = claimed
    }
}

/// A worker's sign of life.
public struct Heartbeat: Sendable, Equatable {
    /// The id of the worker.
    public var worker: String
    public var host: String
    public var processID: Int
    /// How many jobs the worker can run at once.
    public var slots: Int
    /// The queues it serves.
    public var queues: [String]
    /// Whether it takes no more jobs.
    public var isDraining: Bool
    /// How long a lease lasts from now.
    public var lease: Duration
    /// What the worker runs, with what each job has newly said of its progress.
    public var running: [(lease: Lease, progress: Progress?)]

    /// Creates a sign of life; see the properties.
    public init(
        worker: String,
        host: String,
        processID: Int,
        slots: Int,
        queues: [String],
        isDraining: Bool = false,
        lease: Duration,
        running: [(lease: Lease, progress: Progress?)]
    ) {
        self.worker = worker
        self.host = host
        self.processID = processID
        self.slots = slots
        self.queues = queues
        self.isDraining = isDraining
        self.lease = lease
        self.running = running
    }

    public static func == (left: Heartbeat, right: Heartbeat) -> Bool {
        left.worker == right.worker && left.host == right.host && left.processID == right.processID
            && left.slots == right.slots && left.queues == right.queues && left.isDraining == right.isDraining
            && left.lease == right.lease
            && left.running.elementsEqual(right.running) { $0.lease == $1.lease && $0.progress == $1.progress }
    }
}

/// What a worker must know of a lease it thinks it holds.
public enum LeaseVerdict: String, Sendable {
    /// Somebody else may have the job: stop the handler, report nothing.
    case lost
    /// Stop the handler and settle the job as canceled.
    case cancel
}
