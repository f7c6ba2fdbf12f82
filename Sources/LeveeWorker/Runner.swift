// Runs one job: resolve, perform, normalize, record.

import LeveeCore
import Logging

/// Makes an attempt at a leased job and records how it ended.
struct Runner: Sendable {
    let session: Session

    func run(_ job: LeasedJob, until deadline: ContinuousClock.Instant, stop: Signal) async {
        let attempt = Attempt(job: job, deadline: deadline, startedAt: .now)
        record(await perform(attempt.resolved(among: session.handlers), stop: stop).normalized())
    }

    /// Calls the handler, unless the attempt has failed without it.
    private func perform(_ attempt: Attempt, stop: Signal) async -> Attempt {
        guard attempt.outcome == nil, let handler = attempt.binding?.handler, let payload = attempt.job.payload else {
            return attempt
        }
        var attempt = attempt
        let job = attempt.job
        let context = context(for: attempt)
        let ended = await canceled(by: stop) { () -> Result<JobResult, any Error> in
            do {
                return .success(try await handler.handle(job, payload: payload, context: context))
            } catch {
                return .failure(error)
            }
        }
        attempt.stopReason = session.stopReason(of: job.lease)
        switch ended {
        case .success(let result): attempt.outcome = .success(result)
        case .failure(let failure as JobFailure): attempt.outcome = .failure(failure)
        case .failure(let error):
            let failure = JobFailure(code: JobFailure.handlerErrorCode, detail: String(describing: error))
            attempt.outcome = .failure(failure)
        case nil: break
        }
        return attempt
    }

    private func context(for attempt: Attempt) -> JobContext {
        var logger = session.logger
        logger[metadataKey: "job"] = "\(attempt.job.lease.id)"
        logger[metadataKey: "type"] = "\(attempt.job.type)"
        logger[metadataKey: "attempt"] = "\(attempt.job.attempt)"
        let lease = attempt.job.lease
        return JobContext(job: attempt.job, deadline: attempt.deadline, logger: logger) { [session] progress in
            session.report(progress, of: lease)
        }
    }

    private func record(_ attempt: Attempt) {
        let ending = attempt.ended(at: .now)
        if case .settle(let settlement) = ending, case .failed(let failure, _) = settlement.outcome {
            session.logger.info(
                "attempt failed",
                metadata: [
                    "job": "\(attempt.job.lease.id)", "type": "\(attempt.job.type)",
                    "attempt": "\(attempt.job.attempt)", "code": "\(failure.code)", "detail": "\(failure.detail)",
                ]
            )
        }
        session.end(attempt.job.lease, as: ending)
    }
}
