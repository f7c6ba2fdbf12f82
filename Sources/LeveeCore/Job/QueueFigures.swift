// The figures of one queue, counted by the scripts that change them.

/// A reading of a queue: levels that rise and fall, and counters that only rise.
public struct QueueFigures: Sendable, Equatable {
    /// What has entered the list of each priority, by ``Priority/rawValue``.
    public var entered: [Int]
    /// What has left the list of each priority.
    public var left: [Int]
    /// What still lies in the list of each priority although its job has ended.
    public var stale: [Int]
    /// The ticket of the last entry that a worker has taken from the list of each priority.
    public var taken: [Int]
    /// Jobs that wait to run alone after they lost their worker twice.
    public var suspect: Int
    public var scheduled: Int
    public var running: Int
    /// Bytes of payload of all jobs that have not ended.
    public var bytes: Int
    public var isPaused: Bool
    /// When the next job may start, in microseconds since 1970, where there is a ``QueueRules/rate``; 0 where none has
    /// started under one.
    public var opens: Int
    /// Jobs that were taken in.
    public var submitted: Int
    public var succeeded: Int
    public var failed: Int
    public var canceled: Int
    /// How long the attempts that ended have taken.
    public var service: DurationCounts
    /// How long jobs were ready before each of their attempts began.
    public var wait: DurationCounts
    /// How long an attempt of each type holds a slot.
    public var runs: [String: MeanRun]

    /// Creates a reading, of an empty queue where nothing is given.
    public init(
        entered: [Int] = [0, 0, 0],
        left: [Int] = [0, 0, 0],
        stale: [Int] = [0, 0, 0],
        taken: [Int] = [0, 0, 0],
        suspect: Int = 0,
        scheduled: Int = 0,
        running: Int = 0,
        bytes: Int = 0,
        isPaused: Bool = false,
        opens: Int = 0,
        submitted: Int = 0,
        succeeded: Int = 0,
        failed: Int = 0,
        canceled: Int = 0,
        service: DurationCounts = DurationCounts(),
        wait: DurationCounts = DurationCounts(),
        runs: [String: MeanRun] = [:]
    ) {
        self.entered = entered
        self.left = left
        self.stale = stale
        self.taken = taken
        self.suspect = suspect
        self.scheduled = scheduled
        self.running = running
        self.bytes = bytes
        self.isPaused = isPaused
        self.opens = opens
        self.submitted = submitted
        self.succeeded = succeeded
        self.failed = failed
        self.canceled = canceled
        self.service = service
        self.wait = wait
        self.runs = runs
    }

    /// How long all attempts that ended have taken together.
    public var busy: Duration { service.total }

    /// How many jobs of one priority are ready to run.
    ///
    /// - Parameter priority: The priority.
    /// - Returns: The number of jobs in the list that still wait.
    public func ready(_ priority: Priority) -> Int {
        let index = priority.rawValue
        return max(0, entered[index] - left[index] - stale[index])
    }

    /// How many jobs are ready to run, those that run alone included.
    public var ready: Int {
        Priority.allCases.reduce(suspect) { $0 + ready($1) }
    }

    /// How many jobs are ahead of one that is ready: earlier ones of its priority and all of higher ones.
    ///
    /// - Parameters:
    ///   - ticket: The job's ticket.
    ///   - priority: The job's priority.
    /// - Returns: 0 for the next job; an upper bound, since tickets do not tell which of the earlier jobs were canceled.
    public func position(ticket: Int, priority: Priority) -> Int {
        let index = priority.rawValue
        let higher = Priority.allCases.filter { $0 < priority }.reduce(0) { $0 + ready($1) }
        // The job itself, and what came before it, may have come since the reading.
        let others = ready(priority) + max(0, ticket - entered[index]) - 1
        return max(0, min(ticket - 1 - taken[index], others)) + higher
    }
}
