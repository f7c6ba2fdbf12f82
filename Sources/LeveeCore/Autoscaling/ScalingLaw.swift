// The scaling law: how many workers a load asks for, and what keeps the answer calm.

/// Decides how many workers there should be.
///
/// A pure state machine: readings go in, verdicts come out, time comes with the readings. What the load asks for is
/// arithmetic (`ScalingDemand`); the rest keeps a fleet from flapping, and errs on the side of too many workers: an idle
/// worker costs little, a late job is what autoscaling is there to prevent.
///
/// - Growth is agreed on by two readings in a row and bounded in its pace; from zero it is immediate.
/// - Shrinking waits until a whole window would have been content with fewer, goes in small steps, and never below what
///   is in flight.
/// - What the law has ordered is what it counts with, not what lives: a worker that still starts is not missing, and one
///   that died is replaced, not scaled away.
/// - An operator's number wins. When it is taken back, the law goes on from what it finds.
public struct ScalingLaw: Sendable {
    /// The settings.
    public let policy: ScalingPolicy
    private var rates: [String: ScalingRates] = [:]
    private var memory: ScalingMemory
    private var last: ScalingFigures?
    private var lastWork = Timestamp(milliseconds: 0)
    private var ordered: Int?
    private var readingsWithLoss = 0
    private var readingsWithSurplus = 0

    /// Creates a law that has seen nothing; it begins with the workers that it finds.
    ///
    /// - Parameter policy: The settings.
    public init(policy: ScalingPolicy) {
        self.policy = policy
        memory = ScalingMemory(policy: policy)
    }

    /// Takes in a reading and decides.
    ///
    /// - Parameter figures: The reading. While the store cannot be read, show the last one again with its age.
    /// - Returns: The verdict. What it desires is within the policy's bounds, unless an operator has set the number by hand
    ///   or the figures are stale from the start.
    public mutating func decide(_ figures: ScalingFigures) -> ScalingVerdict {
        let workers = figures.manualTarget ?? ordered ?? figures.workers
        if figures.age > policy.staleAfter {
            memory.interrupt()
            return hold(workers, "the figures are \(figures.age.inWords) old")
        }
        if let last, figures.time == last.time {
            return hold(workers, "no new figures for \(figures.age.inWords)")
        }
        observe(figures)
        if let manual = figures.manualTarget {
            memory = ScalingMemory(policy: policy)
            ordered = nil
            return hold(manual, "scaled by hand to \(manual)")
        }
        return weigh(figures, found: standing(figures))
    }

    /// Takes in a reading and says what ought to be done, although nobody is going to do it: a dry run.
    ///
    /// What was learnt of the load stays, what was ordered is forgotten: the next reading is judged by the fleet as it is.
    ///
    /// - Parameter figures: The reading, as in ``decide(_:)``.
    /// - Returns: The verdict.
    public mutating func rehearse(_ figures: ScalingFigures) -> ScalingVerdict {
        let verdict = decide(figures)
        ordered = nil
        memory.forgetMoves()
        return verdict
    }

    /// The workers to count with: what was ordered, or what there is beyond that, once it is plain that they are there to
    /// stay. Those who were told to go may take their time; others came from elsewhere, and shrink by the rules too.
    private mutating func standing(_ figures: ScalingFigures) -> Int {
        guard let ordered, figures.workers > ordered else {
            readingsWithSurplus = 0
            return ordered ?? figures.workers
        }
        readingsWithSurplus += 1
        let isLasting = readingsWithSurplus >= policy.verdictsInARow
        guard isLasting, !memory.hasShrunk(within: policy.shrinkPeriod, at: figures.time) else { return ordered }
        readingsWithSurplus = 0
        return figures.workers
    }

    /// Brings the estimates up to date. A clock that goes back makes all that was remembered worthless; a gap, as of an
    /// autoscaler that was stopped for a while, only what the load was like.
    private mutating func observe(_ figures: ScalingFigures) {
        if let last, figures.time < last.time {
            memory = ScalingMemory(policy: policy)
            self.last = nil
        } else if let last, figures.time - last.time > policy.staleAfter {
            memory.interrupt()
        }
        for (name, load) in figures.queues { rates[name, default: ScalingRates()].observe(load, at: figures.time) }
        // Jobs may come and go between two readings: then only the counters have noticed.
        let isNews = figures.queues.contains { $0.value.entered != last?.queues[$0.key]?.entered }
        if last == nil || isNews || figures.hasWork(within: policy.wakeAhead) { lastWork = figures.time }
        last = figures
    }

    /// Compares what the load asks for with what was ordered.
    private mutating func weigh(_ figures: ScalingFigures, found: Int) -> ScalingVerdict {
        let workers = policy.clamped(found)
        let demand = ScalingDemand(of: figures, rates: rates, policy: policy)
        let wish = wish(for: demand, figures, workers)
        memory.record(wish)
        let step: ScalingStep =
            if workers != found {
                ScalingStep(workers, "it has to be \(policy.min) to \(policy.max)")
            } else if wish.workers > workers {
                growth(from: workers, figures)
            } else {
                shrinkage(from: workers, wish, figures)
            }
        memory.record(move: step.workers - workers, at: figures.time)
        let isLossy = isLosing(figures)
        let surplus = ordered.map { found > $0 ? "\(found) found where \($0) were ordered; " : "" } ?? ""
        ordered = step.workers
        let story = surplus + demand.story(oldest: figures.oldestReady) + "; wants \(wish.workers)" + step.remark
        if step.workers == found, isLossy {
            return change(from: figures.workers, to: found, "\(found - figures.workers) of \(found) missing; " + story)
        }
        return change(from: found, to: step.workers, story)
    }

    /// What a reading asks for, as if there were no past.
    private func wish(for demand: ScalingDemand, _ figures: ScalingFigures, _ workers: Int) -> ScalingMemory.Wish {
        // A trace of old arrivals keeps the last worker for a while, but does not call the first one.
        guard workers > 0 || figures.hasWork(within: policy.wakeAhead) else {
            return ScalingMemory.Wish(time: figures.time, need: 0, workers: 0, keep: 0)
        }
        let floor = max(1, boost(demand, figures, workers))
        return ScalingMemory.Wish(
            time: figures.time,
            need: max(floor, policy.workers(forSlots: demand.slots / policy.surge)),
            workers: max(floor, policy.workers(forSlots: demand.slots)),
            keep: max(floor, policy.workers(forSlots: demand.slots + demand.spareSlots(deadBand: policy.deadBand)))
        )
    }

    /// The workers that a line which has waited too long asks for: it shows what the estimates have missed.
    ///
    /// Not while slots are free, and not so soon after a growth that the new workers cannot have shown what they can do: the
    /// age falls last, and would call for more at each reading. Nor when a queue's own cap is what makes its jobs wait.
    private func boost(_ demand: ScalingDemand, _ figures: ScalingFigures, _ workers: Int) -> Int {
        guard let oldest = figures.oldestReady, oldest > policy.targetWait, !demand.isCapped,
            Double(figures.inFlight) >= policy.utilization * Double(workers * policy.slotsPerWorker),
            memory.grown(at: figures.time) == 0
        else { return 0 }
        let factor = min(policy.mostBoost, oldest.inSeconds / policy.targetWait.inSeconds)
        return Int((Double(workers) * factor).rounded(.up))
    }

    private func growth(from workers: Int, _ figures: ScalingFigures) -> ScalingStep {
        let agreed = memory.agreed(by: workers == 0 ? 1 : policy.verdictsInARow, at: figures.time)
        let target = min(agreed, policy.max)
        guard workers < policy.max else { return ScalingStep(workers, "\(policy.max) is the most") }
        guard target > workers else {
            let hasShrunk = memory.hasShrunk(at: figures.time)
            return ScalingStep(workers, hasShrunk ? "has let some go just now" : "waits for a second reading to agree")
        }
        guard Double(target - workers) >= policy.deadBand * Double(workers) else {
            return ScalingStep(workers, "too little a change")
        }
        if let obstacle = figures.obstacle { return ScalingStep(workers, "but \(obstacle)") }
        let room = memory.growthRoom(from: workers, at: figures.time)
        guard room > 0 else {
            return ScalingStep(workers, "has added \(memory.grown(at: figures.time)) just now")
        }
        return ScalingStep(min(target, workers + room))
    }

    private func shrinkage(from workers: Int, _ wish: ScalingMemory.Wish, _ figures: ScalingFigures) -> ScalingStep {
        guard wish.workers < workers || workers == 1, workers > policy.min else { return ScalingStep(workers) }
        guard let kept = memory.mostKept(at: figures.time) else {
            return ScalingStep(workers, "has not watched for \(policy.shrinkWindow.inWords) yet")
        }
        let busy = Int((Double(figures.inFlight) / Double(policy.slotsPerWorker)).rounded(.up))
        let target = max(policy.min, busy, kept == 1 && isIdle(figures) ? 0 : kept)
        guard target < workers else { return ScalingStep(workers) }
        let room = memory.shrinkRoom(from: workers, at: figures.time)
        guard room > 0 else { return ScalingStep(workers, "one step in \(policy.shrinkPeriod.inWords)") }
        return ScalingStep(max(target, workers - room))
    }

    /// Whether even the last worker may go.
    private func isIdle(_ figures: ScalingFigures) -> Bool {
        figures.time - lastWork >= policy.idleBeforeZero && !figures.hasWork(within: policy.dueBeforeZero)
    }

    /// Whether workers are missing. One reading may have come between the order and its effect.
    private mutating func isLosing(_ figures: ScalingFigures) -> Bool {
        readingsWithLoss = figures.workers < ordered ?? 0 ? readingsWithLoss + 1 : 0
        return readingsWithLoss >= policy.verdictsInARow
    }

    private func hold(_ workers: Int, _ reason: String) -> ScalingVerdict {
        change(from: workers, to: workers, reason)
    }

    private func change(from: Int, to: Int, _ reason: String) -> ScalingVerdict {
        let change: ScalingVerdict.Change = to > from ? .up : to < from ? .down : .hold
        let head = from == to ? "hold \(to)" : "\(change.rawValue) \(from) -> \(to)"
        return ScalingVerdict(desired: to, change: change, reason: "\(head): \(reason)")
    }
}
