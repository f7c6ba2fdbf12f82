// Where a job stands at one moment, beside what its record says.

/// What the store knows of a job's place: in line, under a lease, and until when it may wait.
public struct JobPlace: Sendable, Equatable {
    /// When this was read, by the clock of the store.
    public var time: Timestamp
    /// The version of the job at that moment.
    public var version: Int
    /// When the job must have started.
    public var startBy: Timestamp
    /// The id of the worker that claimed it last; `nil` before the first claim.
    public var worker: String?
    /// When the lease of a running job runs out, unless it is prolonged.
    public var leaseUntil: Timestamp?
    /// How many entries lie before a queued job in its own list, those of jobs that have ended among them; `nil` for
    /// one that is not queued, or that is too far back to be found.
    public var ahead: Int?
    /// When the job must have ended, where it has a deadline.
    public var endBy: Timestamp?

    /// Creates a place; see the properties.
    public init(
        time: Timestamp,
        version: Int,
        startBy: Timestamp,
        worker: String? = nil,
        leaseUntil: Timestamp? = nil,
        ahead: Int? = nil,
        endBy: Timestamp? = nil
    ) {
        self.time = time
        self.version = version
        self.startBy = startBy
        self.worker = worker
        self.leaseUntil = leaseUntil
        self.ahead = ahead
        self.endBy = endBy
    }
}
