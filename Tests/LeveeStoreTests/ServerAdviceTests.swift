// What is said of a Redis that does not keep what Levee promises.

import LeveeTestSupport
import Testing

@testable import LeveeStore

@Suite struct ServerAdviceTests {
    @Test func aServerSetUpAsItShouldBeGetsNoWarning() async throws {
        try await RedisServerProcess.run(["--appendonly", "yes", "--appendfsync", "always"]) { server in
            try await withClient(server.unix) { client in
                let advice = try await ServerAdvice.read(from: client)
                #expect(advice.warnings.isEmpty)
                #expect(advice.version.contains("."))
            }
        }
    }

    @Test(arguments: [("0", 1), ("1gb", 0)])
    func aServerWithoutALimitOfItsMemoryIsARisk(limit: String, count: Int) async throws {
        try await RedisServerProcess.run(["--maxmemory", limit]) { server in
            try await withClient(server.unix) { client in
                let risks = try await ServerAdvice.read(from: client).risks
                #expect(risks.count == count)
                #expect(risks.allSatisfy { $0.hasPrefix("maxmemory is 0") })
            }
        }
    }

    @Test(arguments: [
        (["--appendonly", "no"], "appendonly yes"),
        (["--appendonly", "yes", "--appendfsync", "everysec"], "appendfsync is everysec"),
        (["--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "allkeys-lru"], "noeviction"),
        (["--rename-command", "CONFIG", ""], "cannot be read"),
    ])
    func whatMayLoseJobsIsNamedWithItsMend(options: [String], words: String) async throws {
        try await RedisServerProcess.run(options) { server in
            try await withClient(server.unix) { client in
                let warnings = try await ServerAdvice.read(from: client).warnings
                #expect(warnings.count == 1)
                #expect(warnings.first?.contains(words) == true, "\(warnings)")
            }
        }
    }

    @Test func oldServersAreNamed() {
        #expect(ServerAdvice.warnings(version: "6.0.16", settings: [:]).count == 1)
        #expect(ServerAdvice.warnings(version: "7.2.4", settings: [:]).isEmpty)
    }
}
