// How soon a queue gets to its jobs: what hints and admission rest on.

/// What is known of a queue at a moment: its figures, what waits in it, who serves it.
///
/// The pace follows from two measured things by Little's law: so many slots work for the queue, and an attempt of a type holds
/// one for so long. What lies before a job is worked off at that pace, each job by the mean of its own type.
public struct QueueOutlook: Sendable, Equatable {
    /// The figures of the queue; may be newer than ``line``.
    public var figures: QueueFigures
    /// Who serves it, and a sample of what waits in it.
    public var line: QueueLine
    /// The most jobs of the queue that may run at once; `nil` for no limit.
    public var concurrency: Int?
    /// How fast jobs of the queue may start; `nil` for no limit.
    public var rate: StartRate?

    /// Creates an outlook; see the properties.
    public init(figures: QueueFigures, line: QueueLine, concurrency: Int? = nil, rate: StartRate? = nil) {
        self.figures = figures
        self.line = line
        self.concurrency = concurrency
        self.rate = rate
    }

    // MARK: The fleet

    /// How many slots work for the queue or are free to: all of its workers' but those that run jobs of other queues.
    public var slots: Int {
        let open = max(min(figures.running, line.slots), line.slots - line.runningElsewhere)
        return min(open, concurrency ?? .max)
    }

    /// How many of ``slots`` have nothing to do.
    public var freeSlots: Int { max(0, slots - figures.running) }

    /// Whether jobs are taken from the queue at all.
    public var isServed: Bool { line.slots > 0 && !figures.isPaused }

    // MARK: The work

    /// How long an attempt takes.
    ///
    /// - Parameter type: The type of the job.
    /// - Returns: Seconds: the mean of the type; of one that has not run yet that of all types; `nil` if nothing has run.
    public func meanRun(of type: String) -> Double? {
        figures.runs[type]?.inSeconds ?? meanRun
    }

    /// The mean over all attempts, whatever their type.
    private var meanRun: Double? {
        let count = figures.runs.values.reduce(0) { $0 + $1.count }
        guard count > 0 else { return nil }
        return figures.runs.values.reduce(0) { $0 + $1.inSeconds * Double($1.count) } / Double(count)
    }

    /// How long the jobs of a list would take one after the other.
    ///
    /// - Parameters:
    ///   - priority: Which list.
    ///   - ticket: That of the last one to count; all that wait where it is `nil`.
    /// - Returns: Seconds, 0 for an empty list; `nil` if nothing has run yet.
    private func work(of priority: Priority, upTo ticket: Int? = nil) -> Double? {
        guard let meanRun else { return nil }
        let stretch = line.stretches[priority.rawValue]
        let first = Double(figures.left[priority.rawValue])
        let last = Double(ticket ?? figures.entered[priority.rawValue])
        guard last > first else { return 0 }
        // Each job that was looked at stands for its neighbours, up to halfway to the next one.
        let share = Double(stretch.length) / Double(max(1, stretch.types.count))
        var sum = 0.0
        for (index, type) in stretch.types.enumerated() {
            let begin = Double(stretch.left) + Double(index) * share
            let covered = min(last, begin + share) - max(first, begin)
            guard covered > 0, let type else { continue }
            sum += covered * (figures.runs[type]?.inSeconds ?? meanRun)
        }
        // What has come since is taken to be of the same kinds.
        let later = last - max(first, Double(stretch.left + stretch.length))
        guard later > 0 else { return sum }
        let kinds = stretch.types.compactMap(\.self)
        let mean = kinds.reduce(0) { $0 + (figures.runs[$1]?.inSeconds ?? meanRun) } / Double(max(1, kinds.count))
        return sum + later * (kinds.isEmpty ? meanRun : mean)
    }

    /// What lies before a job that would be next in line after `ticket`: how many jobs, and how long they take together.
    private func ahead(of priority: Priority, after ticket: Int? = nil) -> (jobs: Int, work: Double)? {
        guard var work = work(of: priority, upTo: ticket) else { return nil }
        var jobs = figures.ready(priority)
        if let ticket { jobs = max(0, ticket - figures.left[priority.rawValue]) }
        for higher in Priority.allCases where higher < priority {
            jobs += figures.ready(higher)
            work += self.work(of: higher) ?? 0
        }
        return (jobs, work)
    }

    // MARK: The wait

    /// How long a job that is queued waits for its start.
    ///
    /// - Parameter job: The job.
    /// - Returns: Seconds, 0 if there is a free slot for it; `nil` if nobody can tell: nothing has run yet, no slot works for
    ///   the queue, or the job has to run alone, which waits for a worker without others.
    public func wait(for job: JobRecord) -> Double? {
        guard job.stalls < JobRecord.suspectAfter else { return nil }
        let position = figures.position(ticket: job.ticket, priority: job.priority)
        if isServed, position < freeSlots { return rate.map { Double(position) / $0.perSecond } ?? 0 }
        return wait(behind: ahead(of: job.priority, after: max(0, job.ticket - 1)))
    }

    /// How long a job would wait that is put in line now.
    ///
    /// - Parameter priority: Its priority.
    /// - Returns: Seconds; `nil` if nobody can tell.
    public func wait(ofNext priority: Priority) -> Double? { wait(behind: ahead(of: priority)) }

    private func wait(behind ahead: (jobs: Int, work: Double)?) -> Double? {
        guard isServed, slots > 0, let ahead, let each = each(of: ahead) else { return nil }
        // As many as there are free slots start at once; then one for each that ends.
        let wait = Double(max(0, ahead.jobs + 1 - freeSlots)) * each / Double(slots)
        return rate.map { max(wait, Double(ahead.jobs) / $0.perSecond) } ?? wait
    }

    /// How long each of some jobs takes; of none, those that ran before.
    private func each(of ahead: (jobs: Int, work: Double)) -> Double? {
        ahead.jobs > 0 ? ahead.work / Double(ahead.jobs) : meanRun
    }

    /// How many jobs may be ready so that one more waits no longer than a limit.
    ///
    /// - Parameters:
    ///   - priority: The priority of the one more: those of lower ones do not count.
    ///   - limit: How long it may wait.
    /// - Returns: A number of ready jobs at which it would wait too long, at least 1; `nil` if nobody can tell.
    public func room(for priority: Priority, within limit: Duration) -> Int? {
        guard isServed, slots > 0, let ahead = ahead(of: priority), let each = each(of: ahead) else { return nil }
        var departures = limit.inSeconds * Double(slots) / max(each, 1e-6)
        if let rate { departures = min(departures, limit.inSeconds * rate.perSecond) }
        return Int(min(max(departures + Double(freeSlots), 1), 1e9))
    }

    /// How long until so many of the jobs that are ready have been started.
    ///
    /// - Parameters:
    ///   - jobs: How many.
    ///   - priority: Down to which priority they are.
    /// - Returns: Seconds; `nil` if nobody can tell.
    public func time(toStart jobs: Double, downTo priority: Priority = .low) -> Double? {
        guard isServed, slots > 0, let ahead = ahead(of: priority), let each = each(of: ahead) else { return nil }
        let time = max(0, jobs) * each / Double(slots)
        return rate.map { max(time, max(0, jobs) / $0.perSecond) } ?? time
    }
}
