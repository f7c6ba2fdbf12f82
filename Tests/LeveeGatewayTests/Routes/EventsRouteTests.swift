// Tests of GET /jobs/{id}/events, over a connection that shows every byte.

import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeGateway

@Suite("Events", .timeLimit(.minutes(1)))
struct EventsRouteTests {
    private func request(_ id: String, _ field: String = "Accept: text/event-stream") -> String {
        "GET /jobs/\(id)/events HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n"
    }

    @Test("are sent as the job changes, and end with it")
    func wholeLife() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let id = try await harness.submit(client)
            let port = try #require(client.port)
            try await RawConnection.open(port: port) { connection in
                try await connection.send(request(id))
                let head = try await connection.receive(through: "\r\n\r\n")
                #expect(head.lowercased().contains("content-type: text/event-stream"))
                #expect(head.lowercased().contains("cache-control: no-store"))
                let first = try await connection.receive(through: "\n\n")
                let retry = first.firstMatch(of: /retry: ([0-9]+)\n/).flatMap { Int($0.1) } ?? 0
                #expect((1_000...5_000).contains(retry), "when to come back, if the front end ends")
                #expect(first.contains("id: 1\nevent: state\ndata: {\"id\":\"\(id)\""))
                let job = try #require(try await harness.claim())
                #expect(try await connection.receive(through: "\n\n").contains("id: 2\nevent: state\n"))
                let progress = Progress(percent: 40, stage: "half way")
                let beat = Heartbeat(
                    worker: "w1",
                    host: "h",
                    processID: 1,
                    slots: 1,
                    queues: ["small"],
                    lease: .seconds(5),
                    running: [(job.lease, progress)]
                )
                _ = try await harness.store.store.beat(beat)
                let third = try await connection.receive(through: "\n\n")
                #expect(third.contains("id: 3\nevent: progress\n"))
                #expect(third.contains("\"percent\":40"))
                let result = JobResult(content: Content(mediaType: "text/plain", bytes: [0x78]))
                let settlement = Settlement(lease: job.lease, outcome: .succeeded(result), busy: .zero)
                _ = try await harness.store.store.settle([settlement], claiming: nil)
                let last = try await connection.receive(through: "\n\n")
                #expect(last.contains("id: 4\nevent: state\n"))
                #expect(last.contains("\"status\":\"succeeded\""))
                #expect(try await connection.receive(through: "0\r\n\r\n").contains("0\r\n\r\n"), "the response ends")
            }
        }
    }

    @Test("are kept alive in time, however often they hear of what changes nothing")
    func keptAlive() async throws {
        let harness = Harness()
        let record = try #require(try await harness.store.job(try await harness.put()))
        let start = ContinuousClock.now
        var stream = EventStream(record: record, last: 0, at: start)
        #expect(stream.event == "state")
        stream.hasSent(at: start + .seconds(1))
        stream.advance(to: record)
        #expect(stream.event == nil)
        #expect(stream.keepAliveAt == start + .seconds(1) + EventsRoute.keepAlive)
    }

    @Test("go on when the store comes back")
    func outage() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let id = try await harness.submit(client)
            try await RawConnection.open(port: try #require(client.port)) { connection in
                try await connection.send(request(id))
                _ = try await connection.receive(through: "\n\n")
                harness.store.fail(.job, with: .unavailable("connection refused"))
                _ = try await harness.claim()
                #expect(try await connection.receive(through: "\n\n").contains("keep-alive"))
                harness.store.fail(.job, with: nil)
                #expect(try await connection.receive(through: "event: state\n").contains("id: 2\n"))
            }
        }
    }

    @Test("go on after the version that the client has")
    func resume() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let id = try await harness.submit(client)
            let port = try #require(client.port)
            try await RawConnection.open(port: port) { connection in
                try await connection.send(request(id, "Last-Event-ID: 1"))
                _ = try await connection.receive(through: "\r\n\r\n")
                _ = try await harness.claim()
                #expect(try await connection.receive(through: "\n\n").contains("id: 2\n"))
            }
            _ = try await harness.store.cancel(try #require(harness.store.lastID))
            try await RawConnection.open(port: port) { connection in
                try await connection.send(request(id, "Last-Event-ID: 1"))
                _ = try await connection.receive(through: "\r\n\r\n")
                let next = try await connection.receive(through: "\n\n")
                #expect(next.contains("id: 3\n"), "what was missed comes as the current state")
            }
        }
    }

    @Test("are over for a client that has seen the end")
    func over() async throws {
        let harness = Harness()
        try await harness.run { client in
            let id = try await harness.submit(client)
            _ = try await harness.store.cancel(try #require(harness.store.lastID))
            let seen = try await client.send(.get, "/jobs/\(id)/events", [.lastEventID: "2"])
            #expect(seen.status == .noContent)
            let head = try await client.send(.head, "/jobs/\(id)/events", [.lastEventID: "1"])
            #expect(head.status == .ok)
            #expect(head.headers[.contentType] == "text/event-stream")
        }
    }

    @Test("of a removed job end")
    func removed() async throws {
        let harness = Harness()
        try await harness.run(.live) { client in
            let id = try await harness.submit(client)
            let port = try #require(client.port)
            try await RawConnection.open(port: port) { connection in
                try await connection.send(request(id))
                _ = try await connection.receive(through: "\n\n")
                let id = try #require(harness.store.lastID)
                _ = try await harness.store.cancel(id)
                _ = try await harness.store.remove(id)
                _ = try await connection.receive(through: "0\r\n\r\n")
            }
        }
    }
}
