// Tests of the check that no door stands open to other machines by oversight.

import LeveeGateway
import LeveeMetrics
import LeveeTestSupport
import Logging
import Testing

@testable import levee

@Suite struct DoorCheckTests {
    @Test(arguments: ["127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "::1", "::ffff:127.0.0.1"])
    func loopbackIsThisMachine(host: String) {
        #expect(Loopback.reaches(host))
    }

    @Test(arguments: ["0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "::ffff:10.0.0.1", "fe80::1", "levee.example", ""])
    func anythingElseIsNot(host: String) {
        #expect(!Loopback.reaches(host))
    }

    @Test func anOpenDoorWantsKeysOrAWord() throws {
        func problems(_ file: String, _ flags: [SettingOverride: String] = [:]) throws -> [String] {
            let jobs = "jobs: {echo: {handler: {builtin: echo}}}\n"
            return DoorCheck.problems(in: try load(file + jobs, flags: flags)).map(\.description)
        }
        #expect(try problems("").isEmpty)
        let open = try problems("server: {host: 0.0.0.0, adminHost: 10.0.0.1}\n")
        #expect(open.count == 2)
        #expect(open[0].contains("server.host: 0.0.0.0"))
        #expect(open[1].contains("server.adminHost: 10.0.0.1"))
        for line in open { #expect(line.contains("levee key") && line.contains("--insecure")) }
        #expect(try problems("", [.host: "0.0.0.0"]).first?.hasPrefix("--host: ") == true)
        #expect(try problems("server: {host: 0.0.0.0, insecure: true}\n").isEmpty)
        #expect(try problems("", [.host: "0.0.0.0", .insecure: "true"]).isEmpty)
        let hash = String(repeating: "ab", count: 32)
        #expect(try problems("server: {host: 0.0.0.0}\nkeys: {k: {sha256: \(hash)}}\n").isEmpty)
    }

    @Test func aHealthPortThatOthersReachIsWorthALook() throws {
        func warnings(_ file: String, _ flags: [SettingOverride: String] = [:]) throws -> [String] {
            let jobs = "jobs: {echo: {handler: {builtin: echo}}}\n"
            let configuration = try load(file + jobs, flags: flags)
            #expect(DoorCheck.problems(in: configuration).isEmpty)
            return DoorCheck.warnings(in: configuration).map(\.description)
        }
        #expect(try warnings("worker: {healthPort: 9180}\n").isEmpty)
        #expect(try warnings("worker: {healthHost: 0.0.0.0}\n").isEmpty, "without a port there is no door")
        let open = try warnings("worker: {healthHost: 0.0.0.0, healthPort: 9180}\n")
        #expect(open.count == 1)
        #expect(open.first?.contains("worker.healthHost: 0.0.0.0") == true)
        #expect(open.first?.contains("takes no key") == true)
        let flagged = try warnings("", [.healthHost: "::", .healthPort: "9180"])
        #expect(flagged.first?.hasPrefix("--health-host: :: can be reached") == true)
    }

    @Test(arguments: [("0.0.0.0", 1), ("127.0.0.1", 0)])
    func aProcessWithAnOpenHealthPortSaysSo(host: String, notices: Int) {
        let lines = Collector<String>()
        let logger = Logger(label: "test") { _ in
            LineLogHandler(level: .notice, write: { lines.add(String(decoding: $0, as: UTF8.self)) })
        }
        _ = Deployment.health(host: host, port: 9_180, MetricRegistry(), nil, logger: logger) { nil }
        #expect(lines.all.count { $0.contains("takes no key") && $0.contains(host) } == notices)
    }
}
