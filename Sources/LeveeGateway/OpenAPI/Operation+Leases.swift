// The operations of the admin door that are for outside workers.

import HTTPTypes
import LeveeCore

extension Operation {
    private static let work: JSONTree = Schemas.object([
        "id": Schemas.text, "fence": Schemas.count, "worker": Schemas.text, "type": Schemas.text,
        "queue": Schemas.text, "priority": Schemas.text, "attempt": Schemas.count, "maxAttempts": Schemas.count,
        "createdAt": Schemas.time, "alone": Schemas.flag,
        "traceparent": Schemas.optionalText, "tracestate": Schemas.optionalText, "leaseSeconds": Schemas.seconds,
        "timeoutSeconds": Schemas.optionalSeconds, "contentType": Schemas.text,
        // Where there is none it is at the link download.
        "payload": ["type": ["string", "null"], "contentEncoding": "base64"],
        "links": .object([
            JSONMember("type", "object"),
            JSONMember("required", .array(LeaseAction.allCases.map { .string($0.rawValue) })),
            JSONMember("additionalProperties", ["type": "string", "format": "uri-reference"]),
        ]),
    ])

    static func claimLeases(_ form: JSONBody) -> Operation {
        Operation(
            id: "claimLeases",
            summary: "Leases jobs to an outside worker; waits for one if there is none",
            body: Body(description: "What the worker can take.", isRequired: true, content: [form.content]),
            answers: [
                .json("The leases; none if no job came in time.", Schemas.object(["leases": Schemas.list(of: work)]))
            ] + Answer.problems(413, 415)
        )
    }

    static let leasedPayload = Operation(
        id: "getLeasedPayload",
        summary: "Gives the payload of a leased job where it is too large to stand in the lease",
        parameters: [.id] + leaseParameters,
        answers: [
            Answer(
                status: .ok,
                description: "The bytes.",
                always: [.cacheControl],
                content: [Content(mediaType: "application/octet-stream")]
            )
        ] + Answer.problems(404, 409, 410)
    )

    static func lease(_ action: LeaseAction) -> Operation {
        let settled = Schemas.object([
            "id": Schemas.text, "fence": Schemas.count,
            "outcome": ["type": "string", "enum": ["settled", "repeated", "released"]],
        ])
        let beaten = Schemas.object([
            "id": Schemas.text, "fence": Schemas.count, "cancel": Schemas.flag, "leaseSeconds": Schemas.seconds,
        ])
        func operation(
            _ id: String,
            _ summary: String,
            _ body: Body? = nil,
            parameters: [Parameter] = [],
            answer: Answer,
            problems: [Answer] = []
        ) -> Operation {
            Operation(
                id: id,
                summary: summary,
                parameters: [.id] + leaseParameters + parameters,
                body: body,
                answers: [answer] + Answer.problems(404, 409, 410) + problems
            )
        }
        let live = Answer.json("The lease lasts on; cancel asks the worker to give the job up.", beaten)
        let done = Answer.json("It is done, or was done before.", settled)
        let ofBody = Answer.problems(413, 415)
        switch action {
        case .heartbeat:
            return operation("prolongLease", "Prolongs a lease", answer: live)
        case .progress:
            let body = Body(
                description: "What is new.",
                isRequired: true,
                content: [LeaseRoutes.progressBody.content]
            )
            return operation(
                "reportProgress",
                "Says how far a job is, and prolongs its lease",
                body,
                answer: live,
                problems: ofBody
            )
        case .succeed:
            let anything = Content(mediaType: "*/*")
            return operation(
                "succeedLease",
                "Ends a job with its result, which is the body",
                Body(description: "The result, with its media type.", isRequired: false, content: [anything]),
                parameters: [resultStatus],
                answer: done,
                problems: ofBody
            )
        case .fail:
            let body = Body(
                description: "What went wrong, and what is to happen next.",
                isRequired: true,
                content: [LeaseRoutes.failureBody.content]
            )
            return operation("failLease", "Ends an attempt that has failed", body, answer: done, problems: ofBody)
        case .release:
            return operation("releaseLease", "Gives a job back, as if it had not been taken", answer: done)
        }
    }

    private static let resultStatus = Parameter(
        name: "status",
        place: .query,
        description: "The HTTP status under which the result is served.",
        schema: [
            "type": "integer", "enum": .array(LeaseRoutes.statuses.map { .integer($0) }), "default": 200,
        ]
    )

    /// What the links of a lease say.
    private static let leaseParameters = [
        Parameter(
            name: "fence",
            place: .query,
            description: "The fence of the lease: with an old one nothing is changed.",
            schema: ["type": "integer", "minimum": 1],
            isRequired: true
        ),
        Parameter(
            name: "worker",
            place: .query,
            description: "The name under which the lease is held.",
            schema: ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"]
        ),
        Parameter(
            name: "lease",
            place: .query,
            description: "For how many seconds a heartbeat prolongs the lease.",
            schema: [
                "type": "integer", "minimum": .integer(LeaseOrder.leases.lowerBound),
                "maximum": .integer(LeaseOrder.leases.upperBound),
            ]
        ),
        Parameter(
            name: "since",
            place: .query,
            description: "When the lease was claimed, in milliseconds since 1970.",
            schema: ["type": "integer", "minimum": 0]
        ),
    ]
}
