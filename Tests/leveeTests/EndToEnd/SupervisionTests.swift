// Processes as a service manager and a balancer see them: ready, alive, about to end.

import Foundation
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct SupervisionTests {
    private static let jobs = """
        worker: {lease: 2s, drainGrace: 0s}
        jobs:
          sleep: {handler: {builtin: sleep}}
        """

    @Test(arguments: [
        ["serve", "--port", "0", "--admin-port", "0"], ["work", "--health-port", "0"], ["work"],
        ["autoscale", "--publish", "--max", "2"],
    ])
    func aServiceManagerHearsOfReadinessLifeAndEnd(arguments: [String]) async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let manager = try NotificationReceiver(fleet.folder.path + "/notify")
            let environment = ["NOTIFY_SOCKET": fleet.folder.path + "/notify", "WATCHDOG_USEC": "200000"]
            let member = try fleet.start("member", arguments, environment: environment)
            try await eventually("it is ready: \(member.text)") { manager.news.contains("READY=1") }
            try await eventually("it shows that it lives") { manager.news.count { $0 == "WATCHDOG=1" } >= 3 }
            if arguments.contains("--port") { #expect(member.text.contains(" serving ")) }
            member.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: member) == 0)
            #expect(manager.news.last == "STOPPING=1")
            #expect(manager.news.count { $0 == "READY=1" } == 1)
        }
    }

    @Test func aManagerMayListenAtANameThatIsNoFile() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let name = "@levee-\(UUID().uuidString)"
            let manager = try NotificationReceiver(name)
            // The watchdog is meant for another process.
            let environment = ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"]
            let member = try fleet.start("member", ["work"], environment: environment)
            try await eventually("it is ready: \(member.text)") { manager.news.contains("READY=1") }
            member.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: member) == 0)
            #expect(manager.news == ["READY=1", "STOPPING=1"])
        }
    }

    @Test func aFrontEndThatIsToldToStopServesOnUntilItsDelayIsOver() async throws {
        try await Fleet.run("server: {drainDelay: 5m}\n" + Self.jobs) { fleet in
            let (door, admin) = try await fleet.doors()
            let member = try #require(fleet.member("frontend"))
            let ready = try await door.send(.GET, "/readyz")
            #expect(ready.status == 200)
            member.signal(SIGTERM)
            var probe = ready
            try await eventually("it is not ready any more: \(member.text)") {
                probe = try await door.send(.GET, "/readyz")
                return probe.status == 503
            }
            #expect(try probe.text("type") == "urn:levee:problem:draining")
            #expect(try await door.send(.GET, "/livez").status == 200)
            let job = try await door.submit("sleep", #"{"seconds": 0}"#)
            let worker = try await fleet.worker("w1")
            let waited = try await door.send(.GET, job, headers: [("Prefer", "wait=25")])
            #expect(waited.status == 302, "who waits is told, too")
            #expect(waited["Connection"] == "close")
            #expect(try await admin.send(.GET, "/workers").status == 200)
            member.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: member) == 0, "a second order stops it at once")
            worker.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: worker) == 0)
        }
    }

    @Test func aFrontEndEndsByItselfWhenItsDelayIsOver() async throws {
        try await Fleet.run("server: {drainDelay: 200ms}\n" + Self.jobs) { fleet in
            _ = try await fleet.frontEnd()
            let member = try #require(fleet.member("frontend"))
            member.signal(SIGINT)
            #expect(try await fleet.exitStatus(of: member) == 0)
        }
    }

    @Test func healthIsAnExitStatus() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let port = try #require(door.base.split(separator: ":").last.map(String.init))
            let ready = try await fleet.levee("health", "--port", port)
            #expect(ready.status == 0)
            #expect(ready.output == "ready\n")

            let worker = try fleet.start("worker", ["work", "--health-port", "0"])
            let probes = try await fleet.door("probes", of: worker)
            let place = ["LEVEE_HEALTH_PORT": try #require(probes.base.split(separator: ":").last.map(String.init))]
            try await eventually("the worker is ready") {
                try runLevee("health", environment: place).output == "ready\n"
            }

            fleet.redis.signal(SIGSTOP)
            defer { fleet.redis.signal(SIGCONT) }
            try await eventually("the front end is not") {
                try await fleet.levee("health", "--port", port).status == 1
            }
            #expect(try await fleet.levee("health", "--live", "--port", port).output == "live\n")

            #expect(try await fleet.levee("health", "--port", "none").status == 2)
            #expect(try await fleet.levee("health", "--port", "1").errors.contains("nobody listens there"))
        }
    }
}
