// Looking at jobs and queues.

public import LeveeCore
import LeveeRedis

extension RedisStore: JobInspection {
    public func recognize(_ text: String) -> JobID? {
        guard let id = founding.authority.recognize(text), id.text.hasPrefix(Self.partition) else { return nil }
        return id
    }

    public func job(_ id: JobID) async throws(StoreError) -> JobRecord? {
        var command = RedisCommand("HMGET", keys.job(id))
        for field in RecordFields.all { command.append(field) }
        let reply = try await send(command)
        return try RecordFields.decode(reply, id: id)
    }

    public func result(of id: JobID) async throws(StoreError) -> [UInt8]? {
        let reply = try await send(RedisCommand("GET", keys.result(id)), large: true)
        return reply.bytes
    }

    public func history(of id: JobID) async throws(StoreError) -> [HistoryEntry]? {
        let reply = try await send(RedisCommand("HMGET", keys.job(id), "h", "s"))
        guard let fields = reply.array, fields.count == 2,
            let standing = fields[1].bytes.flatMap({ JobStanding($0) })
        else { return nil }
        // A job that has not changed since its submit has no log of its own yet.
        guard let log = fields[0].bytes else {
            return [HistoryEntry(version: 1, state: standing.state, at: standing.updatedAt, cause: .submit)]
        }
        return String(decoding: log, as: UTF8.self).split(separator: "\n").compactMap(HistoryEntry.init(line:))
    }

    public func place(of id: JobID) async throws(StoreError) -> JobPlace? {
        let reply = try await run(scripts.place, [Array(id.text.utf8)])
        if reply.isNull { return nil }
        guard let fields = reply.array, fields.count == 7, let time = Timestamp(fields[0]), let version = fields[1].int,
            let startBy = Timestamp(fields[2])
        else { throw .unexpectedReply("place answered \(reply)") }
        return JobPlace(
            time: time,
            version: version,
            startBy: startBy,
            worker: fields[3].string.flatMap { $0.isEmpty ? nil : $0 },
            leaseUntil: Timestamp(fields[4]),
            ahead: fields[5].int,
            endBy: Timestamp(fields[6])
        )
    }

    public func figures(of queue: String) async throws(StoreError) -> QueueFigures {
        let reply = try await send(RedisCommand("HGETALL", keys.stats(queue)))
        return QueueFigures(fields: reply.array ?? [])
    }

    public func line(of queue: String) async throws(StoreError) -> QueueLine {
        let reply = try await run(scripts.line, [Array(queue.utf8)])
        guard let parts = reply.array, parts.count == 4, let time = Timestamp(parts[0]), let slots = parts[1].int,
            let elsewhere = parts[2].int, let lists = parts[3].array, lists.count == Priority.allCases.count
        else { throw .unexpectedReply("line answered \(reply)") }
        return QueueLine(
            time: time,
            slots: slots,
            runningElsewhere: elsewhere,
            stretches: lists.map { list in
                let parts = list.array ?? []
                return QueueLine.Stretch(
                    left: parts.first?.int ?? 0,
                    length: parts.dropFirst().first?.int ?? 0,
                    types: parts.dropFirst(2).map { $0.string.flatMap { $0.isEmpty ? nil : $0 } }
                )
            }
        )
    }
}
