// One reading of the load and of the fleet: all that the scaling law decides by.

/// What the autoscaler saw at one moment.
public struct ScalingFigures: Sendable, Equatable {
    /// When the queues were read, by the clock of the store.
    public var time: Timestamp
    /// How old the reading is by now; grows when the store cannot be read and the last reading is shown again.
    public var age: Duration
    /// The load of each queue that the fleet serves, by its name.
    public var queues: [String: QueueLoad]
    /// How long the first job in line has been ready, over all queues that are not paused; `nil` if nobody knows.
    public var oldestReady: Duration?
    /// When the next scheduled job falls due; `nil` if there is none.
    public var nextDue: Timestamp?
    /// Workers that take jobs or are about to: starting ones count, draining ones do not.
    public var workers: Int
    /// The number of workers an operator has asked for by hand; `nil` while the number is left to the law.
    public var manualTarget: Int?
    /// Why more workers would not help, such as "Redis is at 92 % of a core"; `nil` if they would.
    public var obstacle: String?

    /// Creates a reading; see the properties.
    public init(
        time: Timestamp,
        age: Duration = .zero,
        queues: [String: QueueLoad],
        oldestReady: Duration? = nil,
        nextDue: Timestamp? = nil,
        workers: Int,
        manualTarget: Int? = nil,
        obstacle: String? = nil
    ) {
        self.time = time
        self.age = age
        self.queues = queues
        self.oldestReady = oldestReady
        self.nextDue = nextDue
        self.workers = workers
        self.manualTarget = manualTarget
        self.obstacle = obstacle
    }

    /// Jobs that could start now if a slot were free; those of paused queues could not.
    public var ready: Int {
        queues.values.reduce(0) { $0 + ($1.isPaused ? 0 : $1.ready) }
    }

    /// Jobs that workers hold.
    public var inFlight: Int {
        queues.values.reduce(0) { $0 + $1.inFlight }
    }

    /// Whether there is work to do, or will be soon.
    ///
    /// - Parameter horizon: How soon.
    /// - Returns: Whether a job is ready, runs, or falls due within the horizon.
    public func hasWork(within horizon: Duration) -> Bool {
        ready > 0 || inFlight > 0 || nextDue.map { $0 <= time + horizon } ?? false
    }
}
