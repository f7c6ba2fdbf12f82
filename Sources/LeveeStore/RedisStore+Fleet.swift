// Looking at the deployment as a whole, and letting one autoscaler lead it.

public import LeveeCore
import LeveeRedis

extension RedisStore: FleetInspection {
    public func overview() async throws(StoreError) -> FleetOverview {
        let reply = try await run(scripts.overview, [])
        guard let parts = reply.array, parts.count == 5, let time = Timestamp(parts[0]),
            let autoscaler = parts[1].array, autoscaler.count == 6,
            let queues = parts[2].array, let workers = parts[3].array,
            let outbox = OutboxOverview(parts[4])
        else { throw .unexpectedReply("overview answered \(reply)") }
        return FleetOverview(
            time: time,
            queues: queues.compactMap(QueueOverview.init).sorted { $0.name < $1.name },
            workers: workers.compactMap(WorkerOverview.init).sorted { $0.name < $1.name },
            autoscaler: AutoscalerOverview(autoscaler, at: time),
            outbox: outbox
        )
    }
}

extension RedisStore: ScalingLead {
    public func lead(as name: String, for duration: Duration) async throws(StoreError) -> String {
        var arguments: [[UInt8]] = []
        arguments.append("lead")
        arguments.append(name)
        arguments.append(duration)
        let reply = try await run(scripts.lead, arguments)
        guard let leader = reply.string else { throw .unexpectedReply("lead answered \(reply)") }
        return leader
    }

    public func announce(_ verdict: ScalingVerdict, as name: String) async throws(StoreError) {
        var arguments: [[UInt8]] = []
        arguments.append("announce")
        arguments.append(name)
        arguments.append(verdict.desired)
        arguments.append(verdict.reason)
        _ = try await run(scripts.lead, arguments)
    }

    public func resign(as name: String) async throws(StoreError) {
        _ = try await run(scripts.lead, [Array("resign".utf8), Array(name.utf8)])
    }

    public func setManualTarget(_ workers: Int?) async throws(StoreError) {
        var arguments: [[UInt8]] = []
        arguments.append("hold")
        arguments.append(workers)
        _ = try await run(scripts.lead, arguments)
    }
}

extension QueueOverview {
    /// Reads a queue as overview.lua answers it.
    fileprivate init?(_ value: RESPValue) {
        guard let parts = value.array, parts.count == 6, let name = parts[0].string, let fields = parts[1].array,
            let due = parts[3].int, let dead = parts[5].int
        else { return nil }
        self.init(
            name: name,
            figures: QueueFigures(fields: fields),
            oldestReady: Timestamp(parts[2]),
            due: due,
            nextDue: Timestamp(parts[4]),
            dead: dead
        )
    }
}

extension OutboxOverview {
    /// Reads the follow-ups as overview.lua answers them.
    fileprivate init?(_ value: RESPValue) {
        guard let parts = value.array, parts.count == 4, let waiting = parts[0].int, let due = parts[1].int,
            let dead = parts[3].int
        else { return nil }
        self.init(waiting: waiting, due: due, oldestDue: Timestamp(parts[2]), dead: dead)
    }
}

extension WorkerOverview {
    /// Reads a worker as overview.lua answers it. A worker of an earlier version has told less of itself.
    fileprivate init?(_ value: RESPValue) {
        guard let parts = value.array, parts.count == 9, let name = parts[0].string, let host = parts[1].string,
            let processID = parts[2].int, let slots = parts[3].int, let seenAt = Timestamp(parts[8])
        else { return nil }
        func words(_ value: RESPValue) -> [String] { value.string?.split(separator: " ").map(String.init) ?? [] }
        self.init(
            name: name,
            host: host,
            processID: processID,
            slots: slots,
            queues: words(parts[4]),
            running: words(parts[5]).map { JobID(trusted: $0) },
            isDraining: parts[6].int == 1,
            startedAt: Timestamp(parts[7]) ?? seenAt,
            seenAt: seenAt
        )
    }
}

extension AutoscalerOverview {
    /// Reads the autoscaler as overview.lua answers it; what one said whose lead is over does not count any more.
    fileprivate init(_ fields: [RESPValue], at time: Timestamp) {
        self.init(manualTarget: fields[5].int)
        guard let until = Timestamp(fields[1]), until > time else { return }
        leader = fields[0].string
        desired = fields[2].int
        reason = fields[3].string
        decidedAt = Timestamp(fields[4])
    }
}
