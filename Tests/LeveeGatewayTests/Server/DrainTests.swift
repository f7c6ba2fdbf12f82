// Tests of the way from the running server to its end.

import Hummingbird
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import LeveeGateway

@Suite("Draining", .timeLimit(.minutes(1)))
struct DrainTests {
    /// Runs a gateway as a process does; the closure gets its port, and what ends it.
    private func run(
        _ harness: Harness,
        _ body: @escaping @Sendable (Int, ServiceGroup) async throws -> Void
    ) async throws {
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let application = harness.gateway.application { channel in
            announce.yield(channel.localAddress?.port ?? 0)
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            try await body(try #require(await iterator.next()), group)
            try await tasks.waitForAll()
        }
    }

    @Test("ends what it has begun and is not ready meanwhile")
    func drain() async throws {
        let harness = Harness()
        let gate = Gate()
        let id = harness.store.newID()
        try await run(harness) { port, group in
            harness.store.hold(.job, at: gate)
            try await RawConnection.open(port: port) { connection in
                let requests = ["/jobs/\(id)", "/readyz"].map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }
                try await connection.send(requests.joined())
                await gate.arrival()
                await group.triggerGracefulShutdown()
                try await eventually { await !isListening(port) }
                gate.open()
                let answers = try await connection.receiveAll()
                #expect(answers.hasPrefix("HTTP/1.1 410 "))
                #expect(answers.contains("HTTP/1.1 503 "))
                #expect(answers.contains("urn:levee:problem:draining"))
            }
        }
    }

    @Test("ends waits and event streams with what is known, when it is asked to end")
    func waits() async throws {
        let harness = Harness()
        let id = try await harness.put()
        try await run(harness) { port, group in
            try await withThrowingTaskGroup(of: Void.self) { clients in
                for path in ["/jobs/\(id)", "/jobs/\(id)/events"] {
                    let head = "GET \(path) HTTP/1.1\r\nHost: a\r\nPrefer: wait=59\r\n\r\n"
                    clients.addTask {
                        let answer = try await RawConnection.exchange(port: port, head, closing: false)
                        #expect(answer.hasPrefix("HTTP/1.1 20"))
                        #expect(answer.contains("\"status\":\"queued\""))
                        #expect(answer.hasSuffix(path.hasSuffix("events") ? "0\r\n\r\n" : "}"), "it is whole")
                    }
                }
                // Both have been read, and once more in the room.
                try await eventually { harness.store.counts[.job, default: 0] >= 3 }
                await group.triggerGracefulShutdown()
                try await clients.waitForAll()
            }
        }
    }

    @Test("serves on when its end is announced, not ready any more, and each answer is the last on its connection")
    func announced() async throws {
        let harness = Harness()
        try await run(harness) { port, group in
            let submit = "POST /jobs/echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
            try await RawConnection.open(port: port) { connection in
                harness.gateway.announceEnd()
                try await connection.send(submit)
                let answer = try await connection.receiveAll()
                #expect(answer.hasPrefix("HTTP/1.1 202 "))
                #expect(answer.lowercased().contains("\r\nconnection: close\r\n"))
            }
            let probe = try await RawConnection.exchange(
                port: port,
                "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n",
                closing: false
            )
            #expect(probe.hasPrefix("HTTP/1.1 503 "))
            #expect(probe.contains("urn:levee:problem:draining"))
            await group.triggerGracefulShutdown()
        }
    }

    private func isListening(_ port: Int) async -> Bool {
        do {
            try await RawConnection.open(port: port) { _ in }
            return true
        } catch {
            return false
        }
    }

    @Test("fails when its address is taken")
    func addressTaken() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            let second = Gateway(
                configuration: GatewayConfiguration(port: port, jobTypes: [:]),
                submission: harness.store,
                inspection: harness.store,
                upkeep: harness.store,
                feed: harness.store.store,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            await #expect(throws: (any Error).self) { try await second.application().run() }
        }
    }
}
