// The port through which queues and workers are looked at as a whole: what metrics, operators and the autoscaler read.

/// Reads the whole deployment at one moment, changes nothing.
public protocol FleetInspection: Sendable {
    /// Reads all queues and all workers.
    func overview() async throws(StoreError) -> FleetOverview
}

/// Queues, workers and autoscaler at one moment.
public struct FleetOverview: Sendable, Equatable {
    /// When this was read, by the clock of the store.
    public var time: Timestamp
    /// Every queue that was ever used, by name.
    public var queues: [QueueOverview]
    /// Every worker that has shown itself within three leases, by name.
    public var workers: [WorkerOverview]
    public var autoscaler: AutoscalerOverview
    /// The follow-ups of ended jobs.
    public var outbox: OutboxOverview

    /// Creates an overview; see the properties.
    public init(
        time: Timestamp,
        queues: [QueueOverview],
        workers: [WorkerOverview],
        autoscaler: AutoscalerOverview = AutoscalerOverview(),
        outbox: OutboxOverview = OutboxOverview()
    ) {
        self.time = time
        self.queues = queues
        self.workers = workers
        self.autoscaler = autoscaler
        self.outbox = outbox
    }
}

/// The follow-ups of ended jobs at one moment.
public struct OutboxOverview: Sendable, Equatable {
    /// Those that are to be delivered, those included that are being delivered.
    public var waiting: Int
    /// Those whose time has come although nobody has taken them yet.
    public var due: Int
    /// Since when the first of them has been due; `nil` if none is.
    public var oldestDue: Timestamp?
    /// Those that could not be delivered.
    public var dead: Int

    /// Creates an overview of the follow-ups; see the properties.
    public init(waiting: Int = 0, due: Int = 0, oldestDue: Timestamp? = nil, dead: Int = 0) {
        self.waiting = waiting
        self.due = due
        self.oldestDue = oldestDue
        self.dead = dead
    }
}

/// One queue at one moment.
public struct QueueOverview: Sendable, Equatable {
    public var name: String
    public var figures: QueueFigures
    /// Since when the first job in line has been ready; `nil` if none is, or if too many that have ended lie before it.
    public var oldestReady: Timestamp?
    /// Scheduled jobs whose time has come although nobody has put them in line yet.
    public var due: Int
    /// When its next scheduled job falls due; `nil` if there is none, or if a hundred of other queues come first.
    public var nextDue: Timestamp?
    /// Its dead letters: jobs that failed for good, and can be made anew.
    public var dead: Int

    /// Creates an overview of a queue; see the properties.
    public init(
        name: String,
        figures: QueueFigures,
        oldestReady: Timestamp? = nil,
        due: Int = 0,
        nextDue: Timestamp? = nil,
        dead: Int = 0
    ) {
        self.name = name
        self.figures = figures
        self.oldestReady = oldestReady
        self.due = due
        self.nextDue = nextDue
        self.dead = dead
    }
}

/// One worker as it last showed itself.
public struct WorkerOverview: Sendable, Equatable {
    /// The id of the worker.
    public var name: String
    public var host: String
    public var processID: Int
    /// How many jobs it can run at once.
    public var slots: Int
    /// The queues it serves.
    public var queues: [String]
    /// The jobs it runs.
    public var running: [JobID]
    /// Whether it takes no more jobs.
    public var isDraining: Bool
    /// When it first showed itself.
    public var startedAt: Timestamp
    /// When it last showed itself.
    public var seenAt: Timestamp

    /// Creates an overview of a worker; see the properties.
    public init(
        name: String,
        host: String,
        processID: Int,
        slots: Int,
        queues: [String],
        running: [JobID] = [],
        isDraining: Bool = false,
        startedAt: Timestamp,
        seenAt: Timestamp
    ) {
        self.name = name
        self.host = host
        self.processID = processID
        self.slots = slots
        self.queues = queues
        self.running = running
        self.isDraining = isDraining
        self.startedAt = startedAt
        self.seenAt = seenAt
    }
}

/// What the autoscaler last said, and what it was told.
public struct AutoscalerOverview: Sendable, Equatable {
    /// The name of the autoscaler that leads; `nil` if none does.
    public var leader: String?
    /// The workers there should be, by the last verdict; `nil` if there was none.
    public var desired: Int?
    /// The last verdict in words.
    public var reason: String?
    /// When the last verdict was given.
    public var decidedAt: Timestamp?
    /// The number of workers an operator has asked for by hand; `nil` while the number is left to the law.
    public var manualTarget: Int?

    /// Creates an overview of the autoscaler; see the properties.
    public init(
        leader: String? = nil,
        desired: Int? = nil,
        reason: String? = nil,
        decidedAt: Timestamp? = nil,
        manualTarget: Int? = nil
    ) {
        self.leader = leader
        self.desired = desired
        self.reason = reason
        self.decidedAt = decidedAt
        self.manualTarget = manualTarget
    }
}
