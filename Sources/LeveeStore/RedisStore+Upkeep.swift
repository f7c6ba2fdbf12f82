// Letting time pass, holding queues, and hearing of changes.

public import LeveeCore
import LeveeRedis

extension RedisStore: JobUpkeep {
    @discardableResult
    public func tick(lease: Duration) async throws(StoreError) -> TickReport? {
        var arguments: [[UInt8]] = []
        arguments.append(lease)
        arguments.append(Self.poisonAfter)
        arguments.append(founding.epoch)
        let reply = try await run(scripts.tick, arguments)
        if reply.isNull { return nil }
        if reply.string == "reopen" {
            try await reopen()
            return nil
        }
        guard let counts = reply.array?.compactMap(\.int), counts.count == 4 else {
            throw .unexpectedReply("tick answered \(reply)")
        }
        return TickReport(reaped: counts[0], promoted: counts[1], expired: counts[2], isHolding: counts[3] == 1)
    }

    public func setPaused(_ paused: Bool, queue: String) async throws(StoreError) {
        var arguments: [[UInt8]] = []
        arguments.append(queue)
        arguments.append(paused)
        _ = try await run(scripts.pause, arguments)
    }

    public func ping() async throws(StoreError) {
        _ = try await send(RedisCommand("PING"))
    }

    public func memory() async throws(StoreError) -> StoreMemory {
        let reply = try await send(RedisCommand("INFO", "memory"))
        let fields = ServerInfo.fields(reply.string ?? "")
        guard let used = fields["used_memory"].flatMap(Int.init), let limit = fields["maxmemory"].flatMap(Int.init)
        else {
            throw .unexpectedReply("INFO memory tells of no used_memory and maxmemory")
        }
        // Buffers of the append-only file and of replicas are not held against the limit.
        let exempt = fields["mem_not_counted_for_evict"].flatMap(Int.init) ?? 0
        return StoreMemory(used: used - exempt, limit: limit == 0 ? nil : limit)
    }
}

extension RedisStore: JobFeed {
    public func listen(_ onEvent: @escaping @Sendable (FeedEvent) -> Void) async {
        let subscription = RedisSubscription(
            configuration: client.configuration,
            channels: [keys.events],
            logger: logger
        )
        await subscription.run { event in
            switch event {
            case .subscribed: onEvent(.listening)
            case .disconnected: onEvent(.interrupted)
            case .message(_, let payload): onEvent(.changed(Self.changes(payload)))
            }
        }
    }

    /// Reads a message: one line for each job, `id version state`; the state of a removed job is `gone`.
    static func changes(_ payload: [UInt8]) -> [JobChange] {
        String(decoding: payload, as: UTF8.self).split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ")
            guard parts.count == 3, let version = Int(parts[1]) else { return nil }
            return JobChange(
                id: JobID(trusted: String(parts[0])),
                version: version,
                state: JobState(rawValue: String(parts[2]))
            )
        }
    }
}
