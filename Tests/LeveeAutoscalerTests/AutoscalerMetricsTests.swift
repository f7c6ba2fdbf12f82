// What an autoscaler counts of its decisions, and of what became of them.

import CoreMetrics
import LeveeAutoscaler
import LeveeCore
import LeveeMetrics
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AutoscalerMetricsTests {
    private let registry = MetricRegistry()

    private func value(_ series: String) -> Double? {
        registry.text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    @Test("decisions are counted by direction, and calls by their end")
    func decisions() async throws {
        try await withMetricsFactory(registry) {
            try await withAutoscaler(workers: 1, min: 3, prepare: { $0.fleet.manner = .failing }) { world, _ in
                await world.rounds(1)
                #expect(value("levee_autoscaler_leading") == 1)
                #expect(value("levee_autoscaler_desired_workers") == 3)
                let failed = try #require(value(#"levee_autoscaler_fleet_calls_total{outcome="failed"}"#))
                #expect(failed >= 1)
                #expect(value(#"levee_autoscaler_fleet_calls_total{outcome="done"}"#) == 0)
                world.fleet.manner = .obedient
                await world.rounds(8)
                let done = try #require(value(#"levee_autoscaler_fleet_calls_total{outcome="done"}"#))
                #expect(done >= 1)
                let ups = try #require(value(#"levee_autoscaler_decisions_total{direction="up"}"#))
                #expect(ups >= 1)
                let before = world.verdicts.count
                let told = ["up", "down", "hold"].compactMap {
                    value("levee_autoscaler_decisions_total{direction=\"\($0)\"}")
                }
                // It goes on meanwhile, and is counted before it is told.
                #expect((before...world.verdicts.count + 1).contains(Int(told.reduce(0, +))))
            }
        }
    }

    @Test("one that follows does not lead")
    func following() async throws {
        try await withMetricsFactory(registry) {
            try await withAutoscaler(prepare: { $0.lead.give(to: "other", for: .seconds(600)) }) { world, _ in
                await world.rounds(1)
                #expect(value("levee_autoscaler_leading") == 0)
            }
        }
    }
}
