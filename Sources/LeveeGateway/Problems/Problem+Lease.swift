// What can be wrong with what an outside worker asks for.

import HTTPTypes
import LeveeCore

extension Problem {
    static let leaseLost = Problem(
        status: .conflict,
        token: "lease-lost",
        title: "The lease is lost",
        detail: "Another worker may have the job, or it has ended: nothing was changed. Stop working on it."
    )

    static func attemptTooLong(_ timeout: Duration) -> Problem {
        Problem(
            status: .conflict,
            token: "attempt-too-long",
            title: "The attempt took too long",
            detail: "An attempt at a job of this type may take \(timeout): it has failed. Stop working on it."
        )
    }

    static func resultTooLarge(limit: Int) -> Problem {
        Problem(
            status: .contentTooLarge,
            token: "result-too-large",
            title: "The result is too large",
            detail: "The results of this type may have \(limit) bytes (maxResult): the job has failed for good.",
            members: [Member("limit", .integer(limit))]
        )
    }

    static let payloadInLease = Problem(
        status: .notFound,
        token: "payload-in-lease",
        title: "The payload is in the lease",
        detail: "The answer to the claim had it, in the member payload. Only where that is null it is here."
    )

    static let tooManyPolls = Problem(
        status: .serviceUnavailable,
        token: "too-many-polls",
        title: "As many workers wait here as may",
        detail: "\(LeaseDesk.mostPolls) workers wait for work at this front end. Ask another one, or again in 5 s."
    ).retry(after: 5)

    static let notJSON = Problem(
        status: .unsupportedMediaType,
        token: "unsupported-media-type",
        title: "The media type is not taken",
        detail: "The body has to be JSON: set Content-Type to application/json.",
        headers: [.accept: "application/json"]
    )

    /// A body that is not what the endpoint asks for: each place as a JSON Pointer (RFC 6901).
    static func invalidBody(_ violations: [JSONViolation]) -> Problem {
        let first = violations.first.map { "\($0.pointer.isEmpty ? "it" : $0.pointer) \($0.detail)" } ?? ""
        return Problem(
            status: .badRequest,
            token: "invalid-body",
            title: "The body is not valid",
            detail: "The body is not what this endpoint asks for: \(first). Correct it and send it again.",
            members: [errors(violations)]
        )
    }
}
