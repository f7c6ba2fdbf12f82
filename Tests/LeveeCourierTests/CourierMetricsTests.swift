// What a courier counts of its deliveries.

import CoreMetrics
import LeveeCore
import LeveeMetrics
import LeveeTestSupport
import LeveeTesting
import NIOHTTP1
import Testing

@testable import LeveeCourier

@Suite struct CourierMetricsTests {
    private let registry = MetricRegistry()

    private func deliveries(_ kind: String, _ outcome: String) -> Double? {
        let series = #"levee_deliveries_total{kind="\#(kind)",outcome="\#(outcome)"} "#
        return registry.text.split(separator: "\n").first { $0.hasPrefix(series) }
            .flatMap { Double($0.dropFirst(series.count)) }
    }

    @Test func deliveriesAreCountedByKindAndOutcome() async throws {
        let store = InMemoryStore()
        try await Receiver.run(answer: { _, number in (number < 2 ? .internalServerError : .noContent, [:]) }) {
            receiver in
            try await withMetricsFactory(registry) {
                try await store.end([
                    FollowUp(.end, to: .webhook(receiver.url)), FollowUp(.end, to: .list("done")),
                    FollowUp(.end, to: .job("nowhere")),
                ])
                try await withCourier(on: store) {
                    try await eventually("the webhook is delivered") { deliveries("webhook", "delivered") == 1 }
                    try await eventually("the others are done") {
                        deliveries("list", "delivered") == 1 && deliveries("job", "dead") == 1
                    }
                }
                #expect(deliveries("webhook", "retried") == 2)
                #expect(deliveries("callback", "delivered") == 0)
                #expect(registry.text.contains(#"levee_delivery_duration_seconds_count{kind="webhook"} 3"#))
            }
        }
    }
}
