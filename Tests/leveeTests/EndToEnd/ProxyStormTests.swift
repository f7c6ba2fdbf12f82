// Far more clients than a service bears: through Levee each gets its answer, straight at it most do not.

import AsyncHTTPClient
import Foundation
import LeveeTestSupport
import NIOCore
import NIOHTTP1
import Testing

@Suite(.serialized) struct ProxyStormTests {
    private static let bearable = 5
    private static let clients = ProcessInfo.processInfo.environment["LEVEE_STORM_CLIENTS"].flatMap { Int($0) } ?? 60

    /// Works on five requests at once, and refuses more.
    private static func answer(_ request: UpstreamServer.Request, _ server: UpstreamServer) async throws
        -> UpstreamServer.Reply
    {
        guard server.current <= bearable else { return .answer(503, body: "too many") }
        try await Task.sleep(for: .milliseconds(100))
        return .answer(200, body: request.target)
    }

    /// All clients at once, each with a connection of its own: the status and the body that each got, by its number.
    private static func crowd(
        _ url: String,
        onAnswer: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws -> [Int: (status: Int, body: String)] {
        var settings = HTTPClient.Configuration()
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = clients
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        do {
            let answers = try await withThrowingTaskGroup(of: (Int, Int, String).self) { group in
                for number in 0..<clients {
                    group.addTask {
                        let request = HTTPClientRequest(url: "\(url)/item/\(number)")
                        let response = try await client.execute(request, timeout: .seconds(300))
                        let body = try await response.body.collect(upTo: 1 << 20)
                        return (number, Int(response.status.code), String(buffer: body))
                    }
                }
                var answers: [Int: (status: Int, body: String)] = [:]
                for try await (number, status, body) in group {
                    answers[number] = (status, body)
                    await onAnswer(answers.count)
                }
                return answers
            }
            try await client.shutdown()
            return answers
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    @Test func everybodyIsAnsweredAndTheServiceNeverSeesMoreThanItBears() async throws {
        try await UpstreamServer.run({ try await Self.answer($0, $1) }) { upstream in
            let direct = try await Self.crowd(upstream.url)
            let refused = direct.values.count { $0.status == 503 }
            #expect(refused > 0, "a service that bears everything proves nothing")
            let straight = "straight at it: \(refused) of \(Self.clients) refused, \(upstream.peak) at once"
            upstream.reset()

            let changes = [
                ("http://127.0.0.1:9000", upstream.url), ("rate: 20/s", "rate: 1000/s"), ("wait: 60s", "wait: 300s"),
            ]
            try await ExampleTests.run("proxy", workers: 3, changing: changes) { fleet, door, _ in
                let victim = try #require(fleet.member("w2"))
                let answers = try await Self.crowd(door.base + "/slow") { count in
                    if count == Self.clients / 3 { victim.signal(SIGKILL) }
                }
                #expect(!victim.isAlive)
                for number in 0..<Self.clients {
                    let answer = try #require(answers[number])
                    #expect(answer.status == 200, "\(number): \(answer.body)")
                    #expect(answer.body == "/item/\(number)")
                }
                #expect(upstream.peak <= Self.bearable)
                #expect(upstream.peak > 1)
                let through = "through Levee: \(answers.count { $0.value.status == 200 }) of \(Self.clients) answered, "
                print("\(straight); \(through)\(upstream.peak) at once, a worker killed midway")
            }
        }
    }
}
