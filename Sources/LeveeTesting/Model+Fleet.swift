// How the model shows the deployment as a whole, and lets one autoscaler lead.

import LeveeCore

extension Model {
    /// How far to look for the first job that is ready.
    private static let look = 20
    /// How many scheduled jobs to look at, the next ones first.
    private static let dueLimit = 100
    private static let longestLead = Duration.seconds(600)

    func overview(at now: Timestamp) -> FleetOverview {
        let scheduled = jobs.values.filter { $0.record.state == .scheduled }
        let dues = scheduled.map { (queue: $0.record.queue, at: $0.record.dueAt ?? now, id: $0.record.id.text) }
            .sorted { ($0.at, $0.id) < ($1.at, $1.id) }
            .prefix(Self.dueLimit)
        return FleetOverview(
            time: now,
            queues: queues.keys.sorted().map { name in
                QueueOverview(
                    name: name,
                    figures: self[queue: name].figures,
                    oldestReady: oldestReady(self[queue: name]),
                    due: dues.count { $0.queue == name && $0.at <= now },
                    nextDue: dues.first { $0.queue == name }?.at,
                    dead: self[queue: name].dead.count
                )
            },
            workers: workers.values.filter { $0.expires > now }.map(\.overview).sorted {
                $0.name < $1.name
            },
            autoscaler: leadUntil > now ? autoscaler : AutoscalerOverview(manualTarget: autoscaler.manualTarget),
            outbox: outbox.overview(at: now)
        )
    }

    private func oldestReady(_ queue: Queue) -> Timestamp? {
        (queue.lists + [queue.suspects]).compactMap { list in
            let ready = list.prefix(Self.look).compactMap { jobs[$0]?.record }.filter { $0.state == .queued }
            // Those that were handed back have no ticket; behind the first that has one, all came later.
            let handedBack = ready.prefix { $0.ticket == 0 }
            return (handedBack + ready.dropFirst(handedBack.count).prefix(1)).map(\.updatedAt).min()
        }.min()
    }

    /// Whether somebody leads. A lead that would last for longer than any is given for is one from before the clock was set back.
    private func holdsLead(at now: Timestamp) -> Bool { leadUntil > now && leadUntil - now <= Self.longestLead }

    mutating func lead(as name: String, for duration: Duration, at now: Timestamp) -> String {
        if let leader = autoscaler.leader, leader != name, holdsLead(at: now) { return leader }
        autoscaler.leader = name
        leadUntil = now + duration
        return name
    }

    mutating func announce(_ verdict: ScalingVerdict, as name: String, at now: Timestamp) {
        guard autoscaler.leader == name, holdsLead(at: now) else { return }
        autoscaler.desired = verdict.desired
        autoscaler.reason = verdict.reason
        autoscaler.decidedAt = now
    }

    mutating func resign(as name: String, at now: Timestamp) {
        guard autoscaler.leader == name, holdsLead(at: now) else { return }
        autoscaler = AutoscalerOverview(manualTarget: autoscaler.manualTarget)
        leadUntil = Timestamp(milliseconds: 0)
    }
}
