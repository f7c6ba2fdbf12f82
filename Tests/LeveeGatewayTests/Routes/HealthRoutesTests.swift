// Tests of GET /livez and /readyz.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Health")
struct HealthRoutesTests {
    @Test("lives and is ready while the store is there")
    func ready() async throws {
        let harness = Harness()
        try await harness.run { client in
            for (path, status) in [("/livez", "live"), ("/readyz", "ready")] {
                let response = try await client.send(.get, path)
                #expect(response.status == .ok)
                #expect(try response.text("status") == status)
                #expect(response.headers[.cacheControl] == "no-store")
                let head = try await client.send(.head, path)
                #expect(head.status == .ok)
                #expect(head.body.readableBytes == 0)
            }
        }
    }

    @Test("lives but is not ready while the store is away, and recovers")
    func storeAway() async throws {
        let harness = Harness()
        harness.store.fail(.ping, with: .unavailable("x"))
        try await harness.run { client in
            let response = try await client.send(.get, "/readyz")
            try response.expectProblem(503, "store-unavailable")
            #expect(response.headers[.retryAfter] == "5")
            #expect(try await client.send(.get, "/livez").status == .ok)
            harness.store.fail(.ping, with: nil)
            try await eventually { try await client.send(.get, "/readyz").status == .ok }
        }
    }

    @Test("asks the store once for many probes at once")
    func coalesced() async throws {
        let harness = Harness()
        let gate = Gate()
        harness.store.hold(.ping, at: gate)
        try await harness.run { client in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await client.send(.get, "/readyz").status.code } }
                await gate.arrival()
                gate.open()
                for try await status in group { #expect(status == 200) }
            }
            #expect(harness.store.counts[.ping] ?? 0 <= 2)
        }
    }
}
