// What is counted of deliveries.

import CoreMetrics
import LeveeCore
import LeveeMetrics

/// The metrics of one courier.
struct CourierMetrics: Sendable {
    private static let deliveries = MetricFamily(
        "levee_deliveries_total",
        "Attempts of this process to deliver a follow-up: delivered, to be tried again, or dead."
    )
    private static let duration = MetricFamily(
        "levee_delivery_duration_seconds",
        "How long attempts to deliver a follow-up took."
    )
    private static let kinds = ["list", "letters", "webhook", "callback", "job"]

    private struct Kind {
        let delivered: Counter
        let retried: Counter
        let dead: Counter
        let duration: Timer
    }

    private let kinds = Dictionary(
        uniqueKeysWithValues: Self.kinds.map { kind in
            let made = Kind(
                delivered: Self.deliveries.counter(["kind": kind, "outcome": "delivered"]),
                retried: Self.deliveries.counter(["kind": kind, "outcome": "retried"]),
                dead: Self.deliveries.counter(["kind": kind, "outcome": "dead"]),
                duration: Self.duration.timer(["kind": kind])
            )
            return (kind, made)
        }
    )

    /// Counts an attempt.
    func made(_ delivery: LeasedDelivery, _ outcome: DeliveryOutcome, took duration: Duration) {
        guard let kind = kinds[delivery.destination.kind] else { return }
        kind.duration.record(duration)
        switch outcome {
        case .delivered, .listed: kind.delivered.increment()
        case .putOff: kind.retried.increment()
        case .dead: kind.dead.increment()
        }
    }
}
