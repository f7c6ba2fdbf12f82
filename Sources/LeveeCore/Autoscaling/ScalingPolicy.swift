// The settings of the scaling law.

/// What an operator decides about autoscaling; the defaults suit a local cluster that is read every two seconds.
public struct ScalingPolicy: Sendable, Equatable {
    /// The fewest workers; with 0 an idle fleet goes home.
    public let min: Int
    /// The most workers.
    public let max: Int
    /// How many jobs a worker runs at once.
    public let slotsPerWorker: Int
    /// How long a job may wait in line; a backlog is to be gone within this time.
    public let targetWait: Duration
    /// How long a job is assumed to take until enough have been seen.
    public let assumedService: Duration
    /// The share of the slots that steady arrivals may keep busy: the rest is what keeps the line short.
    public var utilization = 0.8
    /// The least change worth making, as a share of the workers there are.
    public var deadBand = 0.1
    /// The number of new workers that is always allowed within ``growthPeriod``; a larger fleet may double instead.
    public var leastGrowth = 4
    /// The period that bounds growth, and in which new workers are given the time to show what they can do.
    public var growthPeriod = Duration.seconds(10)
    /// How long a fleet must have been too large before it shrinks: a lull is no reason. 300 s suit production.
    public var shrinkWindow = Duration.seconds(60)
    /// The largest share of the workers that may go within ``shrinkPeriod``; one always may.
    public var shrinkShare = 0.25
    /// The period that bounds shrinking.
    public var shrinkPeriod = Duration.seconds(30)
    /// Within ``shrinkWindow`` after it has shrunk, a fleet grows again only if it lacks this factor: what went for good
    /// reasons is not to come back by chance, and a line that really grows soon shows it.
    public var surge = 1.5
    /// How many readings in a row must ask for the same direction.
    public var verdictsInARow = 2
    /// The age from which a reading tells nothing.
    public var staleAfter = Duration.seconds(10)
    /// How long nothing may have been ready or in flight before the last worker goes.
    public var idleBeforeZero = Duration.seconds(120)
    /// The last worker stays for a job that falls due within this time.
    public var dueBeforeZero = Duration.seconds(60)
    /// A fleet that went home is called back this long before a job falls due.
    public var wakeAhead = Duration.seconds(5)
    /// The most by which the age of the oldest job may multiply the workers at once.
    public var mostBoost = 2.0

    /// Creates a policy.
    ///
    /// - Parameters:
    ///   - min: The fewest workers, at least 0.
    ///   - max: The most workers, at least 1 and `min`.
    ///   - slotsPerWorker: How many jobs a worker runs at once, at least 1.
    ///   - targetWait: How long a job may wait in line; positive.
    ///   - assumedService: How long a job is assumed to take until enough have been seen; positive.
    /// - Throws: ``ScalingPolicyError`` if one of them is out of its bounds.
    public init(
        min: Int,
        max: Int,
        slotsPerWorker: Int,
        targetWait: Duration = .seconds(30),
        assumedService: Duration = .seconds(1)
    ) throws(ScalingPolicyError) {
        guard min >= 0 else { throw .negativeMinimum(min) }
        guard max >= 1, max >= min else { throw .maximumTooLow(max, minimum: min) }
        guard slotsPerWorker >= 1 else { throw .noSlots(slotsPerWorker) }
        guard targetWait > .zero else { throw .noTargetWait(targetWait) }
        guard assumedService > .zero else { throw .noAssumedService(assumedService) }
        self.min = min
        self.max = max
        self.slotsPerWorker = slotsPerWorker
        self.targetWait = targetWait
        self.assumedService = assumedService
    }

    /// The workers it takes for a number of slots, whatever the bounds say.
    func workers(forSlots slots: Double) -> Int {
        Int(Swift.min(slots / Double(slotsPerWorker), 1e9).rounded(.up))
    }

    /// The nearest number of workers that the bounds allow.
    func clamped(_ workers: Int) -> Int { Swift.min(Swift.max(workers, min), max) }
}

/// Settings that cannot be.
public enum ScalingPolicyError: Error, Equatable, CustomStringConvertible {
    case negativeMinimum(Int)
    case maximumTooLow(Int, minimum: Int)
    case noSlots(Int)
    case noTargetWait(Duration)
    case noAssumedService(Duration)

    /// What is wrong and what to do about it.
    public var description: String {
        switch self {
        case .negativeMinimum(let min):
            "The minimum of workers is \(min): give 0 (an idle fleet goes home) or more."
        case .maximumTooLow(let max, let min):
            "The maximum of workers is \(max): give at least \(Swift.max(1, min)), the minimum being \(min)."
        case .noSlots(let slots):
            "A worker has \(slots) slots: give the number of jobs that it runs at once, at least 1."
        case .noTargetWait(let wait):
            "The target wait is \(wait): give the time that a job may wait in line, above 0."
        case .noAssumedService(let service):
            "The assumed service time is \(service): give the time that a job usually takes, above 0."
        }
    }
}
