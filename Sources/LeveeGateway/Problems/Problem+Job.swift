// What can be wrong with the job that a request is about.

import HTTPTypes
import LeveeCore

extension Problem {
    /// A job of a type that is not configured; names those that are, up to 20 of them.
    static func unknownType(known: some Collection<String>) -> Problem {
        let list = known.sorted().prefix(20).joined(separator: ", ")
        let more = known.count > 20 ? " and \(known.count - 20) more" : ""
        let types = known.isEmpty ? "none is configured" : list + more
        return Problem(
            status: .notFound,
            token: "unknown-type",
            title: "There is no such type of job",
            detail: "The types of job that are taken here: \(types)."
        )
    }

    /// An id that was never given out.
    static let unknownJob = Problem(
        status: .notFound,
        token: "unknown-job",
        title: "There is no such job",
        detail: "This id was never given out here. Take the links from the answer to the submit, unchanged."
    )

    /// A result that has no such file, or is none of several.
    static func unknownFile(_ name: String, known: [String]) -> Problem {
        Problem(
            status: .notFound,
            token: "unknown-file",
            title: "The result has no such file",
            detail: known.isEmpty
                ? "The result is not made of several files. Take it from /resources/{id}."
                : "The result has no file \"\(name.prefix(100))\"; it has \(known.prefix(20).joined(separator: ", ")).",
            members: [Member("files", .array(known.map { .string($0) }))]
        )
    }

    /// A genuine id of which nothing is left.
    static let gone = Problem(
        status: .gone,
        token: "gone",
        title: "The job is gone",
        detail: "The job was removed, or was kept for as long as its type says. Send it again if it is still needed."
    )

    /// A job that is there, of whose result only the size is left.
    static let resultLost = Problem(
        status: .gone,
        token: "result-lost",
        title: "The result is lost",
        detail: "The job has succeeded, but its result is not in the folder for large ones any more, or not as it was "
            + "written. Send the job again if the result is still needed, and tell the operator."
    )

    /// The job has changed since the client looked at it.
    static let preconditionFailed = Problem(
        status: .preconditionFailed,
        token: "precondition-failed",
        title: "The job has changed",
        detail: "The job is in another version than If-Match names, and nothing was done. Look at its monitor again."
    )

    /// Two different submits with one idempotency key.
    static let keyReused = Problem(
        status: .unprocessableContent,
        token: "idempotency-key-reused",
        title: "The Idempotency-Key was used for something else",
        detail: "Another type, media type or payload was sent with this key. Send a new job with a key of its own."
    )

    /// A submit sent again after the job that came of it was removed.
    static let keyedJobGone = Problem(
        status: .gone,
        token: "gone",
        title: "The job is gone",
        detail: "The job that was made with this Idempotency-Key was removed. Send it with another key to run it again."
    )

    /// The result of a job that has not ended.
    static func notReady(_ state: JobState, seconds: Int, monitor: String) -> Problem {
        Problem(
            status: .notFound,
            token: "not-ready",
            title: "The job has not ended",
            detail: "The job is \(state.rawValue). Ask again in \(seconds) s, or watch \(monitor).",
            headers: [.operationLocation: monitor]
        ).retry(after: seconds)
    }

    static func queueFull(_ queue: String, limit: SubmitReply.QueueLimit, retryAfter seconds: Int) -> Problem {
        let what =
            switch limit {
            case .count: "as many jobs"
            case .bytes: "as many bytes of payload"
            case .wait: "as much work before this job"
            }
        return Problem(
            status: .serviceUnavailable,
            token: "queue-full",
            title: "The queue is full",
            detail:
                "The queue \(queue) holds \(what) as it may; nothing was stored. Send the job again in \(seconds) s.",
            members: [Member("queue", .string(queue)), Member("limit", .string(limit.rawValue))]
        ).retry(after: seconds)
    }

    /// The outcome of a submit is not known, so the client must be able to find out: no `Retry-After`, which would make
    /// clients send the job twice without looking; unless an idempotency key sees to that.
    static func unknownOutcome(_ id: JobID, monitor: String, hasKey: Bool) -> Problem {
        let problem = Problem(
            status: .serviceUnavailable,
            token: "unknown-outcome",
            title: "The job may or may not be stored",
            detail: hasKey
                ? "The store did not answer. Send the job again with the same Idempotency-Key: it will run once."
                : "The store did not answer. Look at \(monitor) before you send the job again: it may exist.",
            members: [Member("id", .string(id.text)), Member("monitor", .string(monitor))]
        )
        return hasKey ? problem.retry(after: storeRetrySeconds) : problem
    }
}
