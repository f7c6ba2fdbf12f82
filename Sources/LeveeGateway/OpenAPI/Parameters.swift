// What requests may say, as the OpenAPI document describes it.

import LeveeCore

extension Operation.Parameter {
    static let id = Operation.Parameter(
        name: "id",
        place: .path,
        description: "The id of a job, as the answer to its submit has it.",
        schema: ["type": "string", "minLength": 1]
    )

    static let queue = Operation.Parameter(
        name: "queue",
        place: .path,
        description: "The name of a queue.",
        schema: ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"]
    )

    static let prefer = Operation.Parameter(
        name: "Prefer",
        place: .header,
        description: "wait=N waits up to N seconds, 60 at most (RFC 7240); on a submit also respond-async and "
            + "return=minimal. What is not known is passed over.",
        schema: ["type": "string", "examples": ["wait=1"]]
    )

    static let ifMatch = Operation.Parameter(
        name: "If-Match",
        place: .header,
        description: "Entity tags of the job's monitor or resource: in another version, it is not touched.",
        schema: ["type": "string", "examples": ["*", "W/\"1\""]]
    )

    static let ifNoneMatch = Operation.Parameter(
        name: "If-None-Match",
        place: .header,
        description: "Entity tags of what the client has: the same is not sent again.",
        schema: ["type": "string", "examples": ["W/\"1\""]]
    )

    static let lastEventID = Operation.Parameter(
        name: "Last-Event-ID",
        place: .header,
        description: "The id of the last event that the client has seen.",
        schema: ["type": "string", "examples": ["1"]]
    )

    static func limit(most: Int, standard: Int) -> Operation.Parameter {
        Operation.Parameter(
            name: "limit",
            place: .query,
            description: "How many things to list.",
            schema: ["type": "integer", "minimum": 1, "maximum": .integer(most), "default": .integer(standard)]
        )
    }

    static let cursor = Operation.Parameter(
        name: "cursor",
        place: .query,
        description: "Where to go on: what the page before named as next.",
        schema: ["type": "string"]
    )

    /// How a poll is to be answered.
    static func style(_ style: PollingStyle) -> [Operation.Parameter] {
        [
            choice(
                "pending",
                PollingStyle.Pending.allCases,
                style.pending,
                "What is answered while the job is pending."
            ),
            choice("done", PollingStyle.Done.allCases, style.done, "What is answered when the job has ended."),
        ]
    }

    private static func choice<Value: RawRepresentable<String>>(
        _ name: String,
        _ values: [Value],
        _ standard: Value,
        _ description: String
    ) -> Operation.Parameter {
        Operation.Parameter(
            name: name,
            place: .query,
            description: description,
            schema: [
                "type": "string", "enum": .array(values.map { .string($0.rawValue) }),
                "default": .string(standard.rawValue),
            ]
        )
    }

    /// The terms of a submit; see ``SubmitTerms``.
    static let terms: [Operation.Parameter] = [
        Operation.Parameter(
            name: "Idempotency-Key",
            place: .header,
            description: "The client's own name for the job: the same request with the same key makes no second one.",
            schema: ["type": "string", "minLength": 1, "maxLength": .integer(IdempotencyKey.maxLength)]
        ),
        Operation.Parameter(
            name: "traceparent",
            place: .header,
            description: "The trace that the job is to belong to (W3C Trace Context); one that cannot be read is none.",
            schema: ["type": "string"]
        ),
        Operation.Parameter(
            name: "Priority",
            place: .header,
            description: "Which jobs go first.",
            schema: ["type": "string", "enum": .array(Priority.allCases.map { .string($0.name) })]
        ),
        seconds("Delay", atLeast: 0, "Seconds until the job is ready to run."),
        Operation.Parameter(
            name: "Not-Before",
            place: .header,
            description: "From when on the job is ready to run, instead of Delay: an HTTP-date, or as RFC 3339 has it.",
            schema: ["type": "string", "examples": ["2026-01-01T00:00:00Z"]]
        ),
        seconds("Start-Timeout", atLeast: 1, "Seconds within which the job must have started, else it fails."),
        seconds("Cancel-After", atLeast: 1, "Seconds within which the job must have ended, else it is canceled."),
        Operation.Parameter(
            name: "Callback-Url",
            place: .header,
            description: "The receiver that is sent the status of the job when it has ended (Standard Webhooks).",
            schema: ["type": "string", "format": "uri", "examples": ["https://example.com/hook"]]
        ),
    ]

    private static func seconds(_ name: String, atLeast least: Int, _ description: String) -> Operation.Parameter {
        Operation.Parameter(
            name: name,
            place: .header,
            description: description,
            schema: ["type": "integer", "minimum": .integer(least), "maximum": .integer(SubmitTerms.longest)]
        )
    }
}
