// The operations of the admin door that are about one job.

import HTTPTypes
import LeveeCore

extension Operation {
    private static let job: [Content] = [.json(Schemas.reference("Job"))]

    static let getJob = Operation(
        id: "getJob",
        summary: "Shows a job, whosever it is and however it stands",
        parameters: [.id],
        answers: [
            Answer(status: .ok, description: "The job.", always: [.cacheControl, .eTag], content: job)
        ] + Answer.problems(404, 410)
    )

    static let removeJob = Operation(
        id: "removeJob",
        summary: "Cancels a job that has not ended, removes one that has",
        parameters: [.id, .ifMatch],
        answers: [
            Answer(
                status: .accepted,
                description: "The job was canceled, or if it runs asked to end; it is not removed.",
                always: [.cacheControl, .eTag],
                content: job
            ),
            Answer(status: .noContent, description: "The job had ended, and is removed.", always: [.cacheControl]),
        ] + Answer.problems(404, 410, 412)
    )

    static let callOffJob = Operation(
        id: "callOffJob",
        summary: "Cancels a job, however often it is asked, and removes nothing",
        parameters: [.id, .ifMatch],
        answers: [
            Answer(
                status: .ok,
                description: "The job as it stands now.",
                always: [.cacheControl, .eTag],
                content: job
            )
        ] + Answer.problems(404, 410, 412)
    )

    static let getPayload = bytes("getPayload", "Gives the payload of a job", "The payload, as it was submitted.")

    static let getResult = bytes(
        "getResult",
        "Gives what the handler of a job has answered, well or not",
        "The result, as the handler left it."
    )

    /// The bytes of others, for saving.
    private static func bytes(_ id: String, _ summary: String, _ words: String) -> Operation {
        Operation(
            id: id,
            summary: summary,
            parameters: [.id],
            answers: [
                Answer(
                    status: .ok,
                    description: words,
                    always: [.cacheControl, .contentDisposition, .contentSecurityPolicy, .contentTypeOptions],
                    content: [Content(mediaType: "*/*")]
                )
            ] + Answer.problems(403, 404, 410)
        )
    }
}
