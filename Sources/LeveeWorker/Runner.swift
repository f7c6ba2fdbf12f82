// Runs jobs: resolve, perform, normalize, record.

import LeveeCore
import LeveeTracing
import Logging
import Tracing

/// Makes attempts at leased jobs and records how they ended.
struct Runner: Sendable {
    let session: Session

    /// Makes the attempts, and ends at most half of the slots at once: while the store settles these, the others run.
    func run(_ chain: Chain) async {
        defer { session.leave(chain) }
        let tracer = InstrumentationSystem.tracer
        let most = min((session.configuration.slots + 1) / 2, session.configuration.batchCount)
        for first in stride(from: 0, to: chain.jobs.count, by: most) {
            // Else what was ended just now would be settled when this half has ended, too.
            if first > 0 { await Task.yield() }
            var ended: EndedAttempt?
            for index in first..<min(first + most, chain.jobs.count) {
                guard let attempt = chain.begin(after: ended.take(), among: session.handlers) else { break }
                if index == 0 { session.begun.ring() }
                ended = await make(attempt, stop: chain.stop, tracer: tracer)
            }
            await record(chain.takeEnded(with: ended))
        }
    }

    /// Records how the attempts have ended that a chain has made, and gives up those that it has not begun.
    func record(_ rest: Chain.Rest) async {
        let now = ContinuousClock.now
        let left = rest.waiting.map { job in
            var attempt = Attempt(job: job, startedAt: now)
            attempt.stopReason = session.stopReason(of: job.lease)
            return EndedAttempt(attempt, at: now)
        }
        await record(rest.ended + left)
    }

    private func make(_ attempt: Attempt, stop: Signal?, tracer: any Tracer) async -> EndedAttempt {
        let job = attempt.job
        let (name, context) = ("attempt \(job.type)", InstrumentationContext.continuing(job.trace))
        return await tracer.withAnySpan(name, context: context, ofKind: .consumer) { span in
            var attempt = attempt
            attempt.trace = TraceContext.current ?? job.trace
            session.logger.debug("attempt started", metadata: job.logged(in: attempt.trace))
            attempt = await perform(attempt, stop: stop).normalized()
            if case .failure = attempt.outcome { span.setStatus(SpanStatus(code: .error)) }
            return EndedAttempt(attempt, at: .now)
        }
    }

    /// Calls the handler, unless the attempt has failed without it, or is to end before it has begun.
    private func perform(_ attempt: Attempt, stop: Signal?) async -> Attempt {
        guard attempt.outcome == nil, let handler = attempt.binding?.handler, let payload = attempt.job.payload else {
            return attempt
        }
        var attempt = attempt
        let job = attempt.job
        let (context, blobs) = (context(for: attempt), session.blobs)
        let work = { @Sendable () async -> Result<JobResult, any Error> in
            do {
                let payload = handler.readsBlobs ? payload : try await payload.loaded(from: blobs)
                return .success(try await handler.handle(job, payload: payload, context: context))
            } catch {
                return .failure(error)
            }
        }
        var ended: Result<JobResult, any Error>?
        if let stop {
            ended = await canceled(by: stop, work)
        } else if session.stopReason(of: job.lease) == nil {
            ended = await work()
        }
        attempt.stopReason = session.stopReason(of: job.lease)
        switch ended {
        case .success(let result): attempt = await attempt.storing(result, in: blobs)
        case .failure(let failure as JobFailure): attempt.outcome = .failure(failure)
        case .failure(let error as BlobError): attempt.outcome = .failure(JobFailure(error))
        case .failure(let error):
            let failure = JobFailure(code: JobFailure.handlerErrorCode, detail: String(describing: error))
            attempt.outcome = .failure(failure)
        case nil: break
        }
        return attempt
    }

    private func context(for attempt: Attempt) -> JobContext {
        let lease = attempt.job.lease
        return JobContext(
            job: attempt.job,
            deadline: attempt.deadline,
            logger: session.logger,
            trace: attempt.trace,
            blobs: session.blobs
        ) { [session] progress in
            session.report(progress, of: lease)
        }
    }

    /// Takes down how attempts have ended. Their log lines are written before the store is told of any of them.
    private func record(_ ended: [EndedAttempt]) async {
        guard !ended.isEmpty else { return }
        for ended in ended {
            session.metrics.ended(ended.attempt, as: ended.ending, at: ended.time)
            if let blob = ended.attempt.blob, !ended.ending.refers(to: blob) { await session.discard([blob]) }
        }
        LogBatch.gather {
            for ended in ended {
                session.logger.info("attempt ended", metadata: ended.attempt.logged(as: ended.ending, at: ended.time))
            }
        }
        session.end(ended.map { (lease: $0.attempt.job.lease, ending: $0.ending) })
    }
}

extension Attempt {
    /// What the log says of its end. The words of a failure are for whoever asks for the job: they may quote its payload.
    fileprivate func logged(as ending: Ending, at now: ContinuousClock.Instant) -> Logger.Metadata {
        var metadata = job.logged(in: trace)
        metadata["duration"] = .duration(now - startedAt)
        switch ending {
        case .settle(let settlement):
            metadata["outcome"] = .string(settlement.outcome.name)
            if let code = settlement.outcome.code { metadata["code"] = "\(code)" }
        case .handBack: metadata["outcome"] = "handed-back"
        case .forget: metadata["outcome"] = "lost"
        }
        return metadata
    }

    /// The attempt with its result where it is to stay: in a blob, if it is too large for the store.
    fileprivate consuming func storing(_ result: JobResult, in blobs: (any BlobStore)?) async -> Attempt {
        var attempt = self
        attempt.outcome = .success(result)
        // One that is too large for its type is refused as it is.
        guard result.content.length <= attempt.binding?.type.maxResultBytes ?? .max else {
            attempt.blob = result.content.blob
            return attempt
        }
        do throws(BlobError) {
            let name = BlobName.result(of: attempt.job.lease.id, fence: attempt.job.lease.fence)
            let content = try await result.content.stored(as: name, in: blobs)
            attempt.outcome = .success(JobResult(status: result.status, content: content, fields: result.fields))
            attempt.blob = content.blob
        } catch {
            var failure = JobFailure(error)
            // A result for which there is no room may never have any.
            if error == .full { failure.disposition = .retry(after: nil) }
            attempt.outcome = .failure(failure)
        }
        return attempt
    }
}

extension Attempt.Ending {
    /// Whether the store will be told of a blob.
    fileprivate func refers(to blob: Blob) -> Bool {
        guard case .settle(let settlement) = self, case .succeeded(let result) = settlement.outcome else {
            return false
        }
        return result.content.blob == blob
    }
}

extension JobFailure {
    /// What a fault of the blob store means for a job: without its payload no attempt can succeed, everything else passes.
    fileprivate init(_ error: BlobError) {
        switch error {
        case .missing, .damaged:
            self.init(
                code: JobFailure.payloadLostCode,
                detail: "the payload is lost: \(error); submit the job again",
                disposition: .final
            )
        case .full, .unavailable:
            self.init(
                code: JobFailure.blobsUnavailableCode,
                detail: error.description,
                disposition: .throttle(after: nil)
            )
        }
    }
}

extension Session {
    /// Removes blobs that no job will refer to; what remains is swept.
    func discard(_ blobs: [Blob]) async {
        do throws(BlobError) {
            try await self.blobs?.remove(blobs.map(\.name))
        } catch {
            logger.debug("blobs could not be removed", metadata: ["error": "\(error)"])
        }
    }
}
