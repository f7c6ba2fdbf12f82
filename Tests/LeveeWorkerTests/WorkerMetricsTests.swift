// What a worker counts of its work.

import CoreMetrics
import LeveeCore
import LeveeMetrics
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeWorker

@Suite(.timeLimit(.minutes(2)))
struct WorkerMetricsTests {
    private let registry = MetricRegistry()

    private func value(_ series: String) -> Double? {
        registry.text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    private func attempts(_ outcome: String, of type: String = "test") -> Double? {
        value(#"levee_worker_attempts_total{type="\#(type)",outcome="\#(outcome)"}"#)
    }

    @Test("attempts are counted by their outcome, and slots while they are taken")
    func outcomes() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let failing = try await store.put(type: "bad", maxAttempts: 1)
        var handlers = binding(barrier.handler)
        handlers.merge(binding(TestHandler { _, _ in throw NeverHappened(description: "no") }, type: "bad")) { $1 }
        try await withMetricsFactory(registry) { [handlers] in
            try await withWorker(store, slots: 3, handlers: handlers) { worker, _ in
                try await eventually { attempts("failed", of: "bad") == 1 }
                #expect(attempts("succeeded", of: "bad") == 0)
                let good = try await store.put()
                try await eventually { value("levee_worker_slots_busy") == 1 }
                #expect(value("levee_worker_slots") == 3)
                #expect(value("levee_worker_draining") == 0)
                barrier.open()
                try await eventually { try await store.state(of: good) == .succeeded }
                try await eventually { value("levee_worker_slots_busy") == 0 }
                #expect(attempts("succeeded") == 1)
                #expect(value(#"levee_worker_attempt_duration_seconds_count{type="test"}"#) == 1)
                #expect(value("levee_worker_claimed_jobs_total") == 2)
                #expect(try #require(value("levee_worker_claims_total")) >= 2)
                let text = registry.text
                #expect(!text.contains(failing.text) && !text.contains(good.text))
                worker.retire()
                #expect(value("levee_worker_draining") == 1)
            }
        }
        #expect(try #require(value(#"levee_worker_heartbeats_total{outcome="answered"}"#)) >= 1)
        #expect(try #require(value(#"levee_upkeep_ticks_total{outcome="done"}"#)) >= 1)
    }

    @Test("a lease that is lost is counted, and so is its attempt")
    func losses() async throws {
        let store = ObservedStore()
        let barrier = Barrier()
        let id = try await store.put()
        try await withMetricsFactory(registry) {
            try await withWorker(store, handlers: binding(barrier.handler)) { worker, _ in
                try await eventually { barrier.inside == [id] }
                let lease = try #require(worker.session.withState { $0.running.keys.first })
                // Somebody else ends it.
                let failure = JobFailure(code: "x", detail: "y", disposition: .final)
                let settlement = Settlement(lease: lease, outcome: .failed(failure, retryAfter: .zero), busy: .zero)
                _ = try await store.store.settle([settlement], claiming: nil)
                try await eventually { attempts("lost") == 1 }
                #expect(value("levee_worker_lost_leases_total") == 1)
            }
        }
    }
}
