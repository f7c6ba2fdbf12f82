// The operations of the clients' door.

import HTTPTypes
import LeveeCore

extension Operation {
    /// What can come of a job that has ended without success.
    private static let failures = FailureView.statuses.sorted().map { code in
        Answer.problem(HTTPResponse.Status(code: code))
    }

    private static let status = Content.json(Schemas.reference("Status"))

    /// A result may be anything, a JSON text too; it may come where a status can come as well.
    private static func outcome(or schema: JSONTree? = nil) -> [Content] {
        let json: JSONTree = schema.map { ["anyOf": [$0, true]] } ?? true
        return [.json(json), Content(mediaType: "*/*")]
    }

    private static let outcomeFields: [FieldDescription] = [.cacheControl, .eTag]
    private static let waitedFields: [FieldDescription] = [.preferenceApplied, .vary]

    /// The results of handlers, by the statuses that they may have.
    private static func results(besides fields: [FieldDescription]) -> [Answer] {
        let created = HTTPResponse.Status.created
        return [
            Answer(
                status: .ok,
                description: "The result, as the handler left it.",
                always: outcomeFields,
                sometimes: fields + [.contentTypeOptions],
                content: outcome()
            ),
            Answer(
                status: created,
                description: "The result of a handler that has created something.",
                always: outcomeFields,
                sometimes: fields + [.contentTypeOptions],
                content: outcome()
            ),
            Answer(
                status: .noContent,
                description: "The job has succeeded without a result.",
                always: outcomeFields,
                sometimes: fields
            ),
        ]
    }

    private static let notModified = Answer(
        status: .notModified,
        description: "The client has this already.",
        always: [.cacheControl, .eTag],
        sometimes: [.retryAfter, .contentLocation] + waitedFields
    )

    private static let links: [(name: String, operation: String)] = [
        ("status", "getJob"), ("monitor", "getOperation"), ("resource", "getResource"), ("history", "getHistory"),
        ("cancel", "cancelJob"),
    ]

    /// POST /jobs/{type}, for one type.
    static func submit(_ type: JobType, in configuration: GatewayConfiguration) -> Operation {
        let ranges = type.mediaRanges.isEmpty ? ["*/*"] : type.mediaRanges
        let limit = configuration.maxPayloadBytes(of: type)
        let body = Body(
            description: "The payload, \(limit) bytes at most.",
            isRequired: type.schema != nil || !type.mediaRanges.isEmpty,
            content: ranges.map { range in
                let isJSON = LeveeCore.Content.isJSON(range) || type.schema != nil
                return Content(mediaType: range, schema: isJSON ? type.schema.map { .verbatim($0.source) } : nil)
            }
        )
        let submitted: HTTPResponse.Status = configuration.answersCreated ? .created : .accepted
        let accepted = Answer(
            status: submitted,
            description: "The job is stored; with return=minimal, without the body.",
            always: configuration.answersCreated ? [.cacheControl, .operationLocation] : acceptedFields,
            sometimes: [
                .location, .link, .contentLocation, .retryAfter, .idempotencyReplayed, .eTag, .contentTypeOptions,
            ]
                + waitedFields,
            content: configuration.answersCreated ? outcome(or: Schemas.reference("Status")) : [status],
            links: links
        )
        let waited = results(besides: [.operationLocation, .contentLocation, .idempotencyReplayed] + waitedFields)
        return Operation(
            id: "submit-\(type.name)",
            summary: "Submits a job of the type \(type.name)",
            parameters: [.prefer] + Parameter.terms,
            body: body,
            answers: waited.filter { $0.status != submitted } + [accepted] + failures
                + Answer.problems(410, 413, 415, 422)
        )
    }

    private static let acceptedFields: [FieldDescription] = [.cacheControl, .location, .operationLocation, .link]

    /// POST /jobs/{type} for what is no type.
    static let submitUnknown = Operation(
        id: "submitUnknown",
        summary: "Answers that there is no such type of job",
        parameters: [.id],
        answers: Answer.problems(404)
    )

    /// GET /jobs/{id}.
    static func poll(_ style: PollingStyle) -> Operation {
        let moved: [FieldDescription] = [.cacheControl, .location]
        return Operation(
            id: "getJob",
            summary: "Says how a job stands, and where its result is",
            parameters: [.id, .prefer, .ifNoneMatch] + Parameter.style(style),
            answers: [
                Answer(
                    status: .ok,
                    description: "How the job stands, or with done=result its result.",
                    always: [.cacheControl],
                    sometimes: [
                        .location, .operationLocation, .link, .contentLocation, .retryAfter, .eTag, .contentTypeOptions,
                    ] + waitedFields,
                    content: outcome(or: Schemas.reference("Status"))
                ),
                Answer(
                    status: .accepted,
                    description: "The job has not ended.",
                    always: acceptedFields + [.retryAfter],
                    sometimes: waitedFields,
                    content: [status]
                ),
                Answer(
                    status: .found,
                    description: "The job has ended, well or not: its outcome is elsewhere.",
                    always: moved,
                    sometimes: waitedFields,
                    content: [status]
                ),
                Answer(
                    status: .seeOther,
                    description: "The same, with done=303.",
                    always: moved,
                    sometimes: waitedFields,
                    content: [status]
                ),
                notModified,
            ] + results(besides: [.contentLocation] + waitedFields).filter { $0.status != .ok } + failures
                + Answer.problems(404, 410)
        )
    }

    /// GET /operations/{id}.
    static let monitor = Operation(
        id: "getOperation",
        summary: "Says how a job stands, and never redirects",
        parameters: [.id, .prefer, .ifNoneMatch],
        answers: [
            Answer(
                status: .ok,
                description: "How the job stands.",
                always: [.cacheControl, .eTag],
                sometimes: [.retryAfter] + waitedFields,
                content: [status]
            ),
            notModified,
        ] + Answer.problems(404, 410)
    )

    /// GET /resources/{id}.
    static let resource = Operation(
        id: "getResource",
        summary: "Gives the outcome of a job",
        parameters: [.id, .prefer, .ifNoneMatch],
        answers: results(besides: waitedFields) + [notModified] + failures + Answer.problems(404, 410)
    )

    /// GET /resources/{id}/{file}.
    static let file = Operation(
        id: "getFile",
        summary: "Gives one of several files that a job has come to",
        parameters: [
            .id,
            Parameter(
                name: "file",
                place: .path,
                description: "The name of the file.",
                schema: ["type": "string", "minLength": 1]
            ),
            .prefer, .ifNoneMatch,
        ],
        answers: results(besides: waitedFields) + [notModified] + failures + Answer.problems(404, 410)
    )

    /// GET /jobs/{id}/events.
    static let events = Operation(
        id: "getEvents",
        summary: "Sends the status at each change until the job ends, as server-sent events",
        parameters: [.id, .lastEventID],
        answers: [
            Answer(
                status: .ok,
                description: "Events named state and progress, whose ids are versions and whose data are the status.",
                always: [.cacheControl, .accelBuffering],
                content: [Content(mediaType: "text/event-stream")]
            ),
            Answer(status: .noContent, description: "The client has seen the last event.", always: [.cacheControl]),
        ] + Answer.problems(404, 410)
    )

    /// GET /jobs/{id}/history.
    static let history = Operation(
        id: "getHistory",
        summary: "Gives everything that happened to a job, oldest first",
        parameters: [.id],
        answers: [.json("The log of the job.", Schemas.reference("History"))] + Answer.problems(404, 410)
    )

    /// DELETE /jobs/{id}.
    static let delete = Operation(
        id: "deleteJob",
        summary: "Cancels a job that has not ended, removes one that has",
        parameters: [.id, .ifMatch],
        answers: [
            Answer(
                status: .accepted,
                description: "The job was canceled, or if it runs asked to end; it is not removed.",
                always: acceptedFields,
                sometimes: [.retryAfter],
                content: [status]
            ),
            Answer(status: .noContent, description: "The job had ended, and is removed.", always: [.cacheControl]),
        ] + Answer.problems(404, 410, 412)
    )

    /// POST /jobs/{id}/cancel.
    static let cancel = Operation(
        id: "cancelJob",
        summary: "Cancels a job, however often it is asked, and removes nothing",
        parameters: [.id, .ifMatch],
        answers: [
            Answer(
                status: .ok,
                description: "How the job stands now.",
                always: [.cacheControl, .contentLocation],
                sometimes: [.retryAfter],
                content: [status],
                links: links.filter { $0.operation != "cancelJob" }
            )
        ] + Answer.problems(404, 410, 412)
    )
}
