// What can be wrong on the server's side: 5xx.

import HTTPTypes
import LeveeCore

extension Problem {
    /// A process that is of no use for now.
    static func notReady(because reason: String) -> Problem {
        Problem(
            status: .serviceUnavailable,
            token: "process-not-ready",
            title: "The process is not ready",
            detail: reason
        )
    }

    /// After how many seconds to come again when the store is away: nobody can know, a restart takes about as long.
    static let storeRetrySeconds = 5

    static let storeUnavailable = Problem(
        status: .serviceUnavailable,
        token: "store-unavailable",
        title: "The store cannot be reached",
        detail: "Nothing was changed. Send the request again in \(storeRetrySeconds) s."
    ).retry(after: storeRetrySeconds)

    static let storeSilent = Problem(
        status: .serviceUnavailable,
        token: "store-unavailable",
        title: "The store cannot be reached",
        detail: "The store did not answer. The request can safely be sent again, in \(storeRetrySeconds) s."
    ).retry(after: storeRetrySeconds)

    static let storeRefused = Problem(
        status: .serviceUnavailable,
        token: "store-refused",
        title: "The store takes nothing in",
        detail:
            "The store is full or read-only; nothing was changed. Send the request again in \(RetryAfter.unknown.seconds) s."
    ).retry(after: RetryAfter.unknown.seconds)

    /// Other clients' bodies are on their way, as many as fit.
    static let tooManyBodies = Problem(
        status: .serviceUnavailable,
        token: "too-many-bodies",
        title: "The server is receiving as much as it can hold",
        detail: "Nothing was changed. Send the request again in 1 s, or to another front end."
    ).retry(after: 1)

    static let storeNearlyFull = Problem(
        status: .serviceUnavailable,
        token: "store-nearly-full",
        title: "The store has hardly any memory left",
        detail: "Jobs that were taken in go on; nothing new is stored until there is room again. "
            + "Send the request again in \(RetryAfter.unknown.seconds) s."
    ).retry(after: RetryAfter.unknown.seconds)

    static let draining = Problem(
        status: .serviceUnavailable,
        token: "draining",
        title: "The server is shutting down",
        detail: "This process ends what it has begun and takes nothing new: use another one."
    ).retry(after: 1)

    static let internalError = Problem(
        status: .internalServerError,
        token: "internal-error",
        title: "Something went wrong in the server",
        detail: "The reason is in the server's log. Send the request again, and tell the operator if it fails again."
    )

    static let blobsUnavailable = Problem(
        status: .serviceUnavailable,
        token: "blobs-unavailable",
        title: "Large payloads and results cannot be reached",
        detail: "The folder in which they lie is full, or not there for now; nothing was changed. "
            + "Send the request again in \(RetryAfter.unknown.seconds) s."
    ).retry(after: RetryAfter.unknown.seconds)

    /// What a fault of the blob store is for a client.
    init(_ error: BlobError) {
        switch error {
        case .missing, .damaged: self = .resultLost
        case .full, .unavailable: self = .blobsUnavailable
        }
    }

    /// What a failed call to the store is for a client. Not for a submit whose outcome is unknown: that names the id.
    init(_ error: StoreError) {
        switch error {
        case .unavailable: self = .storeUnavailable
        case .unknownOutcome: self = .storeSilent
        case .refused: self = .storeRefused
        case .incompatibleLayout, .unexpectedReply: self = .internalError
        }
    }
}
