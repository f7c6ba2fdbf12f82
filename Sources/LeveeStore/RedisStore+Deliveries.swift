// Handing out the follow-ups of ended jobs, and looking after those that could not be delivered.

public import LeveeCore
import LeveeRedis
import Logging

extension RedisStore: JobDeliveries {
    /// Follow-ups as the scripts keep them: a line for each.
    static func lines(of followUps: [FollowUp]) -> String {
        followUps.prefix(FollowUp.limit)
            .map { "\($0.trigger.rawValue) \($0.destination.kind) \($0.destination.target)" }
            .joined(separator: "\n")
    }

    public func takeDeliveries(_ limit: Int, lease: Duration) async throws(StoreError) -> [LeasedDelivery] {
        var arguments: [[UInt8]] = []
        arguments.append(limit)
        arguments.append(lease)
        for field in RecordFields.delivered { arguments.append(field) }
        let reply = try await run(scripts.deliveries, arguments, large: true)
        var taken: [LeasedDelivery] = []
        for entry in reply.array ?? [] {
            do throws(StoreError) {
                taken.append(try Self.delivery(entry))
            } catch {
                // It comes again; the others do not wait for it.
                logger.error("a delivery cannot be read", metadata: ["error": "\(error)"])
            }
        }
        return taken
    }

    private static func delivery(_ entry: RESPValue) throws(StoreError) -> LeasedDelivery {
        guard let parts = entry.array, parts.count == 6, let id = parts[0].string.flatMap({ DeliveryID($0) }),
            let fence = parts[1].int, let kind = parts[2].string, let target = parts[3].string,
            let destination = FollowUp.Destination(kind: kind, target: target), let failures = parts[4].int,
            let fields = parts[5].array, fields.count == RecordFields.delivered.count
        else { throw .unexpectedReply("deliveries answered \(entry)") }
        var values = Array(fields.prefix(RecordFields.all.count))
        let rest = fields.dropFirst(RecordFields.all.count).map(\.self)
        // A job that was removed meanwhile is as it has ended all the same.
        if values[RecordFields.state].isNull { values[RecordFields.state] = rest[0] }
        let type = values[1].bytes.flatMap { JobFacts($0) }?.payloadType ?? ""
        let blob = Blob(rest[2], name: .payload(of: id.job)).map { Content(mediaType: type, blob: $0) }
        let payload = rest[1].bytes.map { Content(mediaType: type, bytes: $0) } ?? blob
        return LeasedDelivery(
            id: id,
            fence: fence,
            destination: destination,
            failures: failures,
            job: try RecordFields.decode(values, id: id.job),
            payload: payload,
            payloadType: type
        )
    }

    @discardableResult
    public func settle(_ delivery: LeasedDelivery, as outcome: DeliveryOutcome) async throws(StoreError) -> Bool {
        var arguments: [[UInt8]] = []
        arguments.append(delivery.id.text)
        arguments.append(delivery.fence)
        var isLarge = false
        switch outcome {
        case .delivered:
            for argument in ["delivered", "", ""] { arguments.append(argument) }
        case .listed(let message):
            arguments.append("listed")
            arguments.append(delivery.destination.target)
            arguments.append(message)
            isLarge = message.count > Self.inlineLimit
        case .putOff(let delay, let reason):
            arguments.append("later")
            arguments.append(delay)
            arguments.append(reason)
        case .dead(let reason):
            for argument in ["dead", "", reason] { arguments.append(argument) }
        }
        let reply = try await run(scripts.delivered, arguments, large: isLarge)
        guard let count = reply.int else { throw .unexpectedReply("delivered answered \(reply)") }
        return count == 1
    }

    public func payload(of id: JobID) async throws(StoreError) -> [UInt8]? {
        try await send(RedisCommand("GET", keys.payload(id)), large: true).bytes
    }

    public func chainedID(of id: DeliveryID) -> JobID {
        founding.authority.mint(partition: Self.partition, for: id)
    }
}

extension RedisStore: UndeliveredFollowUps {
    public func undelivered(
        after cursor: UndeliveredCursor?,
        limit: Int
    ) async throws(StoreError) -> UndeliveredPage {
        var arguments: [[UInt8]] = []
        arguments.append("undelivered")
        arguments.append(cursor?.id.text ?? "")
        arguments.append(cursor.map { Int($0.keptUntil.milliseconds) })
        arguments.append(limit)
        let reply = try await run(scripts.dead, arguments)
        guard let fields = reply.array, let total = fields.first?.int, !fields.count.isMultiple(of: 2) else {
            throw .unexpectedReply("dead answered \(reply)")
        }
        var found: [Undelivered] = []
        var last: UndeliveredCursor?
        for index in stride(from: 1, to: fields.count, by: 2) {
            guard let id = fields[index].string.flatMap({ DeliveryID($0) }), let until = Timestamp(fields[index + 1])
            else { throw .unexpectedReply("dead answered \(reply)") }
            last = UndeliveredCursor(id: id, keptUntil: until)
            // One may have been redelivered since.
            if let one = try await undelivered(id, until: until) { found.append(one) }
        }
        let isFull = (fields.count - 1) / 2 == limit
        return UndeliveredPage(total: total, deliveries: found, next: isFull ? last : nil)
    }

    private func undelivered(_ id: DeliveryID, until: Timestamp) async throws(StoreError) -> Undelivered? {
        let reply = try await send(RedisCommand("HMGET", keys.delivery(id), "k", "t", "a", "e", "c"))
        guard let values = reply.array, values.count == 5, let kind = values[0].string,
            let target = values[1].string, let destination = FollowUp.Destination(kind: kind, target: target),
            let createdAt = Timestamp(values[4])
        else { return nil }
        return Undelivered(
            id: id,
            destination: destination,
            failures: values[2].int ?? 0,
            reason: values[3].string ?? "",
            createdAt: createdAt,
            keptUntil: until
        )
    }

    public func redeliver(_ id: DeliveryID) async throws(StoreError) -> Bool {
        try await run(scripts.redeliver, [Array(id.text.utf8)]).int == 1
    }

    public func purgeUndelivered() async throws(StoreError) -> Int {
        let reply = try await run(scripts.forget, [])
        guard let count = reply.int else { throw .unexpectedReply("forget answered \(reply)") }
        return count
    }
}

extension RedisStore: MessageLists {
    public func messageLists() async throws(StoreError) -> [MessageListOverview] {
        let reply = try await run(scripts.lists, [])
        let fields = reply.array ?? []
        var lists: [MessageListOverview] = []
        for index in stride(from: 0, to: fields.count - 2, by: 3) {
            guard let name = fields[index].string, let count = fields[index + 1].int,
                let visible = fields[index + 2].int
            else { throw .unexpectedReply("lists answered \(reply)") }
            lists.append(MessageListOverview(name: name, messages: count, visible: visible))
        }
        return lists.sorted { $0.name < $1.name }
    }

    public func messages(
        in list: String,
        limit: Int,
        hiding: Duration
    ) async throws(StoreError) -> [ListedMessage] {
        var arguments: [[UInt8]] = []
        arguments.append(list)
        arguments.append(limit)
        arguments.append(hiding)
        let reply = try await run(scripts.messages, arguments, large: true)
        let fields = reply.array ?? []
        var messages: [ListedMessage] = []
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard let id = fields[index].string.flatMap({ DeliveryID($0) }), let body = fields[index + 1].bytes else {
                throw .unexpectedReply("messages answered \(reply)")
            }
            messages.append(ListedMessage(id: id, body: body))
        }
        return messages
    }

    public func acknowledge(_ id: DeliveryID, in list: String) async throws(StoreError) -> Bool {
        try await run(scripts.acknowledge, [Array(list.utf8), Array(id.text.utf8)]).int == 1
    }
}
