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
    @Test("ends what it has begun and is not ready meanwhile")
    func drain() async throws {
        let harness = Harness()
        let gate = Gate()
        let (ports, announce) = AsyncStream.makeStream(of: Int.self)
        let application = harness.gateway.application { channel in
            announce.yield(channel.localAddress?.port ?? 0)
        }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
        let id = harness.store.newID()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let port = try #require(await iterator.next())
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
            try await tasks.waitForAll()
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
