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

    /// Reads leased jobs, and fetches the payloads that lie apart. A job that cannot be read, or whose payload cannot be
    /// fetched now, goes back; the others run.
    func leasedJobs(_ reply: RESPValue) async throws(StoreError) -> [LeasedJob] {
        guard let values = reply.array, values.count.isMultiple(of: Self.valuesPerJob) else {
            throw .unexpectedReply("claim answered \(reply)")
        }
        var jobs: [LeasedJob] = []
        var unread: [Lease] = []
        jobs.reserveCapacity(values.count / Self.valuesPerJob)
        for start in stride(from: 0, to: values.count, by: Self.valuesPerJob) {
            let item = Array(values[start..<start + Self.valuesPerJob])
            guard let lease = Self.lease(item) else { throw .unexpectedReply("claim answered \(item)") }
            guard let (leased, facts) = Self.leasedJob(item, lease) else {
                logger.error("a leased job could not be read: it goes back", metadata: ["job": "\(lease.id)"])
                unread.append(lease)
                continue
            }
            var job = leased
            if job.payload == nil, facts.payloadLength > 0 {
                do throws(StoreError) {
                    let bytes = try await send(RedisCommand("GET", keys.payload(job.lease.id)), large: true).bytes
                    job.payload = bytes.map { Content(mediaType: facts.payloadType, bytes: $0) }
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

    /// How many values a claim answers for each job.
    private static let valuesPerJob = 9

    private static func lease(_ values: [RESPValue]) -> Lease? {
        guard let id = values[0].string, let fence = values[1].int else { return nil }
        return Lease(id: JobID(trusted: id), fence: fence)
    }

    private static func leasedJob(_ values: [RESPValue], _ lease: Lease) -> (LeasedJob, JobFacts)? {
        guard let attempt = values[2].int, let alone = values[3].int,
            let facts = values[4].bytes.flatMap({ JobFacts($0) })
        else { return nil }
        let blob = Blob(values[6], name: .payload(of: lease.id)).map { Content(mediaType: facts.payloadType, blob: $0) }
        let job = LeasedJob(
            lease: lease,
            type: facts.type,
            queue: facts.queue,
            priority: facts.priority,
            attempt: attempt,
            maxAttempts: facts.maxAttempts,
            payload: values[5].bytes.map { Content(mediaType: facts.payloadType, bytes: $0) } ?? blob,
            createdAt: facts.createdAt,
            runsAlone: alone == 1,
            request: values[7].string.map { RequestHead(text: $0) },
            trace: values[8].bytes.flatMap { TraceContext(stored: $0) }
        )
        return (job, facts)
    }
}
