// Tests of what the admin door says of follow-ups: lists with their messages, and what could not be delivered.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeveeCore
import LeveeTesting
import Testing

@testable import LeveeGateway

@Suite("Follow-ups at the admin door")
struct DeliveryRoutesTests {
    private static let start = Timestamp(milliseconds: 1_795_300_985_000)

    private func withDoor(
        _ body: @Sendable (any TestClientProtocol, InMemoryStore, ManualClock) async throws -> Void
    ) async throws {
        let clock = ManualClock(Self.start)
        let store = InMemoryStore(clock: { clock.now })
        let door = AdminDoor(testing: store) { clock.now }
        try await door.application().test(.router) { try await body(DescribedClient($0), store, clock) }
    }

    /// Has a job with a follow-up end, and takes the delivery.
    private func deliver(_ store: InMemoryStore, to destination: FollowUp.Destination) async throws -> LeasedDelivery {
        let job = NewJob(
            id: store.newID(),
            type: "echo",
            queue: "small",
            payload: Content(mediaType: "text/plain", bytes: [0x31]),
            followUps: [FollowUp(.end, to: destination)]
        )
        _ = try await store.submit(job, rules: QueueRules(name: "small"))
        _ = try await store.cancel(job.id)
        return try #require(try await store.takeDeliveries(1, lease: .seconds(60)).first)
    }

    @Test("messages are read, come back, and are acknowledged")
    func messages() async throws {
        try await withDoor { client, store, clock in
            #expect(try await client.send(.get, "/destinations").string == #"{"destinations":[]}"#)
            let delivery = try await deliver(store, to: .list("done"))
            _ = try await store.settle(delivery, as: .listed(message: Array(#"{"version":"1.0"}"#.utf8)))
            #expect(
                try await client.send(.get, "/destinations").string
                    == #"{"destinations":[{"name":"done","messages":1,"visible":1}]}"#
            )
            let whole = #"{"name":"done","messages":[{"id":"\#(delivery.id)","message":{"version":"1.0"}}]}"#
            let none = #"{"name":"done","messages":[]}"#
            #expect(try await client.send(.get, "/destinations/done?max=5&hide=20").string == whole)
            #expect(try await client.send(.get, "/destinations/done").string == none)
            clock.advance(by: .seconds(21))
            #expect(try await client.send(.get, "/destinations/done?hide=0").string == whole)

            let path = "/destinations/done/\(delivery.id)"
            #expect(try await client.send(.delete, path).status == .noContent)
            try await client.send(.delete, path).expectProblem(404, "unknown-message")
            try await client.send(.delete, "/destinations/done/x").expectProblem(404, "unknown-message")
            #expect(try await client.send(.get, "/destinations/done").string == none)
        }
    }

    @Test("queries that make no sense are refused", arguments: ["max=0", "max=101", "max=x", "hide=-1", "hide=43201"])
    func badQueries(query: String) async throws {
        try await withDoor { client, _, _ in
            try await client.send(.get, "/destinations/done?\(query)").expectProblem(400, "invalid-query")
        }
    }

    @Test("what could not be delivered is listed, delivered after all, forgotten")
    func dead() async throws {
        try await withDoor { client, store, clock in
            var ids: [String] = []
            for _ in 0..<3 {
                let delivery = try await deliver(store, to: .webhook("https://example.com/"))
                _ = try await store.settle(delivery, as: .dead(reason: "410 Gone"))
                ids.append(delivery.id.text)
                clock.advance(by: .seconds(1))
            }
            let first = try await client.send(.get, "/deliveries/dead?limit=2")
            #expect(try first.number("total") == 3)
            let listed = try #require(try first.member("deliveries") as? [[String: Any]])
            #expect(listed.map { $0["id"] as? String } == [ids[2], ids[1]])
            #expect(listed[0]["reason"] as? String == "410 Gone")
            let next = try first.text("next")
            let second = try await client.send(.get, "/deliveries/dead?limit=2&cursor=\(next)")
            #expect((try second.member("deliveries") as? [[String: Any]])?.count == 1)
            try await client.send(.get, "/deliveries/dead?cursor=x").expectProblem(400, "invalid-query")

            #expect(try await client.send(.post, "/deliveries/\(ids[0])/redeliver").status == .accepted)
            #expect(try await store.takeDeliveries(9, lease: .seconds(1)).map(\.id.text) == [ids[0]])
            try await client.send(.post, "/deliveries/\(ids[0])/redeliver").expectProblem(404, "unknown-delivery")
            #expect(try await client.send(.delete, "/deliveries/dead").string == #"{"removed":2}"#)
        }
    }
}
