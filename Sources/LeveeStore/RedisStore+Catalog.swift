// Looking over all jobs, and calling off what waits.

public import LeveeCore
import LeveeRedis
import Logging

extension RedisStore: JobCatalog {
    public func jobs(
        _ filter: JobFilter,
        after cursor: JobCursor?,
        limit: Int
    ) async throws(StoreError) -> JobListing {
        var arguments: [[UInt8]] = []
        arguments.append(cursor?.text ?? "")
        arguments.append(limit)
        arguments.append(" " + filter.states.map(\.rawValue).joined(separator: " ") + " ")
        arguments.append(filter.type ?? "")
        arguments.append(filter.queue ?? "")
        for field in RecordFields.listed { arguments.append(field) }
        let reply = try await run(scripts.list, arguments)
        switch reply.array?.first?.string {
        case "queue": return .unknownQueue
        case "cursor": return .unknownCursor
        case "page": break
        default: throw .unexpectedReply("list answered \(reply)")
        }
        let parts = reply.array ?? []
        guard parts.count >= 2, let next = parts[1].string else { throw .unexpectedReply("list answered \(reply)") }
        var jobs: [JobRecord] = []
        for part in parts.dropFirst(2) {
            guard let job = part.array, job.count == 2, let id = job[0].string else {
                throw .unexpectedReply("list answered \(reply)")
            }
            do throws(StoreError) {
                if let record = try RecordFields.decode(job[1], id: JobID(trusted: id)) { jobs.append(record) }
            } catch {
                logger.error("a job cannot be listed", metadata: ["job": "\(id)", "error": "\(error)"])
            }
        }
        return .page(JobPage(jobs: jobs, next: next.isEmpty ? nil : JobCursor(next)))
    }

    public func cancelWaiting(in queue: String, after cursor: EmptyingCursor?) async throws(StoreError) -> Emptying {
        let reply = try await run(scripts.empty, [Array(queue.utf8), Array((cursor?.text ?? "").utf8)])
        guard let parts = reply.array, parts.count == 2, let canceled = parts[0].int, let next = parts[1].string else {
            throw .unexpectedReply("empty answered \(reply)")
        }
        return Emptying(canceled: canceled, next: next.isEmpty ? nil : EmptyingCursor(next))
    }
}
