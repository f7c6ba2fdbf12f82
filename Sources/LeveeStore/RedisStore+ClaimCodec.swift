// What claims and settlements look like on the wire.

import LeveeCore
import LeveeRedis
import Logging

extension RedisStore {
    static let argumentsWithoutClaim: [[UInt8]] = ["0", "", "0", "0", "0"].map { Array($0.utf8) }

    static func arguments(claiming request: ClaimRequest) -> [[UInt8]] {
        var arguments: [[UInt8]] = []
        arguments.append(request.limit)
        arguments.append(request.worker)
        arguments.append(request.lease)
        arguments.append(request.isIdle)
        arguments.append(request.queues.count)
        for queue in request.queues {
            arguments.append(queue.name)
            arguments.append(queue.concurrency)
            arguments.append(queue.rate?.interval)
        }
        return arguments
    }

    static func verdicts(_ reply: RESPValue, count: Int) throws(StoreError) -> [SettleReply.Verdict] {
        let verdicts = (reply.array ?? []).compactMap { $0.string.flatMap(SettleReply.Verdict.init) }
        guard verdicts.count == count else { throw .unexpectedReply("a settlement was answered with \(reply)") }
        return verdicts
    }

    /// Reads leased jobs, and fetches the payloads that lie apart. A job whose payload cannot be fetched now goes back.
    func leasedJobs(_ reply: RESPValue) async throws(StoreError) -> [LeasedJob] {
        guard let items = reply.array else { throw .unexpectedReply("claim answered \(reply)") }
        var jobs: [LeasedJob] = []
        var unread: [Lease] = []
        jobs.reserveCapacity(items.count)
        for item in items {
            guard let (leased, mediaType, length) = Self.leasedJob(item) else {
                throw .unexpectedReply("claim answered \(item)")
            }
            var job = leased
            if job.payload == nil, length > 0 {
                do throws(StoreError) {
                    let bytes = try await send(RedisCommand("GET", keys.payload(job.lease.id)), large: true).bytes
                    job.payload = bytes.map { Content(mediaType: mediaType, bytes: $0) }
                } catch {
                    logger.warning(
                        "a payload could not be read: its job goes back",
                        metadata: ["job": "\(job.lease.id)", "error": "\(error)"]
                    )
                    unread.append(job.lease)
                    continue
                }
            }
            jobs.append(job)
        }
        if !unread.isEmpty { try await release(unread, by: nil) }
        return jobs
    }

    private static func leasedJob(_ item: RESPValue) -> (LeasedJob, mediaType: String, length: Int)? {
        guard let fields = item.array, fields.count == 15, let id = fields[0].string, let fence = fields[1].int,
            let type = fields[2].string, let queue = fields[3].string,
            let priority = fields[4].int.flatMap(Priority.init),
            let attempt = fields[5].int, let maxAttempts = fields[6].int, let createdAt = Timestamp(fields[7]),
            let mediaType = fields[8].string, let length = fields[9].int, let alone = fields[11].int
        else { return nil }
        let name = BlobName.payload(of: JobID(trusted: id))
        let blob = Blob(fields[13], name: name).map { Content(mediaType: mediaType, blob: $0) }
        let job = LeasedJob(
            lease: Lease(id: JobID(trusted: id), fence: fence),
            type: type,
            queue: queue,
            priority: priority,
            attempt: attempt,
            maxAttempts: maxAttempts,
            payload: fields[10].bytes.map { Content(mediaType: mediaType, bytes: $0) } ?? blob,
            createdAt: createdAt,
            runsAlone: alone == 1,
            request: fields[12].string.map { RequestHead(text: $0) },
            trace: fields[14].bytes.flatMap { TraceContext(stored: $0) }
        )
        return (job, mediaType, length)
    }
}
