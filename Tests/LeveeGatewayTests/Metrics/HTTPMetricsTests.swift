// What a front end counts of its requests.

import CoreMetrics
import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeMetrics
import LeveeTestSupport
import Testing

@testable import LeveeGateway

@Suite("HTTP metrics", .timeLimit(.minutes(1)))
struct HTTPMetricsTests {
    private let registry = MetricRegistry()

    private func value(_ series: String) -> Double? {
        registry.text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    private func requests(_ method: String, _ route: String, _ code: Int) -> Double? {
        value(#"levee_http_requests_total{door="clients",method="\#(method)",route="\#(route)",code="\#(code)"}"#)
    }

    private func run(
        _ setup: TestingSetup = .router,
        _ test: @escaping @Sendable (Harness, any TestClientProtocol) async throws -> Void
    ) async throws {
        try await withMetricsFactory(registry) {
            let harness = Harness()
            try await harness.run(setup) { try await test(harness, $0) }
        }
    }

    @Test("requests are counted by the template of their path, and no path makes a series of its own")
    func templates() async throws {
        try await run { harness, client in
            let ids = [try await harness.submit(client), try await harness.submit(client)]
            for id in ids { _ = try await client.send(.get, "/jobs/\(id)") }
            _ = try await client.send(.head, "/jobs/\(ids[0])")
            for number in 0..<20 { _ = try await client.send(.get, "/somewhere/\(number)") }
            _ = try await client.send(.put, "/jobs/echo")
            #expect(requests("POST", "/jobs/echo", 202) == 2)
            #expect(requests("GET", "/jobs/{id}", 202) == 2)
            #expect(requests("HEAD", "/jobs/{id}", 202) == 1)
            #expect(requests("GET", "unknown", 404) == 20)
            #expect(requests("PUT", "unknown", 405) == 1)
            let duration = "levee_http_request_duration_seconds_count"
            #expect(value(duration + #"{door="clients",method="GET",route="/jobs/{id}"}"#) == 2)
            #expect(!ids.contains { registry.text.contains($0) })
        }
    }

    @Test("refusals are counted by their reason, from 0 on")
    func rejections() async throws {
        try await run { harness, client in
            let full = #"levee_http_rejections_total{door="clients",reason="queue-full"}"#
            let away = #"levee_http_rejections_total{door="clients",reason="store-unavailable"}"#
            #expect(value(full) == 0)
            for _ in 0..<3 { _ = try await client.send(.post, "/jobs/narrow", [.contentType: "text/plain"], body: "x") }
            #expect(value(full) == 2)
            harness.store.fail(.submit, with: .unavailable("away"))
            _ = try await client.send(.post, "/jobs/echo", [.contentType: "text/plain"], body: "x")
            #expect(value(away) == 1)
        }
    }

    @Test("connections and requests that wait are counted while they are there")
    func levels() async throws {
        try await run(.live) { harness, client in
            let id = try await harness.submit(client)
            #expect(value(#"levee_http_connections{door="clients"}"#) == 1)
            try await eventually { value("levee_event_feed_up") == 1 }
            #expect(value("levee_event_feed_reconnects_total") == 0)
            let waiting = #"levee_http_waiting_requests{kind="job"}"#
            async let answer = client.send(.get, "/operations/\(id)", [.prefer: "wait=50"])
            try await eventually { value(waiting) == 1 }
            try await harness.succeed([1])
            _ = try await answer
            #expect(value(waiting) == 0)
        }
        try await eventually { value(#"levee_http_connections{door="clients"}"#) == 0 }
    }

    @Test("what is no request is counted, too")
    func noRequest() async throws {
        try await run(.live) { _, client in
            let port = try #require(client.port)
            _ = try await RawConnection.exchange(port: port, "nonsense\r\n\r\n", closing: true)
            #expect(requests("unknown", "unknown", 400) == 1)
        }
    }
}
