// What is counted of an autoscaler: all that it tells its operator.

import CoreMetrics
import LeveeCore
import LeveeMetrics

/// The metrics of one autoscaler.
struct AutoscalerMetrics: Sendable {
    private static let leading = MetricFamily(
        "levee_autoscaler_leading",
        "Whether this autoscaler leads; over all of them the sum is 1."
    )
    private static let desired = MetricFamily(
        "levee_autoscaler_desired_workers",
        "How many workers there should be, by the last decision of this autoscaler."
    )
    private static let decisions = MetricFamily(
        "levee_autoscaler_decisions_total",
        "Decisions of this autoscaler, by what they mean for the fleet as it is."
    )
    private static let calls = MetricFamily(
        "levee_autoscaler_fleet_calls_total",
        "Runs of the command that moves the fleet, by how they ended."
    )
    private static let outages = MetricFamily(
        "levee_autoscaler_store_outages_total",
        "How often this autoscaler began to wait for Redis."
    )

    private let leading = Self.leading.meter()
    private let desired = Self.desired.meter()
    private let up = Self.decisions.counter(["direction": "up"])
    private let down = Self.decisions.counter(["direction": "down"])
    private let hold = Self.decisions.counter(["direction": "hold"])
    private let done = Self.calls.counter(["outcome": "done"])
    private let failed = Self.calls.counter(["outcome": "failed"])
    private let abandoned = Self.calls.counter(["outcome": "abandoned"])
    private let outages = Self.outages.counter()

    /// Counts what is told.
    func note(_ report: AutoscalerReport) {
        switch report {
        case .rehearsing, .publishing, .moving: break
        case .leading: leading.set(1)
        case .following: leading.set(0)
        case .storeAway: outages.increment()
        case .verdict(let verdict):
            desired.set(verdict.desired)
            switch verdict.change {
            case .up: up.increment()
            case .down: down.increment()
            case .hold: hold.increment()
            }
        case .moved: done.increment()
        case .failed: failed.increment()
        case .abandoned: abandoned.increment()
        }
    }
}
