// A law under test, and readings made up for it, two seconds apart.

import LeveeCore

/// Shows readings to a law; the fleet does as it is told, unless a test says otherwise.
struct LawBench {
    var law: ScalingLaw
    var figures: ScalingFigures
    /// What each further reading adds to the counters of the queue "jobs".
    var enteredEach = 0
    var endedEach = 0
    var serviceEach = Duration.seconds(1)

    /// Creates a bench. Jobs are assumed to take a second and are to wait for ten at most; workers have two slots.
    init(min: Int = 1, max: Int = 50, workers: Int = 1) throws {
        law = ScalingLaw(
            policy: try ScalingPolicy(min: min, max: max, slotsPerWorker: 2, targetWait: .seconds(10))
        )
        figures = ScalingFigures(time: Timestamp(milliseconds: 0), queues: ["jobs": QueueLoad()], workers: workers)
    }

    var jobs: QueueLoad {
        get { figures.queues["jobs"] ?? QueueLoad() }
        set { figures.queues["jobs"] = newValue }
    }

    /// Shows the next reading.
    @discardableResult
    mutating func read(after interval: Duration = .seconds(2)) -> ScalingVerdict {
        figures.time = figures.time + interval
        jobs.entered += enteredEach
        jobs.ended += endedEach
        jobs.busy += serviceEach * endedEach
        let verdict = law.decide(figures)
        figures.workers = verdict.desired
        return verdict
    }

    /// Shows readings until some time has passed; the verdicts in order.
    @discardableResult
    mutating func read(for period: Duration) -> [ScalingVerdict] {
        (0..<Int(period.inSeconds / 2)).map { _ in read() }
    }
}
