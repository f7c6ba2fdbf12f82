// What can be wrong with a request at the admin door.

import HTTPTypes
import LeveeCore

extension Problem {
    static let unknownQueue = Problem(
        status: .notFound,
        token: "unknown-queue",
        title: "There is no such queue",
        detail: "No process has ever used a queue of this name. GET /queues lists those that there are."
    )

    /// A job that has not failed cannot be made anew.
    static func notFailed(_ state: JobState) -> Problem {
        Problem(
            status: .conflict,
            token: "not-failed",
            title: "The job has not failed",
            detail: "The job is \(state.rawValue). Only a job that has failed can be made anew."
        )
    }

    /// A job that has come to nothing that could be shown.
    static func noResult(_ state: JobState) -> Problem {
        Problem(
            status: .notFound,
            token: "no-result",
            title: "The job has no result",
            detail: "The job is \(state.rawValue), and its handler has left nothing. GET /jobs/{id} says why."
        )
    }

    /// The bytes of others, asked for as a part of a page.
    static func notForPages(_ destination: String) -> Problem {
        Problem(
            status: .forbidden,
            token: "not-for-pages",
            title: "Payloads and results are no part of a page",
            detail:
                "A browser has asked for the bytes as \(destination). Save them, or read them from a script by fetch()."
        )
    }

    static let unknownAsset = Problem(
        status: .notFound,
        token: "unknown-asset",
        title: "The dashboard has no such file",
        detail: "The dashboard is the page at /, which names its files."
    )

    static let unknownDestination = Problem(
        status: .notFound,
        token: "unknown-destination",
        title: "There is no such list",
        detail: "No list has a name like this. GET /destinations lists those that there are."
    )

    static let unknownMessage = Problem(
        status: .notFound,
        token: "unknown-message",
        title: "There is no such message",
        detail: "The list holds no message of this id: it was acknowledged before, or its 14 days are over."
    )

    static let unknownDelivery = Problem(
        status: .notFound,
        token: "unknown-delivery",
        title: "There is no such delivery",
        detail: "No delivery of this id has failed for good. GET /deliveries/dead lists those that have."
    )

    static let payloadGone = Problem(
        status: .gone,
        token: "payload-gone",
        title: "The payload is gone",
        detail: "The store has lost what the job was to work on. Submit it again."
    )

    static func badQuery(_ name: String, _ what: String) -> Problem {
        invalidQuery(name, "The parameter \(name) \(what).")
    }
}
