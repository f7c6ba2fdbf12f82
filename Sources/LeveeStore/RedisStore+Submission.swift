// Taking jobs in and ending them on request.

public import LeveeCore
import LeveeRedis
import Logging

extension RedisStore: JobSubmission {
    public func newID() -> JobID { founding.authority.mint(partition: Self.partition) }

    public func submit(_ job: NewJob, rules: QueueRules) async throws(StoreError) -> SubmitReply {
        let isLarge = job.payload.bytes.count > Self.inlineLimit
        var arguments: [[UInt8]] = []
        arguments.reserveCapacity(22)
        arguments.append(job.id.text)
        arguments.append(job.type)
        arguments.append(job.queue)
        arguments.append(job.priority.rawValue)
        arguments.append(job.delay)
        arguments.append(job.ageLimit)
        arguments.append(job.retention.map { Int($0.milliseconds) })
        arguments.append(job.maxAttempts)
        arguments.append(job.payload.mediaType)
        arguments.append(job.payload.blob.map { Array($0.reference.utf8) } ?? job.payload.bytes)
        arguments.append(job.payload.place)
        arguments.append(rules.maxReady)
        arguments.append(rules.maxBytes)
        arguments.append(job.deadline.map { Int($0.milliseconds) })
        arguments.append(job.tenant.name)
        arguments.append(job.idempotencyName ?? "")
        arguments.append(job.idempotencyKey == nil ? "" : job.fingerprint)
        arguments.append(rules.maxAhead)
        arguments.append(Self.lines(of: job.followUps))
        arguments.append(job.request?.text ?? "")
        arguments.append(job.trace?.stored ?? [])
        do throws(StoreError) {
            return try await take(job, arguments, large: isLarge)
        } catch .unknownOutcome(let reason) where !Task.isCancelled {
            logger.warning(
                "the outcome of a submit is unknown: sending it again",
                metadata: ["job": "\(job.id)", "reason": "\(reason)"]
            )
        }
        let second: SubmitReply
        do throws(StoreError) {
            second = try await take(job, arguments, large: isLarge)
        } catch {
            throw .unknownOutcome(error.description)
        }
        guard case .duplicate = second else { return second }
        do throws(StoreError) {
            return try await self.job(job.id).map { .accepted($0) } ?? second
        } catch {
            throw .unknownOutcome(error.description)
        }
    }

    /// Sends a job, and once more if Redis turns out to have been emptied, unless its id is worth nothing then.
    private func take(
        _ job: NewJob,
        _ arguments: [[UInt8]],
        large: Bool
    ) async throws(StoreError) -> SubmitReply {
        for _ in 0..<2 {
            let epoch = Array(founding.epoch.utf8)
            let reply = try await run(scripts.submit, arguments + [epoch], large: large)
            guard reply.array?.first?.string == "reopen" else { return try await decodeSubmit(reply, job) }
            try await reopen()
            guard recognize(job.id.text) != nil else { break }
        }
        throw .unavailable("Redis was emptied while the job was on its way")
    }

    private func decodeSubmit(_ reply: RESPValue, _ job: NewJob) async throws(StoreError) -> SubmitReply {
        guard let fields = reply.array, let verdict = fields.first?.string else {
            throw .unexpectedReply("submit answered \(reply)")
        }
        switch verdict {
        case "duplicate":
            return .duplicate
        case "conflict":
            return .conflict
        case "gone":
            return .gone
        case "replayed":
            guard let id = fields.last?.string else { break }
            return try await self.job(JobID(trusted: id)).map { .replayed($0) } ?? .gone
        case "full":
            guard let limit = fields.last?.string.flatMap(SubmitReply.QueueLimit.init) else { break }
            return .full(limit)
        case "accepted":
            guard fields.count == 6, let state = fields[1].string.flatMap(JobState.init), let ticket = fields[2].int,
                let now = Timestamp(fields[3]), let due = Timestamp(fields[4]), let expiry = Timestamp(fields[5])
            else { break }
            let record = JobRecord(accepting: job, as: state, ticket: ticket, at: now, due: due, expiresAt: expiry)
            return .accepted(record)
        default:
            break
        }
        throw .unexpectedReply("submit answered \(reply)")
    }

    public func cancel(
        _ id: JobID,
        by tenant: Tenant?,
        expecting versions: [Int]?
    ) async throws(StoreError) -> CancelReply? {
        let reply = try await run(scripts.cancel, Self.demand(on: id, by: tenant, expecting: versions))
        if reply.isNull { return nil }
        guard let verdict = reply.string.flatMap(CancelReply.init) else {
            throw .unexpectedReply("cancel answered \(reply)")
        }
        return verdict
    }

    public func remove(
        _ id: JobID,
        by tenant: Tenant?,
        expecting versions: [Int]?
    ) async throws(StoreError) -> RemoveReply {
        let reply = try await run(scripts.remove, Self.demand(on: id, by: tenant, expecting: versions))
        let fields = reply.array ?? []
        switch fields.first?.string {
        case "removed": return .removed(trace: fields.last?.bytes.flatMap { TraceContext(stored: $0) })
        case "pending": return .pending
        case "missing": return .missing
        case "foreign": return .foreign
        case "stale": return .stale
        default: throw .unexpectedReply("remove answered \(reply)")
        }
    }

    /// Which job somebody wants to be changed; the versions between commas, as `is_stale` looks for them.
    private static func demand(on id: JobID, by tenant: Tenant?, expecting versions: [Int]?) -> [[UInt8]] {
        var arguments: [[UInt8]] = []
        arguments.append(id.text)
        arguments.append(tenant?.name ?? "")
        arguments.append(versions.map { versions in "," + versions.map { "\($0)," }.joined() } ?? "")
        return arguments
    }
}
