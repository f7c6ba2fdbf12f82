// Handing jobs to workers and taking them back.

public import LeveeCore
import LeveeRedis

extension RedisStore: JobLeasing {
    public func awaitWork(in queues: [String], timeout: Duration) async throws(StoreError) -> WakeUp? {
        do throws(RedisError) {
            guard let (key, value) = try await blocking.pop(from: queues.map(keys.wake), timeout: timeout) else {
                return nil
            }
            return WakeUp(queue: keys.queue(ofWake: key), hint: String(decoding: value, as: UTF8.self))
        } catch .canceled {
            return nil
        } catch {
            throw StoreError(error)
        }
    }

    public func claim(_ request: ClaimRequest) async throws(StoreError) -> [LeasedJob] {
        let reply = try await run(scripts.claim, Self.arguments(claiming: request))
        guard let parts = reply.array, parts.count == 2 else { throw .unexpectedReply("claim answered \(reply)") }
        pacer.note(parts[1])
        return try await leasedJobs(parts[0])
    }

    public func settle(
        _ settlements: [Settlement],
        claiming request: ClaimRequest?
    ) async throws(StoreError) -> SettleReply {
        var verdicts = [SettleReply.Verdict](repeating: .stale, count: settlements.count)
        var small: [Int] = []
        var failed: [Int] = []
        for (index, settlement) in settlements.enumerated() {
            guard case .succeeded(let result) = settlement.outcome else {
                failed.append(index)
                continue
            }
            if result.content.bytes.count > Self.inlineLimit {
                verdicts[index] = try await finish([settlement], claiming: nil, large: true).verdicts[0]
            } else {
                small.append(index)
            }
        }
        for batch in failed.batches(of: Self.batchLimit) {
            for (index, verdict) in zip(batch, try await fail(batch.map { settlements[$0] })) {
                verdicts[index] = verdict
            }
        }
        var claimed: [LeasedJob] = []
        let batches = small.batches(of: Self.batchLimit)
        for (number, batch) in batches.enumerated() {
            let reply = try await finish(
                batch.map { settlements[$0] },
                claiming: number == batches.count - 1 ? request : nil,
                large: false
            )
            for (index, verdict) in zip(batch, reply.verdicts) { verdicts[index] = verdict }
            claimed = reply.claimed
        }
        if batches.isEmpty, let request { claimed = try await claim(request) }
        return SettleReply(verdicts: verdicts, claimed: claimed)
    }

    private func finish(
        _ settlements: [Settlement],
        claiming request: ClaimRequest?,
        large: Bool
    ) async throws(StoreError) -> SettleReply {
        var arguments = request.map(Self.arguments(claiming:)) ?? Self.argumentsWithoutClaim
        for settlement in settlements {
            guard case .succeeded(let result) = settlement.outcome else { continue }
            arguments.append(settlement.lease.id.text)
            arguments.append(settlement.lease.fence)
            arguments.append(result.status)
            arguments.append(result.content.mediaType)
            arguments.append(result.content.blob.map { Array($0.reference.utf8) } ?? result.content.bytes)
            arguments.append(result.content.place)
            arguments.append(settlement.busy)
            arguments.append(result.fields.lines)
        }
        let reply = try await run(scripts.finish, arguments, large: large)
        CrashPoint.finishAnswered.reach()
        guard let parts = reply.array, parts.count == 3 else { throw .unexpectedReply("finish answered \(reply)") }
        pacer.note(parts[2])
        return SettleReply(
            verdicts: try Self.verdicts(parts[0], count: settlements.count),
            claimed: try await leasedJobs(parts[1])
        )
    }

    private func fail(_ settlements: [Settlement]) async throws(StoreError) -> [SettleReply.Verdict] {
        var arguments: [[UInt8]] = []
        for settlement in settlements {
            arguments.append(settlement.lease.id.text)
            arguments.append(settlement.lease.fence)
            switch settlement.outcome {
            case .succeeded:
                continue
            case .canceled:
                for field in ["cancel", "0", JobFailure.canceledCode, "", ""] { arguments.append(field) }
            case .failed(let failure, let delay):
                switch failure.disposition {
                case .retry: arguments.append("retry")
                case .throttle: arguments.append("throttle")
                case .final: arguments.append("final")
                }
                arguments.append(delay)
                arguments.append(failure.code)
                arguments.append(failure.detail)
                arguments.append(failure.status)
            }
            arguments.append(settlement.busy)
            var answer: JobFailure.Answer?
            if case .failed(let failure, _) = settlement.outcome { answer = failure.answer }
            arguments.append(answer?.status)
            arguments.append(answer?.content.mediaType ?? "")
            arguments.append(answer?.fields.lines ?? "")
            arguments.append(answer?.content.bytes ?? [])
        }
        let reply = try await run(scripts.fail, arguments)
        CrashPoint.failAnswered.reach()
        return try Self.verdicts(reply, count: settlements.count)
    }

    public func beat(_ beat: Heartbeat) async throws(StoreError) -> [Lease: LeaseVerdict] {
        var arguments: [[UInt8]] = []
        arguments.append(beat.worker)
        arguments.append(beat.host)
        arguments.append(beat.processID)
        arguments.append(beat.slots)
        arguments.append(beat.lease)
        arguments.append(beat.queues.joined(separator: " "))
        arguments.append(beat.isDraining)
        for (lease, progress) in beat.running {
            arguments.append(lease.id.text)
            arguments.append(lease.fence)
            arguments.append(progress != nil)
            arguments.append(progress?.percent ?? 0)
            arguments.append(progress?.stage ?? "")
            arguments.append(progress?.message ?? "")
        }
        // There has to be time for another before the leases are over.
        let reply = try await run(scripts.beat, arguments, timeout: beat.lease / 3)
        var verdicts: [Lease: LeaseVerdict] = [:]
        let fields = reply.array ?? []
        for index in stride(from: 0, to: fields.count - 2, by: 3) {
            guard let id = fields[index].string, let fence = fields[index + 1].int,
                let verdict = fields[index + 2].string.flatMap(LeaseVerdict.init)
            else { throw .unexpectedReply("beat answered \(reply)") }
            verdicts[Lease(id: JobID(trusted: id), fence: fence)] = verdict
        }
        return verdicts
    }

    public func release(_ leases: [Lease], by wakeUp: WakeUp?) async throws(StoreError) {
        var arguments: [[UInt8]] = []
        arguments.append(wakeUp?.queue ?? "")
        arguments.append(wakeUp?.hint ?? "")
        for lease in leases {
            arguments.append(lease.id.text)
            arguments.append(lease.fence)
        }
        _ = try await run(scripts.release, arguments)
    }

    public func leave(worker: String) async throws(StoreError) {
        _ = try await run(scripts.leave, [Array(worker.utf8)])
    }
}

extension Array {
    /// The elements in runs of at most `size`.
    fileprivate func batches(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
