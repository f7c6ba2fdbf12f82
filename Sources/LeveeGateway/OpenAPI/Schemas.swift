// The JSON that doors answer with, as JSON Schema (2020-12).

import LeveeCore

/// What the bodies of answers look like.
enum Schemas {
    /// The schemas that documents refer to by name.
    static let shared: [JSONMember] = [
        JSONMember("Problem", problem), JSONMember("Status", status), JSONMember("History", history),
    ]

    /// The schemas of the admin door.
    static let admin: [JSONMember] = [
        JSONMember("Problem", problem), JSONMember("JobList", jobList), JSONMember("Queue", queue),
        JSONMember("Workers", workers), JSONMember("DeadLetters", deadLetters), JSONMember("Job", job),
        JSONMember("History", history),
    ]

    static func reference(_ name: String) -> JSONTree { ["$ref": "#/components/schemas/\(name)"] }

    static let text: JSONTree = ["type": "string"]
    static let flag: JSONTree = ["type": "boolean"]
    static let time: JSONTree = ["type": "string", "format": "date-time"]
    static let count: JSONTree = ["type": "integer", "minimum": 0]
    static let seconds: JSONTree = ["type": "number", "minimum": 0]
    static let optionalText: JSONTree = ["type": ["string", "null"]]
    static let optionalTime: JSONTree = ["type": ["string", "null"], "format": "date-time"]
    static let optionalCount: JSONTree = ["type": ["integer", "null"], "minimum": 0]
    static let optionalSeconds: JSONTree = ["type": ["number", "null"], "minimum": 0]
    private static let traceID: JSONTree = ["type": "string", "pattern": "^[0-9a-f]{32}$"]
    private static let address: JSONTree = ["type": "string", "format": "uri"]
    private static let state: JSONTree = [
        "type": "string", "enum": .array(JobState.allCases.map { .string($0.rawValue) }),
    ]

    /// An object whose members are all there, but for some.
    static func object(
        _ properties: KeyValuePairs<String, JSONTree>,
        optional: KeyValuePairs<String, JSONTree> = [:]
    ) -> JSONTree {
        [
            "type": "object",
            "required": .array(properties.map { .string($0.key) }),
            "properties": .object((Array(properties) + Array(optional)).map { JSONMember($0.key, $0.value) }),
        ]
    }

    static func list(of items: JSONTree) -> JSONTree { ["type": "array", "items": items] }

    private static let problem = object(
        [
            "type": ["type": "string", "format": "uri", "pattern": "^urn:levee:problem:"],
            "title": text,
            "status": ["type": "integer", "minimum": 400, "maximum": 599],
            "detail": text,
        ],
        optional: [
            "instance": text,
            "traceId": traceID,
            "code": text,
            "workerStatus": ["type": "integer"],
            "error": object(["code": text, "message": text]),
            "errors": list(
                of: object(
                    ["detail": text],
                    optional: [
                        "pointer": text, "keyword": text, "offset": count, "line": count, "column": count,
                    ]
                )
            ),
        ]
    )

    private static let status = object(
        [
            "id": text,
            "type": text,
            "status": state,
            "createdAt": time,
            "updatedAt": time,
            "progress": object(["percent": optionalCount, "stage": optionalText, "message": optionalText]),
            "attempt": count,
            "maxAttempts": count,
            "expiresAt": time,
            "links": object([
                "self": address, "monitor": address, "result": address, "cancel": address, "events": address,
                "history": address,
            ]),
        ],
        optional: [
            "traceId": traceID,
            "queue": object(["name": text, "position": optionalCount, "etaSeconds": optionalCount]),
            "completedAt": time,
            "resourceLocation": address,
            "result": true,
            "error": object([
                "code": text, "message": text, "type": text, "title": text, "status": ["type": "integer"],
                "detail": text,
            ]),
        ]
    )

    private static let history = object([
        "history": list(
            of: object(["version": count, "status": state, "at": time, "cause": text, "note": optionalText])
        )
    ])

    private static let failure: JSONTree = [
        "type": ["object", "null"],
        "properties": ["code": optionalText, "detail": optionalText, "status": ["type": ["integer", "null"]]],
    ]

    private static let listedJob: KeyValuePairs<String, JSONTree> = [
        "id": text, "type": text, "tenant": text, "queue": text, "priority": text, "status": state,
        "attempt": count, "maxAttempts": count, "workersLost": count, "createdAt": time, "updatedAt": time,
        "dueAt": optionalTime, "expiresAt": time, "error": failure, "traceId": optionalText,
    ]

    private static let jobList = object(["jobs": list(of: object(listedJob)), "next": optionalText])

    private static let fields = list(of: object(["name": text, "value": text]))

    private static let job: JSONTree = [
        "allOf": [
            object(listedJob),
            object([
                "time": time, "version": count, "fence": count, "failures": count, "claimedAt": optionalTime,
                "startBy": time, "endBy": optionalTime, "cancelRequested": flag, "ahead": optionalCount,
                "worker": optionalText, "leaseUntil": optionalTime,
                "progress": object(["percent": count, "stage": optionalText, "message": optionalText]),
                "payload": object(["mediaType": text, "length": count]),
                "result": [
                    "type": ["object", "null"],
                    "properties": ["status": count, "mediaType": text, "length": count, "fields": fields],
                ],
                "request": [
                    "type": ["object", "null"],
                    "properties": ["method": optionalText, "target": optionalText, "fields": fields],
                ],
                "followUps": list(of: object(["when": text, "kind": text, "target": text])),
                "retryOf": optionalText, "retriedAs": optionalText,
            ]),
        ]
    ]

    private static let queue = object([
        "name": text,
        "paused": flag,
        "ready": count,
        "readyByPriority": .object([
            JSONMember("type", "object"), JSONMember("additionalProperties", count),
        ]),
        "suspect": count,
        "inFlight": count,
        "scheduled": count,
        "nextDueAt": optionalTime,
        "bytes": count,
        "oldestReadyAt": optionalTime,
        "oldestReadySeconds": optionalSeconds,
        "submitted": count,
        "succeeded": count,
        "failed": count,
        "canceled": count,
        "dead": count,
    ])

    private static let workers = object([
        "time": time,
        "workers": list(
            of: object([
                "name": text, "host": text, "pid": count,
                "state": ["type": "string", "enum": ["working", "draining"]],
                "slots": count, "queues": list(of: text), "running": list(of: text), "startedAt": time,
                "upSeconds": seconds, "seenAt": time, "seenSecondsAgo": seconds,
            ])
        ),
        "autoscaler": object([
            "leader": optionalText, "desired": optionalCount, "reason": optionalText, "decidedAt": optionalTime,
            "setByHand": optionalCount,
        ]),
    ])

    private static let deadLetters = object([
        "queue": text,
        "total": count,
        "deadLetters": list(
            of: object([
                "id": text, "type": text, "createdAt": time, "failedAt": time, "attempts": count, "maxAttempts": count,
                "workersLost": count, "error": failure, "expiresAt": time,
            ])
        ),
        "next": optionalText,
    ])
}
