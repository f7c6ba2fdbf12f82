// What is to be said of a job that has ended.

import LeveeCore

extension JobExplanation {
    static func ended(_ facts: JobFacts) -> JobExplanation {
        let record = facts.record
        let when = "\(facts.span(record.updatedAt)) ago (\(record.updatedAt.rfc3339))"
        let rest = "in \(facts.span(record.expiresAt)) (\(record.expiresAt.rfc3339)) nothing is left of it."
        switch record.state {
        case .succeeded:
            let attempt = "Attempt \(record.attempt) of \(record.maxAttempts) was finished."
            return JobExplanation(
                place: "It has succeeded, \(when).",
                reason: "\(attempt)\(run(facts)) \(outcome(record))",
                next: "Nothing more; \(rest)"
            )
        case .failed:
            let isDeadLetter = facts.history.last.map { $0.cause == .fail || $0.cause == .poison } ?? false
            return JobExplanation(
                place: "It has failed, \(when).",
                reason: whyFailed(facts),
                next: isDeadLetter
                    ? "Nothing by itself: it is kept as a dead letter; \(rest)" : "Nothing more; \(rest)"
            )
        case .canceled, .scheduled, .queued, .running:
            return JobExplanation(
                place: "It was canceled, \(when).",
                reason: record.failure?.code == JobFailure.deadlineCode
                    ? "It had not ended by its deadline." : "Its end was asked for.",
                next: "Nothing more; \(rest)"
            )
        }
    }

    /// How long the last attempt took.
    private static func run(_ facts: JobFacts) -> String {
        facts.record.claimedAt.map { " It took \(Span.text(max(.zero, facts.record.updatedAt - $0)))." } ?? ""
    }

    private static func outcome(_ record: JobRecord) -> String {
        guard let result = record.result else { return "Its result is lost (levee doctor says more)." }
        let type = result.mediaType.isEmpty ? "" : " of \(LineText.escaped(result.mediaType))"
        return "Its result, \(count(result.length, "byte"))\(type), is at /resources/\(record.id)."
    }

    private static func whyFailed(_ facts: JobFacts) -> String {
        let record = facts.record
        guard let failure = record.failure else { return "Nothing says why." }
        let words = LineText.escaped(failure.detail)
        switch failure.code {
        case JobFailure.expiredCode: return "It was not started in time."
        case JobFailure.poisonCode: return "It \(words), and was given up."
        default:
            let attempts =
                record.failures >= record.maxAttempts
                ? "All \(count(record.maxAttempts, "attempt")) failed, the last one with"
                : "Attempt \(record.failures) of \(record.maxAttempts) failed for good, with"
            return "\(attempts) \(LineText.escaped(failure.code))\(words.isEmpty ? "" : ": \(words)")."
        }
    }
}
