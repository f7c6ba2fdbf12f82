// What couriers do in a random walk, and who reads what they have delivered.

import LeveeCore
import LeveeTesting

extension RandomWalk {
    static let lists = ["done", "broken"]

    /// What is to be told of a job's end: of most nothing.
    mutating func followUps() -> [FollowUp] {
        guard isOne(in: 3) else { return [] }
        return (0..<Int.random(in: 1...FollowUp.limit, using: &generator)).map { _ in
            let trigger = FollowUp.Trigger.allCases.randomElement(using: &generator) ?? .end
            let destinations: [FollowUp.Destination] = [
                .list(Self.lists.randomElement(using: &generator) ?? "done"), .webhook("https://example.com/a b"),
                .callback("https://example.com/"), .job("echo"),
            ]
            return FollowUp(trigger, to: destinations.randomElement(using: &generator) ?? .job("echo"))
        }
    }

    mutating func takeDeliveries() async throws {
        let limit = Int.random(in: 1...5, using: &generator)
        let new = try await compare("taking of \(limit) deliveries") { store in
            try await store.takeDeliveries(limit, lease: .seconds(3))
        }
        for delivery in new where delivery.payload == nil {
            _ = try await compare("payload of \(delivery.id)") { try await $0.payload(of: delivery.id.job) }
        }
        // The reply may be lost.
        if !isOne(in: 8) { taken += new }
    }

    mutating func settleDelivery() async throws {
        guard let delivery = taken.randomElement(using: &generator) else { return try await takeDeliveries() }
        let outcome: DeliveryOutcome
        switch Int.random(in: 0..<6, using: &generator) {
        case 0, 1: outcome = .putOff(.milliseconds(Int.random(in: 1...5_000, using: &generator)), reason: "not now")
        case 2: outcome = .dead(reason: "never")
        default:
            if case .list = delivery.destination {
                let size = isOne(in: 10) ? 700_000 : 300
                outcome = .listed(message: [UInt8](repeating: 0x79, count: Int.random(in: 1...size, using: &generator)))
            } else {
                outcome = .delivered
            }
        }
        _ = try await compare("settling of \(delivery.id) as \(delivery.destination)") { store in
            try await store.settle(delivery, as: outcome)
        }
        // Some are settled again, since the reply was lost, or by one whose lease was over.
        if !isOne(in: 4) { taken.removeAll { $0 == delivery } }
    }

    mutating func lookAfterUndelivered() async throws {
        if isOne(in: 4) {
            _ = try await compare("purge of undelivered") { try await $0.purgeUndelivered() }
            return
        }
        var cursor: UndeliveredCursor?
        var ids: [DeliveryID] = taken.map(\.id)
        repeat {
            let after = cursor
            let page = try await compare("undelivered") { try await $0.undelivered(after: after, limit: 2) }
            cursor = page.next
            ids += page.deliveries.map(\.id)
        } while cursor != nil && mismatch == nil
        guard let id = ids.randomElement(using: &generator) else { return }
        _ = try await compare("redelivery of \(id)") { try await $0.redeliver(id) }
    }

    mutating func readMessages() async throws {
        let list = Self.lists.randomElement(using: &generator) ?? "done"
        let limit = Int.random(in: 1...4, using: &generator)
        let hiding = isOne(in: 2) ? Duration.zero : .milliseconds(Int.random(in: 1...9_000, using: &generator))
        let messages = try await compare("reading of \(list)") { store in
            try await store.messages(in: list, limit: limit, hiding: hiding)
        }
        for message in messages where isOne(in: 2) {
            _ = try await compare("acknowledging \(message.id)") { try await $0.acknowledge(message.id, in: list) }
            _ = try await compare("acknowledging \(message.id) again") { store in
                try await store.acknowledge(message.id, in: list)
            }
        }
    }
}
