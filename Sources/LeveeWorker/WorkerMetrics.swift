// What is counted of a worker: what it takes, how its attempts end, and what goes wrong between it and the store.

import CoreMetrics
import LeveeCore
import LeveeMetrics

/// The metrics of one worker.
struct WorkerMetrics: Sendable {
    private static let claims = MetricFamily(
        "levee_worker_claims_total",
        "Answers of the store to this worker's question for jobs."
    )
    private static let claimed = MetricFamily("levee_worker_claimed_jobs_total", "Jobs that this worker was given.")
    private static let attempts = MetricFamily(
        "levee_worker_attempts_total",
        "Attempts of this worker that ended, by job type; one that is handed back or lost is somebody else's."
    )
    private static let duration = MetricFamily(
        "levee_worker_attempt_duration_seconds",
        "How long attempts of this worker took, from their start to their outcome, by job type."
    )
    private static let stale = MetricFamily(
        "levee_worker_stale_outcomes_total",
        "Outcomes that came too late: the lease was lost, and the store did not take them."
    )
    private static let lost = MetricFamily(
        "levee_worker_lost_leases_total",
        "Leases that a heartbeat of this worker was told to be lost."
    )
    private static let beats = MetricFamily("levee_worker_heartbeats_total", "Heartbeats of this worker.")
    private static let slots = MetricFamily("levee_worker_slots", "How many jobs this worker can run at once.")
    private static let busy = MetricFamily("levee_worker_slots_busy", "How many jobs this worker runs.")
    private static let draining = MetricFamily(
        "levee_worker_draining",
        "Whether this worker takes no more jobs since it was told to end."
    )
    private static let unknown = "unknown"

    /// How an attempt ended, as the label says.
    private enum Outcome: String, CaseIterable {
        case succeeded, failed, canceled, lost
        case timedOut = "timed-out"
        case handedBack = "handed-back"

        init(_ ending: Attempt.Ending, _ stopReason: WorkerState.StopReason?) {
            switch ending {
            case .handBack: self = .handedBack
            case .forget: self = .lost
            case .settle(let settlement):
                switch settlement.outcome {
                case .succeeded: self = .succeeded
                case .canceled: self = .canceled
                case .failed: self = stopReason == .timeout ? .timedOut : .failed
                }
            }
        }
    }

    private struct TypeMetrics {
        let attempts: [Outcome: Counter]
        let duration: Timer

        init(_ type: String) {
            attempts = Dictionary(
                uniqueKeysWithValues: Outcome.allCases.map {
                    ($0, WorkerMetrics.attempts.counter(["type": type, "outcome": $0.rawValue]))
                }
            )
            duration = WorkerMetrics.duration.timer(["type": type])
        }
    }

    private let claims = Self.claims.counter()
    private let claimedJobs = Self.claimed.counter()
    private let types: [String: TypeMetrics]
    private let stale = Self.stale.counter()
    private let lost = Self.lost.counter()
    private let answered = Self.beats.counter(["outcome": "answered"])
    private let unanswered = Self.beats.counter(["outcome": "failed"])
    private let busy = Self.busy.meter()
    private let draining = Self.draining.meter()

    /// Makes the instruments.
    ///
    /// - Parameters:
    ///   - types: The job types that the worker has handlers for; attempts at others count as of one.
    ///   - slots: How many jobs it can run at once.
    init(types: [String], slots: Int) {
        self.types = Dictionary(
            (types + [Self.unknown]).map { ($0, TypeMetrics($0)) },
            uniquingKeysWith: { first, _ in first }
        )
        Self.slots.meter().set(slots)
        busy.set(0)
        draining.set(0)
    }

    /// Counts a claim that was answered.
    func claimed(_ jobs: Int) {
        claims.increment()
        claimedJobs.increment(by: jobs)
    }

    /// Counts an attempt that has ended.
    func ended(_ attempt: Attempt, as ending: Attempt.Ending, at now: ContinuousClock.Instant) {
        guard let type = types[attempt.job.type] ?? types[Self.unknown] else { return }
        type.attempts[Outcome(ending, attempt.stopReason)]?.increment()
        type.duration.record(now - attempt.startedAt)
    }

    /// Counts an outcome that the store did not take.
    func cameTooLate() { stale.increment() }

    /// Counts a heartbeat that was answered.
    ///
    /// - Parameter leases: How many leases it was told to be lost.
    func beat(lost leases: Int) {
        answered.increment()
        lost.increment(by: leases)
    }

    /// Counts a heartbeat that was not answered.
    func beatFailed() { unanswered.increment() }

    /// Notes how many jobs run.
    func runs(_ jobs: Int) { busy.set(jobs) }

    /// Notes that no more jobs are taken.
    func drains() { draining.set(1) }
}
