// Webhooks, to a real receiver.

import Foundation
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import LeveeTracing
import NIOHTTP1
import Testing
import Tracing

@testable import LeveeCourier

@Suite struct WebhookTests {
    @Test func aReceiverThatFailsTwiceIsSentTheSameThrice() async throws {
        let store = InMemoryStore()
        try await Receiver.run(answer: { _, number in (number < 2 ? .internalServerError : .noContent, [:]) }) {
            receiver in
            let job = try await store.end([FollowUp(.end, to: .callback(receiver.url))])
            try await withCourier(on: store) {
                try await eventually("three deliveries") { receiver.deliveries.count == 3 }
            }
            let deliveries = receiver.deliveries
            #expect(Set(deliveries.map { $0.fields["webhook-id"] }) == ["\(job).1"])
            #expect(Set(deliveries.map(\.body)).count == 1)
            for delivery in deliveries {
                let timestamp = try #require(delivery.fields["webhook-timestamp"].flatMap { Int64($0) })
                let signature = WebhookSecret(secret)?.signature(
                    id: "\(job).1",
                    timestamp: timestamp,
                    body: delivery.body
                )
                #expect(delivery.fields["webhook-signature"] == signature)
                #expect(delivery.fields["content-type"] == "application/json")
            }
            let event = try JSONSerialization.jsonObject(with: Data(deliveries[0].body)) as? [String: Any]
            #expect(event?["type"] as? String == "job.succeeded")
            #expect((event?["data"] as? [String: Any])?["id"] as? String == job.text)
            #expect(try await store.takeDeliveries(9, lease: .seconds(1)).isEmpty)
        }
    }

    @Test func aReceiverIsToldTheTrace() async throws {
        let trace = try #require(TraceContext(traceparent: TraceContext().traceparent, tracestate: "a=1"))
        let tracer = LogTracer(logger: quietLogger())
        for isTraced in [true, false] {
            let store = InMemoryStore()
            try await Receiver.run { receiver in
                try await store.end([FollowUp(.end, to: .callback(receiver.url))], trace: trace)
                @Sendable func deliver() async throws {
                    try await withCourier(on: store) {
                        try await eventually("a delivery") { receiver.deliveries.count == 1 }
                    }
                }
                if isTraced { try await withTracer(tracer) { try await deliver() } } else { try await deliver() }
                let fields = try #require(receiver.deliveries.first).fields
                let told = try #require(
                    TraceContext(traceparent: fields["traceparent"] ?? "", tracestate: fields["tracestate"] ?? "")
                )
                #expect((told.traceID, told.state) == (trace.traceID, "a=1"))
                #expect((told.spanID == trace.spanID) == !isTraced)
            }
        }
    }

    @Test(arguments: ["receiver.example", "Receiver.Example"]) func aNameIsSentToWhereItWasFound(host: String)
        async throws
    {
        let store = InMemoryStore()
        try await Receiver.run { receiver in
            let url = receiver.url.replacing("127.0.0.1", with: host)
            try await store.end([FollowUp(.end, to: .callback(url))])
            let address = try #require(IPAddress("127.0.0.1"))
            try await withCourier(on: store, resolve: { _ in [address] }) {
                try await eventually("a delivery") { receiver.deliveries.count == 1 }
            }
            #expect(receiver.deliveries.first?.fields["host"]?.hasPrefix(host) == true)
        }
    }

    @Test func oneThatIsGoneIsSentNoMore() async throws {
        let store = InMemoryStore()
        try await Receiver.run(answer: { _, _ in (.gone, [:]) }) { receiver in
            try await store.end([FollowUp(.success, to: .webhook(receiver.url))])
            try await withCourier(on: store) {
                try await eventually("a dead delivery") { try await store.undelivered(after: nil, limit: 9).total == 1 }
            }
            #expect(receiver.deliveries.count == 1)
            let dead = try #require(try await store.undelivered(after: nil, limit: 9).deliveries.first)
            #expect(dead.reason == "the receiver answered 410 Gone")
        }
    }

    @Test func afterTheLastAttemptItIsDeadAndCanBeRedelivered() async throws {
        let store = InMemoryStore()
        try await Receiver.run(answer: { _, number in (number < 5 ? .badGateway : .ok, [:]) }) { receiver in
            let job = try await store.end([FollowUp(.success, to: .webhook(receiver.url))])
            try await withCourier(on: store) {
                try await eventually("a dead delivery") { try await store.undelivered(after: nil, limit: 9).total == 1 }
                #expect(receiver.deliveries.count == 5)
                #expect(try await store.redeliver(DeliveryID(job, 1)))
                try await eventually("its delivery") { receiver.deliveries.count == 6 }
            }
            #expect(Set(receiver.deliveries.map { $0.fields["webhook-id"] }) == ["\(job).1"])
            #expect(try await store.undelivered(after: nil, limit: 9).total == 0)
        }
    }

    @Test func redirectsAreNotFollowed() async throws {
        let store = InMemoryStore()
        try await Receiver.run { target in
            let place = target.url
            try await Receiver.run(answer: { _, _ in (.temporaryRedirect, ["location": place]) }) { receiver in
                try await store.end([FollowUp(.success, to: .webhook(receiver.url))])
                try await withCourier(on: store) {
                    try await eventually("the end of all attempts") {
                        try await store.undelivered(after: nil, limit: 9).total == 1
                    }
                }
                #expect(receiver.deliveries.count == 5)
                #expect(target.deliveries.isEmpty)
            }
        }
    }

    @Test func aReceiverThatAsksForTimeGetsIt() async throws {
        let clock = StoppedClock()
        let store = InMemoryStore(clock: { clock.now })
        try await Receiver.run(answer: { _, _ in (.serviceUnavailable, ["retry-after": "3600"]) }) { receiver in
            try await store.end([FollowUp(.success, to: .webhook(receiver.url))])
            try await withCourier(on: store) {
                try await eventually("an attempt") { receiver.deliveries.count == 1 }
            }
            clock.advance(by: .seconds(3_599))
            #expect(try await store.takeDeliveries(9, lease: .seconds(1)).isEmpty)
            clock.advance(by: .seconds(1))
            #expect(try await store.takeDeliveries(9, lease: .seconds(1)).map(\.failures) == [1])
        }
    }

    @Test func theHostKeepsItsNameAndHasTheAddressThatWasLookedAt() async throws {
        let store = InMemoryStore()
        try await Receiver.run { receiver in
            let url = "http://Hooks.Example:\(receiver.port)/a?b=c"
            try await store.end([FollowUp(.success, to: .webhook(url))])
            try await withCourier(on: store, resolve: { _ in [IPAddress("127.0.0.1")].compactMap(\.self) }) {
                try await eventually("a delivery") { receiver.deliveries.count == 1 }
            }
            let delivery = try #require(receiver.deliveries.first)
            #expect(delivery.fields["host"]?.lowercased() == "hooks.example:\(receiver.port)")
            #expect(delivery.target == "/a?b=c")
        }
    }

    @Test(arguments: [["10.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["169.254.169.254"], ["::ffff:10.0.0.1"], ["::1"]])
    func aNameWithAnAddressThatIsNobodysToReachIsRefused(addresses: [String]) async throws {
        let store = InMemoryStore()
        try await store.end([FollowUp(.success, to: .webhook("http://hooks.example/"))])
        try await withCourier(on: store, resolve: { _ in addresses.compactMap { IPAddress($0) } }) {
            try await eventually("a dead delivery") { try await store.undelivered(after: nil, limit: 9).total == 1 }
        }
        let dead = try #require(try await store.undelivered(after: nil, limit: 9).deliveries.first)
        #expect(dead.failures == 1)
        #expect(dead.reason.contains("which is not a public address"))
    }

    @Test func whatTheSystemCallsThisMachineIsRefusedToo() async throws {
        let store = InMemoryStore()
        try await Receiver.run { receiver in
            let isNone = configuration { $0.webhooks = WebhookRules() }
            for host in ["localhost", "127.0.0.1", "[::ffff:127.0.0.1]", "2130706433", "0177.0.0.1"] {
                try await store.end([FollowUp(.success, to: .webhook("http://\(host):\(receiver.port)/"))])
            }
            try await withCourier(on: store, isNone) {
                try await eventually("five dead") { try await store.undelivered(after: nil, limit: 9).total == 5 }
            }
            #expect(receiver.deliveries.isEmpty)
        }
    }

    @Test func aStoreThatFailsLosesNothing() async throws {
        let store = InMemoryStore()
        try await Receiver.run { receiver in
            try await store.end([FollowUp(.success, to: .webhook(receiver.url))])
            let failing = FailingDeliveries(store, failures: 2)
            try await withCourier(on: store, deliveries: failing) {
                try await eventually("a delivery") { receiver.deliveries.count == 1 }
            }
            #expect(receiver.deliveries.count == 1)
        }
    }
}
