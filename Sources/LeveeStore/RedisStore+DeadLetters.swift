// Looking after failed jobs.

public import LeveeCore
import LeveeRedis
import Logging

extension RedisStore: DeadLetters {
    public func deadLetters(
        in queue: String,
        after cursor: DeadLetterCursor?,
        limit: Int
    ) async throws(StoreError) -> DeadLetterPage {
        var arguments: [[UInt8]] = []
        arguments.append("dead:\(queue)")
        arguments.append(cursor?.id.text ?? "")
        arguments.append(cursor.map { Int($0.keptUntil.milliseconds) })
        arguments.append(limit)
        let reply = try await run(scripts.dead, arguments)
        guard let fields = reply.array, let total = fields.first?.int, !fields.count.isMultiple(of: 2) else {
            throw .unexpectedReply("dead answered \(reply)")
        }
        var jobs: [JobRecord] = []
        var last: DeadLetterCursor?
        for index in stride(from: 1, to: fields.count, by: 2) {
            guard let id = fields[index].string.map({ JobID(trusted: $0) }), let until = Timestamp(fields[index + 1])
            else { throw .unexpectedReply("dead answered \(reply)") }
            last = DeadLetterCursor(id: id, keptUntil: until)
            do throws(StoreError) {
                // One may have been removed since.
                if let record = try await job(id) { jobs.append(record) }
            } catch .unexpectedReply(let reason) {
                logger.error("a dead letter cannot be listed", metadata: ["job": "\(id)", "error": "\(reason)"])
            }
        }
        let isFull = (fields.count - 1) / 2 == limit
        return DeadLetterPage(total: total, jobs: jobs, next: isFull ? last : nil)
    }

    public func retry(_ id: JobID, as newID: JobID) async throws(StoreError) -> RetryReply {
        let reply = try await run(scripts.retry, [Array(id.text.utf8), Array(newID.text.utf8)])
        let fields = reply.array ?? []
        let detail = fields.dropFirst().first?.string ?? ""
        switch fields.first?.string {
        case "retried":
            return .retried(JobID(trusted: detail), trace: fields.last?.bytes.flatMap { TraceContext(stored: $0) })
        case "again": return .again(JobID(trusted: detail))
        case "missing": return .missing
        case "payload": return .payloadMissing
        case "state":
            guard let state = JobState(rawValue: detail) else { throw .unexpectedReply("retry answered \(reply)") }
            return .notFailed(state)
        default: throw .unexpectedReply("retry answered \(reply)")
        }
    }

    public func purgeDeadLetters(in queue: String) async throws(StoreError) -> Int {
        let reply = try await run(scripts.purge, [Array(queue.utf8)])
        guard let count = reply.int else { throw .unexpectedReply("purge answered \(reply)") }
        return count
    }
}
