// The modes of the fault proxy, on real sockets.

import LeveeChaos
import LeveeTestSupport
import Testing

@Suite struct FaultProxyTests {
    private static let text = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    @Test("Bytes pass as they are, both ways")
    func passes() async throws {
        try await withProxy { proxy, _ in
            let socket = try await TestSocket.connect(port: proxy.port)
            socket.send(Self.text)
            try await eventually { socket.received.count >= Self.text.count }
            #expect(socket.received == Self.text)
            socket.close()
        }
    }

    @Test(
        "A connection is reset after so many bytes, the next one as well, and none after that",
        arguments: [0, 1, 1_000]
    )
    func resets(limit: Int) async throws {
        try await withProxy { proxy, echo in
            proxy.become(.reset(afterBytes: limit))
            for _ in 0..<2 {
                let socket = try await TestSocket.connect(port: proxy.port)
                socket.send(Self.text)
                try await eventually { socket.hasEnded }
                #expect(socket.received.count <= limit)
            }
            #expect(echo.received.count <= 2 * limit)
            proxy.become(.pass)
            let socket = try await TestSocket.connect(port: proxy.port)
            socket.send([1, 2, 3])
            try await eventually { socket.received == [1, 2, 3] }
            socket.close()
        }
    }

    @Test("A blackhole swallows; a connection that has lost bytes stays dead, others live")
    func swallows() async throws {
        try await withProxy { proxy, echo in
            proxy.become(.blackhole)
            let dead = try await TestSocket.connect(port: proxy.port)
            dead.send([1, 2, 3])
            try await eventually { proxy.swallowedBytes == 3 }
            proxy.become(.pass)
            dead.send([4, 5])
            try await eventually { proxy.swallowedBytes == 5 }
            let alive = try await TestSocket.connect(port: proxy.port)
            alive.send([6])
            try await eventually { alive.received == [6] }
            #expect(echo.received == [6])
            #expect(dead.received.isEmpty && !dead.hasEnded)
            dead.close()
            alive.close()
        }
    }

    @Test("What is slow is not lost, and passes at once when the mode says so")
    func slows() async throws {
        try await withProxy { proxy, echo in
            proxy.become(.slow(bytesPerSecond: 100))
            let socket = try await TestSocket.connect(port: proxy.port)
            socket.send(Self.text)
            try await eventually { !echo.received.isEmpty }
            #expect(echo.received.count < Self.text.count)
            proxy.become(.pass)
            try await eventually { socket.received.count >= Self.text.count }
            #expect(socket.received == Self.text)
            socket.close()
        }
    }

    @Test("What is sliced stays in order")
    func slices() async throws {
        try await withProxy { proxy, _ in
            proxy.become(.sliced(largest: 50))
            let socket = try await TestSocket.connect(port: proxy.port)
            socket.send(Self.text)
            try await eventually { socket.received.count >= Self.text.count }
            #expect(socket.received == Self.text)
            socket.close()
        }
    }

    /// Runs `body` with a proxy before a server that sends back what it gets.
    private func withProxy(_ body: (FaultProxy, EchoServer) async throws -> Void) async throws {
        let echo = try await EchoServer.start()
        let proxy = try await FaultProxy.start(upstream: echo.port)
        let result = await Result { try await body(proxy, echo) }
        await proxy.close()
        await echo.close()
        try result.get()
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
