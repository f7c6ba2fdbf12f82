// Runs one job: resolve, perform, normalize, record.

import LeveeCore
import LeveeTracing
import Logging
import Tracing

/// Makes an attempt at a leased job and records how it ended.
struct Runner: Sendable {
    let session: Session

    func run(_ job: LeasedJob, until deadline: ContinuousClock.Instant, stop: Signal) async {
        await withSpan("attempt \(job.type)", context: .continuing(job.trace), ofKind: .consumer) { span in
            var attempt = Attempt(job: job, deadline: deadline, startedAt: .now)
            attempt.trace = TraceContext.current ?? job.trace
            session.logger.debug("attempt started", metadata: job.logged(in: attempt.trace))
            let ended = await perform(attempt.resolved(among: session.handlers), stop: stop).normalized()
            if case .failure = ended.outcome { span.setStatus(SpanStatus(code: .error)) }
            await record(ended)
        }
    }

    /// Calls the handler, unless the attempt has failed without it.
    private func perform(_ attempt: Attempt, stop: Signal) async -> Attempt {
        guard attempt.outcome == nil, let handler = attempt.binding?.handler, let payload = attempt.job.payload else {
            return attempt
        }
        var attempt = attempt
        let job = attempt.job
        let (context, blobs) = (context(for: attempt), session.blobs)
        let ended = await canceled(by: stop) { () -> Result<JobResult, any Error> in
            do {
                let payload = handler.readsBlobs ? payload : try await payload.loaded(from: blobs)
                return .success(try await handler.handle(job, payload: payload, context: context))
            } catch {
                return .failure(error)
            }
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
        var logger = session.logger
        for (key, value) in attempt.job.logged(in: attempt.trace) { logger[metadataKey: key] = value }
        let lease = attempt.job.lease
        return JobContext(
            job: attempt.job,
            deadline: attempt.deadline,
            logger: logger,
            trace: attempt.trace,
            blobs: session.blobs
        ) { [session] progress in
            session.report(progress, of: lease)
        }
    }

    private func record(_ attempt: Attempt) async {
        let now = ContinuousClock.now
        let ending = attempt.ended(at: now)
        session.metrics.ended(attempt, as: ending, at: now)
        if let blob = attempt.blob, !ending.refers(to: blob) { await session.discard([blob]) }
        session.logger.info("attempt ended", metadata: attempt.logged(as: ending))
        session.end(attempt.job.lease, as: ending)
    }
}

extension Attempt {
    /// What the log says of its end. The words of a failure are for whoever asks for the job: they may quote its payload.
    fileprivate func logged(as ending: Ending) -> Logger.Metadata {
        var metadata = job.logged(in: trace)
        metadata["duration"] = .duration(.now - startedAt)
        switch ending {
        case .settle(let settlement):
            metadata["outcome"] = "\(settlement.outcome.name)"
            if let code = settlement.outcome.code { metadata["code"] = "\(code)" }
        case .handBack: metadata["outcome"] = "handed-back"
        case .forget: metadata["outcome"] = "lost"
        }
        return metadata
    }

    /// The attempt with its result where it is to stay: in a blob, if it is too large for the store.
    fileprivate func storing(_ result: JobResult, in blobs: (any BlobStore)?) async -> Attempt {
        var attempt = self
        attempt.outcome = .success(result)
        // One that is too large for its type is refused as it is.
        guard result.content.length <= binding?.type.maxResultBytes ?? .max else {
            attempt.blob = result.content.blob
            return attempt
        }
        do throws(BlobError) {
            let name = BlobName.result(of: job.lease.id, fence: job.lease.fence)
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
