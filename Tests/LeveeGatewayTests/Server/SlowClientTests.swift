// Tests of clients that take their time or take nothing at all, and of too many of them.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import NIOCore
import Testing

@testable import LeveeGateway

@Suite("Slow clients", .timeLimit(.minutes(2)))
struct SlowClientTests {
    private static let impatient = GatewayConfiguration.Limits(requestTimeout: .milliseconds(200))

    private func live(
        _ harness: Harness,
        _ test: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        try await harness.run(.live) { client in try await test(try #require(client.port)) }
    }

    @Test(
        "are answered 408 when a head does not come to its end",
        arguments: ["G", "GET /livez HTTP/1.1\r\nHost: a\r\n", "\r\n"]
    )
    func head(beginning: String) async throws {
        try await live(Harness(limits: Self.impatient)) { port in
            let answer = try await RawConnection.exchange(port: port, beginning, closing: false)
            expectProblem(answer, 408, "request-timeout")
            #expect(answer.contains("\r\nConnection: close\r\n"))
        }
    }

    @Test("do not win time with single bytes")
    func trickle() async throws {
        try await live(Harness(limits: Self.impatient)) { port in
            let answer = try await RawConnection.open(port: port) { connection in
                try await connection.send("GET /livez HTTP/1.1\r\nX: ")
                for _ in 0..<100 {
                    guard await connection.sendUntilRefused("x", times: 1) == 1 else { break }
                    try await Task.sleep(for: .milliseconds(10))
                }
                return try await connection.receiveAll()
            }
            expectProblem(answer, 408, "request-timeout")
        }
    }

    @Test("are timed anew for each request")
    func requestsInTurn() async throws {
        try await live(Harness(limits: Self.impatient)) { port in
            try await RawConnection.open(port: port) { connection in
                for _ in 0..<2 {
                    try await connection.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(try await connection.receive(through: "live\"}").hasPrefix("HTTP/1.1 200 "))
                }
                try await connection.send("GET")
                expectProblem(try await connection.receiveAll(), 408, "request-timeout")
            }
        }
    }

    @Test("are let go when the rest of a body does not come that nobody waits for")
    func restOfBody() async throws {
        try await live(Harness(limits: Self.impatient)) { port in
            let request = "POST /jobs/none HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhell"
            let answer = try await RawConnection.exchange(port: port, request, closing: false)
            expectProblem(answer, 404, "unknown-type")
            #expect(answer.split(separator: "HTTP/1.1 ").count == 1)
        }
    }

    /// What can be sent for ever without ever being a head or a body.
    private static let floods = [
        ("", "\r\n"), ("GET /livez HTTP/1.1\r\nHost: a\r\nX:", " "), ("GET ", " "),
        ("POST /jobs/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", "x"),
        ("POST /jobs/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX:", " "),
        ("POST /jobs/echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "000000000000001\r\nx\r\n"),
    ]

    @Test("that send nothing but framing are stopped", arguments: floods)
    func flood(beginning: String, rest: String) async throws {
        let harness = Harness()
        try await live(harness) { port in
            let answer = try await RawConnection.open(port: port) { connection in
                try await connection.send(beginning)
                let piece = String(repeating: rest, count: 4_096 / rest.utf8.count)
                _ = await connection.sendUntilRefused(piece, times: 64)
                return try await connection.receiveAll()
            }
            #expect(answer.hasPrefix("HTTP/1.1 4"), "\(answer)")
            #expect(answer.contains("\r\nConnection: close\r\n"), "\(answer)")
            #expect(answer.split(separator: "HTTP/1.1 ").count == 1, "\(answer)")
        }
        #expect(harness.store.counts == [:])
    }

    @Test("that take nothing of their response lose it, and make room")
    func stalledResponse() async throws {
        let size = 64 << 20
        let harness = Harness(limits: GatewayConfiguration.Limits(writeTimeout: .milliseconds(200), maxConnections: 2))
        try await harness.run(.live) { client in
            let port = try #require(client.port)
            let id = try await harness.submit(client)
            try await harness.succeed([UInt8](repeating: 0x78, count: size), mediaType: "text/plain")
            try await RawConnection.open(port: port) { connection in
                try await connection.send("GET /resources/\(id) HTTP/1.1\r\nHost: a\r\n\r\n")
                // The test's own client has one connection, this one is the second.
                try await eventually("the stalled connection is closed") {
                    let probe = "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                    return try await RawConnection.exchange(port: port, probe, closing: false).hasPrefix(
                        "HTTP/1.1 200 "
                    )
                }
                let received = try? await connection.receiveAll().utf8.count
                #expect(received ?? 0 < size)
            }
        }
    }

    @Test("that are too many are told so, until others have gone")
    func tooMany() async throws {
        try await live(Harness(limits: GatewayConfiguration.Limits(maxConnections: 3))) { port in
            let probe = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
            try await RawConnection.open(port: port) { first in
                try await first.send(probe)
                _ = try await first.receive(through: "live\"}")
                try await RawConnection.open(port: port) { second in
                    try await second.send(probe)
                    _ = try await second.receive(through: "live\"}")
                    let answer = try await RawConnection.exchange(port: port, probe, closing: false)
                    expectProblem(answer, 503, "too-many-connections")
                    #expect(answer.contains("\r\nRetry-After: 1\r\n"))
                    #expect(answer.contains("\r\nConnection: close\r\n"))
                    let silent = try await RawConnection.open(port: port) { try await $0.receiveAll() }
                    #expect(silent.isEmpty)
                    try await first.send(probe)
                    #expect(try await first.receive(through: "live\"}").hasPrefix("HTTP/1.1 200 "))
                }
                try await eventually("there is room again") {
                    try await RawConnection.exchange(port: port, probe, closing: true).hasPrefix("HTTP/1.1 200 ")
                }
            }
        }
    }
}
