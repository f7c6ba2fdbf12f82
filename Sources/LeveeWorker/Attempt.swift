// One attempt at a job, step by step, until it is known what is to be told to the store.

import LeveeCore
import Logging

/// An attempt as it goes through the hands of the ``Runner``: each step adds what it has found out.
struct Attempt: Sendable {
    /// What is to be done about an attempt that has ended.
    enum Ending: Sendable {
        case settle(Settlement)
        /// Give the job up for another worker.
        case handBack
        /// The lease is somebody else's.
        case forget
    }

    let job: LeasedJob
    let startedAt: ContinuousClock.Instant
    var binding: HandlerBinding?
    var outcome: Result<JobResult, JobFailure>?
    /// What the attempt has put into the blob store as its result.
    var blob: Blob?
    var stopReason: WorkerState.StopReason?
    /// The span of the attempt.
    var trace: TraceContext?

    /// When it takes too long.
    var deadline: ContinuousClock.Instant { startedAt + (binding?.type.timeout ?? .zero) }

    init(job: LeasedJob, startedAt: ContinuousClock.Instant) {
        self.job = job
        self.startedAt = startedAt
    }

    /// Finds the handler and the payload; an attempt that lacks either has failed already.
    consuming func resolved(among handlers: [String: HandlerBinding]) -> Attempt {
        var attempt = self
        attempt.binding = handlers[attempt.job.type]
        if attempt.binding == nil {
            let known = handlers.keys.sorted().joined(separator: ", ")
            attempt.outcome = .failure(
                JobFailure(
                    code: JobFailure.unknownTypeCode,
                    detail: "this worker has no handler for the type \"\(attempt.job.type)\"; it knows: \(known)"
                )
            )
        } else if attempt.job.payload == nil {
            attempt.outcome = .failure(.payloadLost)
        }
        return attempt
    }

    /// Holds the outcome to what may be stored: a result within its limits, a failure with a code that is a token.
    consuming func normalized() -> Attempt {
        var attempt = self
        switch attempt.outcome {
        case .success(let result):
            guard let fault = result.fault(within: attempt.binding?.type) else { break }
            attempt.outcome = .failure(fault)
        case .failure(let failure): attempt.outcome = .failure(failure.normalized())
        case nil: break
        }
        return attempt
    }

    /// What the store is to be told.
    ///
    /// A handler that returned a result although it was asked to stop has done the work, so the result counts; not so
    /// after the timeout, which is a rule of the type, nor when the job may be somebody else's.
    func ended(at now: ContinuousClock.Instant) -> Ending {
        var succeeded: JobResult?
        if case .success(let result) = outcome { succeeded = result }
        switch (stopReason, succeeded) {
        case (.lost, _): return .forget
        case (.timeout, _):
            let failure = tooLong
            return settle(.failed(failure, retryAfter: delay(for: failure)), at: now)
        case (_, let result?): return settle(.succeeded(result), at: now)
        case (.cancel, nil): return settle(.canceled, at: now)
        case (.drain, nil): return .handBack
        case (nil, nil):
            guard case .failure(let failure) = outcome else { return .handBack }
            return settle(.failed(failure, retryAfter: delay(for: failure)), at: now)
        }
    }

    /// The failure of an attempt that took too long; the handler may say what that means for the job.
    private var tooLong: JobFailure {
        var failure = JobFailure.tooLong(binding?.type.timeout ?? .zero, type: job.type)
        if case .failure(let own) = outcome, own.code == JobFailure.timeoutCode {
            failure.disposition = own.disposition
        }
        return failure
    }

    private func settle(_ outcome: Settlement.Outcome, at now: ContinuousClock.Instant) -> Ending {
        .settle(Settlement(lease: job.lease, outcome: outcome, busy: now - startedAt))
    }

    private func delay(for failure: JobFailure) -> Duration {
        var generator = SystemRandomNumberGenerator()
        let retry = binding?.type.retry ?? RetryPolicy()
        return retry.delay(after: failure, attempt: job.attempt, fence: job.lease.fence, using: &generator)
    }
}

extension JobResult {
    /// Why the result cannot be stored or served, if it cannot.
    fileprivate func fault(within type: JobType?) -> JobFailure? {
        if let limit = type?.maxResultBytes, content.length > limit {
            return JobFailure(
                code: JobFailure.resultTooLargeCode,
                detail: "the result has \(content.length) bytes, its type allows \(limit)",
                disposition: .final
            )
        }
        guard (200...299).contains(status) else {
            return JobFailure(
                code: JobFailure.invalidResultCode,
                detail: "the handler gave its result the status \(status); it may be 200 to 299",
                disposition: .final
            )
        }
        let type = content.mediaType.utf8
        guard type.contains(0x2F), type.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            return JobFailure(
                code: JobFailure.invalidResultCode,
                detail: "the handler gave its result a media type that is none, such as text/plain",
                disposition: .final
            )
        }
        return nil
    }
}
