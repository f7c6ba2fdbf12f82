// What the autoscaler sees of one queue.

/// The load of one queue: levels, and counters that only rise.
public struct QueueLoad: Sendable, Equatable {
    /// Jobs that could start now if a slot were free: those in line, and those that are due.
    public var ready: Int
    /// Jobs that workers hold.
    public var inFlight: Int
    /// How many entries the line has had: new jobs, retries that fell due, jobs that were handed back. Each is work to do.
    public var entered: Int
    /// How many entries the line has lost for good: attempts that ended, and jobs that ended before their turn.
    ///
    /// The latter took no time, and so they belong here: entries times the mean time of an entry is the work there is,
    /// however many of them are canceled, retried or handed back.
    public var ended: Int
    /// How long all attempts that ended have taken together.
    public var busy: Duration
    /// The most jobs of the queue that may run at once over the whole fleet; `nil` for no limit.
    public var concurrency: Int?
    /// How fast jobs of the queue may start over the whole fleet; `nil` for no limit.
    public var rate: StartRate?
    /// Whether nothing of the queue is handed out: then no worker can help it.
    public var isPaused: Bool

    /// Creates a load, of an empty queue where nothing is given; see the properties.
    public init(
        ready: Int = 0,
        inFlight: Int = 0,
        entered: Int = 0,
        ended: Int = 0,
        busy: Duration = .zero,
        concurrency: Int? = nil,
        rate: StartRate? = nil,
        isPaused: Bool = false
    ) {
        self.ready = ready
        self.inFlight = inFlight
        self.entered = entered
        self.ended = ended
        self.busy = busy
        self.concurrency = concurrency
        self.rate = rate
        self.isPaused = isPaused
    }

    /// Takes what the autoscaler needs out of a queue's figures.
    ///
    /// - Parameters:
    ///   - figures: What the store counted.
    ///   - due: Scheduled jobs whose time has come although nobody has put them in line yet.
    ///   - concurrency: The most jobs of the queue that may run at once over the whole fleet; `nil` for no limit.
    ///   - rate: How fast jobs of the queue may start over the whole fleet; `nil` for no limit.
    public init(_ figures: QueueFigures, due: Int = 0, concurrency: Int? = nil, rate: StartRate? = nil) {
        self.init(
            ready: figures.ready + due,
            inFlight: figures.running,
            entered: figures.entered.reduce(0, +),
            ended: figures.left.reduce(-figures.running, +),
            busy: figures.busy,
            concurrency: concurrency,
            rate: rate,
            isPaused: figures.isPaused
        )
    }
}
