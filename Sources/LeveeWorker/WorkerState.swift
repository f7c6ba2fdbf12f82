// What a worker holds at a moment: pure bookkeeping, changed under one lock by the duties around it.

import LeveeCore

/// The slots of a worker. Each is free, runs a job, or keeps the outcome of one until the store has it; a slot that a
/// claim under way may fill is not free either. So what runs and what is kept never exceed the slots.
struct WorkerState {
    /// Why an attempt is stopped before its end.
    enum StopReason: Sendable {
        case timeout
        /// Somebody asked for the end of the job.
        case cancel
        /// Somebody else may have the job.
        case lost
        /// The worker stops.
        case drain
    }

    /// One attempt under way, whether it has begun or waits for its turn.
    struct Run {
        let job: LeasedJob
        var progress: Progress?
        var stopReason: StopReason?
    }

    let slots: Int
    private(set) var running: [Lease: Run] = [:]
    /// Those that must have nothing beside them.
    private var alone: Set<Lease> = []
    /// Those that are to be stopped, which is hardly ever one.
    private var stopped: Set<Lease> = []
    /// Outcomes that wait for the next call.
    var pending: [Settlement] = []
    /// Outcomes in the call under way.
    var inFlight: [Settlement] = []
    /// Leases to give back.
    var handBack: [Lease] = []
    /// Slots that are promised to the claim under way, over those that its settlements free.
    var promised = 0
    var isClaiming = false
    /// Since when settlements do not get through.
    var troubledSince: ContinuousClock.Instant?
    /// Since when the worker asks for work and has not been answered; `nil` while it has no room for any.
    var asksSince: ContinuousClock.Instant?
    private(set) var isDraining = false
    /// When the store last answered.
    var lastContact: ContinuousClock.Instant?

    init(slots: Int) {
        self.slots = slots
    }

    var free: Int { max(0, slots - running.count - pending.count - inFlight.count - promised) }

    /// Whether a job runs that must have nothing beside it.
    var runsAlone: Bool { !alone.isEmpty }

    /// Whether there is any use in waiting for work.
    var hasRoom: Bool { free > 0 && !runsAlone && !isDraining }

    /// How long the store has owed an answer, whichever it owes for longest: to anything, to the question for work, or to
    /// a settlement; `nil` before it first gave one.
    func silence(at now: ContinuousClock.Instant) -> Duration? {
        lastContact.map { now - min($0, asksSince ?? now, troubledSince ?? now) }
    }

    /// Whether the worker has nothing left to do.
    var isDone: Bool { isDraining && running.isEmpty && pending.isEmpty && inFlight.isEmpty }

    /// Begins to wait for work, or goes on waiting after an error.
    ///
    /// - Returns: Whether there is room for any.
    mutating func beginAsking(at now: ContinuousClock.Instant) -> Bool {
        asksSince = hasRoom ? asksSince ?? now : nil
        return hasRoom
    }

    mutating func drain() {
        isDraining = true
    }

    /// Takes in jobs that were claimed.
    ///
    /// - Returns: The jobs to start, and older attempts at the same jobs, which are lost.
    mutating func accept(_ jobs: [LeasedJob]) -> (start: [LeasedJob], stop: [Lease]) {
        guard !isDraining else {
            handBack += jobs.map(\.lease)
            return ([], [])
        }
        let ids = Set(jobs.map(\.lease.id))
        let overtaken = running.keys.filter { ids.contains($0.id) }.filter { stop($0, for: .lost) }
        for job in jobs {
            running[job.lease] = Run(job: job)
            if job.runsAlone { alone.insert(job.lease) }
        }
        return (jobs, overtaken)
    }

    /// Marks an attempt as to be stopped; the first reason counts, but for a lease that is lost.
    ///
    /// - Returns: Whether the attempt has to be told.
    mutating func stop(_ lease: Lease, for reason: StopReason) -> Bool {
        guard let run = running[lease] else { return false }
        guard run.stopReason == nil || reason == .lost else { return false }
        running[lease]?.stopReason = reason
        stopped.insert(lease)
        return run.stopReason == nil
    }

    /// Why an attempt is to be stopped, if it is.
    func stopReason(of lease: Lease) -> StopReason? {
        stopped.contains(lease) ? running[lease]?.stopReason : nil
    }

    /// Marks all attempts as to be stopped.
    mutating func stopAll(for reason: StopReason) -> [Lease] {
        Array(running.keys).filter { stop($0, for: reason) }
    }

    /// Keeps the last word of an attempt on its progress; `nil` once it has been passed on.
    mutating func note(_ progress: Progress?, of lease: Lease) {
        running[lease]?.progress = progress
    }

    /// Takes down an attempt that has ended, with what is to be done about it.
    mutating func end(_ lease: Lease, as ending: Attempt.Ending) {
        guard running.removeValue(forKey: lease) != nil else { return }
        alone.remove(lease)
        stopped.remove(lease)
        switch ending {
        case .settle(let settlement): pending.append(settlement)
        case .handBack: handBack.append(lease)
        case .forget: break
        }
    }
}
