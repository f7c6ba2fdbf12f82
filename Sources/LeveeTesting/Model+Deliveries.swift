// How the model hands out follow-ups of ended jobs, and keeps lists of messages.

import LeveeCore

/// The deliveries of a store, and the lists that they go to.
struct Outbox: Sendable {
    static let life = Duration.seconds(14 * 86_400)
    static let purgeLimit = 100
    static let readLimit = 1 << 20

    /// One follow-up of a job that has ended.
    struct Delivery: Sendable {
        var destination: FollowUp.Destination
        var createdAt: Timestamp
        var due: Timestamp
        var fence = 0
        var failures = 0
        var reason = ""
        /// Until when it is kept, if it has failed for good.
        var deadUntil: Timestamp?
    }

    struct Message: Sendable {
        var body: [UInt8]
        var visibleFrom: Timestamp
    }

    var deliveries: [DeliveryID: Delivery] = [:]
    var lists: [String: [DeliveryID: Message]] = [:]
    /// Jobs that were removed while there were deliveries of them.
    var hidden: [JobID: Model.Job] = [:]

    func overview(at now: Timestamp) -> OutboxOverview {
        let waiting = deliveries.values.filter { $0.deadUntil == nil }.map(\.due)
        let due = waiting.filter { $0 <= now }
        return OutboxOverview(
            waiting: waiting.count,
            due: due.count,
            oldestDue: due.min(),
            dead: deliveries.count - waiting.count
        )
    }

    func has(_ job: JobID) -> Bool {
        (1...FollowUp.limit).contains { deliveries[DeliveryID(job, $0)] != nil }
    }
}

extension Model {
    /// Puts the follow-ups of a job into the outbox that are for the end it has come to.
    mutating func followUp(_ id: JobID, as state: JobState, isLate: Bool, at now: Timestamp) {
        guard let job = jobs[id] else { return }
        var found = false
        for (index, followUp) in job.followUps.enumerated() {
            let isMeant =
                switch followUp.trigger {
                case .end: true
                case .success: state == .succeeded
                case .failure: state == .failed || isLate
                }
            guard isMeant else { continue }
            outbox.deliveries[DeliveryID(id, index + 1)] = Outbox.Delivery(
                destination: followUp.destination,
                createdAt: now,
                due: now
            )
            found = true
        }
        guard found else { return }
        jobs[id]?.expiresWithoutDeliveries = job.record.expiresAt
        jobs[id]?.record.expiresAt = max(job.record.expiresAt, now + Outbox.life)
    }

    mutating func takeDeliveries(_ limit: Int, lease: Duration, at now: Timestamp) -> [LeasedDelivery] {
        let due = outbox.deliveries.filter { $0.value.deadUntil == nil && $0.value.due <= now }
            .sorted { ($0.value.due, $0.key.text) < ($1.value.due, $1.key.text) }.prefix(limit)
        return due.map { id, delivery in
            outbox.deliveries[id]?.due = now + lease
            outbox.deliveries[id]?.fence += 1
            let job = jobs[id.job] ?? outbox.hidden[id.job]
            let isApart = (job?.payload.bytes.count ?? 0) > Self.inlineLimit
            return LeasedDelivery(
                id: id,
                fence: delivery.fence + 1,
                destination: delivery.destination,
                failures: delivery.failures,
                job: job?.record,
                payload: isApart ? nil : job?.payload,
                payloadType: job?.payload.mediaType ?? ""
            )
        }
    }

    mutating func settle(_ delivery: LeasedDelivery, as outcome: DeliveryOutcome, at now: Timestamp) -> Bool {
        let id = delivery.id
        guard let stored = outbox.deliveries[id] else { return false }
        switch outcome {
        case .delivered:
            close(id)
            return true
        case .listed(let message):
            outbox.lists[delivery.destination.target, default: [:]][id] = Outbox.Message(
                body: message,
                visibleFrom: now
            )
            close(id)
            return true
        case .putOff, .dead: break
        }
        guard stored.fence == delivery.fence else { return false }
        outbox.deliveries[id]?.fence += 1
        outbox.deliveries[id]?.failures += 1
        switch outcome {
        case .putOff(let delay, let reason):
            outbox.deliveries[id]?.due = now + .milliseconds(delay.milliseconds)
            outbox.deliveries[id]?.reason = reason
        case .dead(let reason):
            outbox.deliveries[id]?.reason = reason
            outbox.deliveries[id]?.deadUntil = now + Outbox.life
            keep(id.job, until: now + Outbox.life)
        case .delivered, .listed: break
        }
        return true
    }

    func undelivered(after cursor: UndeliveredCursor?, limit: Int) -> UndeliveredPage {
        let all = outbox.deliveries.compactMap { id, delivery in
            delivery.deadUntil.map { until in
                Undelivered(
                    id: id,
                    destination: delivery.destination,
                    failures: delivery.failures,
                    reason: delivery.reason,
                    createdAt: delivery.createdAt,
                    keptUntil: until
                )
            }
        }
        .sorted { ($1.keptUntil, $1.id.text) < ($0.keptUntil, $0.id.text) }
        let first =
            cursor.map { cursor in
                all.firstIndex { $0.id == cursor.id }.map { $0 + 1 } ?? all.count { $0.keptUntil > cursor.keptUntil }
            } ?? 0
        let page = Array(all.dropFirst(first).prefix(limit))
        let last = page.last.map { UndeliveredCursor(id: $0.id, keptUntil: $0.keptUntil) }
        return UndeliveredPage(total: all.count, deliveries: page, next: page.count == limit ? last : nil)
    }

    mutating func redeliver(_ id: DeliveryID, at now: Timestamp) -> Bool {
        guard outbox.deliveries[id]?.deadUntil != nil else { return false }
        outbox.deliveries[id]?.deadUntil = nil
        outbox.deliveries[id]?.failures = 0
        outbox.deliveries[id]?.due = now
        keep(id.job, until: now + Outbox.life)
        return true
    }

    mutating func purgeUndelivered() -> Int {
        let ids = outbox.deliveries.compactMap { id, delivery in delivery.deadUntil.map { (id, $0) } }
            .sorted { ($0.1, $0.0.text) < ($1.1, $1.0.text) }.prefix(Outbox.purgeLimit).map(\.0)
        for id in ids { close(id) }
        return ids.count
    }

    func messageLists(at now: Timestamp) -> [MessageListOverview] {
        outbox.lists.map { name, messages in
            MessageListOverview(
                name: name,
                messages: messages.count,
                visible: messages.values.count { $0.visibleFrom <= now }
            )
        }
        .sorted { $0.name < $1.name }
    }

    mutating func messages(in list: String, limit: Int, hiding: Duration, at now: Timestamp) -> [ListedMessage] {
        let visible = (outbox.lists[list] ?? [:]).filter { $0.value.visibleFrom <= now }
            .sorted { ($0.value.visibleFrom, $0.key.text) < ($1.value.visibleFrom, $1.key.text) }
        var found: [ListedMessage] = []
        var bytes = 0
        for (id, message) in visible.prefix(limit) where bytes < Outbox.readLimit {
            if hiding > .zero { outbox.lists[list]?[id]?.visibleFrom = now + hiding }
            found.append(ListedMessage(id: id, body: message.body))
            bytes += message.body.count
        }
        return found
    }

    mutating func acknowledge(_ id: DeliveryID, in list: String) -> Bool {
        guard outbox.lists[list]?[id] != nil else { return false }
        outbox.lists[list]?[id] = nil
        return true
    }

    // MARK: The life of jobs

    private mutating func keep(_ id: JobID, until: Timestamp) {
        if let hidden = outbox.hidden[id] {
            outbox.hidden[id]?.record.expiresAt = max(hidden.record.expiresAt, until)
        } else if let job = jobs[id], job.record.expiresAt < until {
            live(id, until: until)
        }
    }

    private mutating func live(_ id: JobID, until: Timestamp) {
        guard let queue = jobs[id]?.record.queue else { return }
        jobs[id]?.record.expiresAt = until
        if self[queue: queue].dead[id] != nil { self[queue: queue].dead[id] = until }
    }

    private mutating func close(_ id: DeliveryID) {
        outbox.deliveries[id] = nil
        guard !outbox.has(id.job) else { return }
        outbox.hidden[id.job] = nil
        guard let expiry = jobs[id.job]?.expiresWithoutDeliveries else { return }
        jobs[id.job]?.expiresWithoutDeliveries = nil
        live(id.job, until: expiry)
    }
}
