// Tests of the door that answers nothing but probes.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Synchronization
import Testing

@testable import LeveeGateway

@Suite("Health door")
struct HealthDoorTests {
    @Test("is ready while nothing is to be complained of, and lives all the same")
    func probes() async throws {
        let complaint = Mutex<String?>(nil)
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let door = HealthDoor(host: "127.0.0.1", port: 0, logger: quiet) { complaint.withLock { $0 } }
        try await door.application().test(.router) { client in
            #expect(try await client.send(.get, "/readyz").text("status") == "ready")
            complaint.withLock { $0 = "Redis has not answered for 12 s." }
            let response = try await client.send(.get, "/readyz")
            try response.expectProblem(503, "process-not-ready")
            #expect(try response.text("detail") == "Redis has not answered for 12 s.")
            #expect(try await client.send(.get, "/livez").text("status") == "live")
            try (try await client.send(.get, "/jobs/x")).expectProblem(404, "unknown-path")
        }
    }
}
