// The operations that doors have in common, and those of the admin door.

import HTTPTypes
import LeveeCore
import LeveeMetrics

extension Operation {
    private static func health(_ word: String) -> JSONTree {
        Schemas.object(["status": ["type": "string", "enum": [.string(word)]]])
    }

    static let live = Operation(
        id: "getLiveness",
        summary: "Says whether the process lives",
        answers: [.json("It does.", health("live"))]
    )

    static let ready = Operation(
        id: "getReadiness",
        summary: "Says whether the process is of use; 503 if not",
        answers: [.json("It is.", health("ready"))]
    )

    static let description = Operation(
        id: "getDescription",
        summary: "Gives this document",
        parameters: [.ifNoneMatch],
        answers: [
            Answer(
                status: .ok,
                description: "The document.",
                always: [.cacheControl, .eTag],
                content: [.json(["type": "object"])]
            ),
            Answer(status: .notModified, description: "The client has it already.", always: [.cacheControl, .eTag]),
        ]
    )

    // MARK: The admin door

    static func listJobs(standard: Int, most: Int) -> Operation {
        let name: JSONTree = ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"]
        let states = "Only jobs in these states, separated by commas."
        return Operation(
            id: "listJobs",
            summary: "Lists the jobs of all tenants, page by page",
            parameters: [
                Parameter(
                    name: "state",
                    place: .query,
                    description: states,
                    schema: ["type": "string", "examples": ["queued,running"]]
                ),
                Parameter(name: "type", place: .query, description: "Only jobs of this type.", schema: name),
                Parameter(name: "queue", place: .query, description: "Only jobs of this queue.", schema: name),
                .limit(most: most, standard: standard), .cursor,
            ],
            answers: [
                Answer(
                    status: .ok,
                    description: "A page; next says where to go on.",
                    always: [.cacheControl],
                    sometimes: [.link],
                    content: [.json(Schemas.reference("JobList"))]
                )
            ]
        )
    }

    static let listQueues = Operation(
        id: "listQueues",
        summary: "Lists the queues",
        answers: [
            .json(
                "The queues, by name.",
                Schemas.object(["time": Schemas.time, "queues": Schemas.list(of: Schemas.reference("Queue"))])
            )
        ]
    )

    static let getQueue = Operation(
        id: "getQueue",
        summary: "Shows a queue",
        parameters: [.queue],
        answers: [.json("The queue.", Schemas.reference("Queue"))] + Answer.problems(404)
    )

    static let listWorkers = Operation(
        id: "listWorkers",
        summary: "Lists the workers, and says what the autoscaler says",
        answers: [.json("The workers, by name.", Schemas.reference("Workers"))]
    )

    static let metrics = Operation(
        id: "getMetrics",
        summary: "Gives metrics for Prometheus",
        answers: [
            Answer(
                status: .ok,
                description: "Metrics in the text format.",
                always: [.cacheControl],
                content: [Content(mediaType: MetricsText.mediaType, schema: Schemas.text)]
            )
        ]
    )

    /// What is done to a queue, and what is said of it.
    static func change(_ id: String, _ summary: String, _ answer: KeyValuePairs<String, JSONTree>) -> Operation {
        Operation(
            id: id,
            summary: summary,
            parameters: [.queue],
            answers: [.json("It is done.", Schemas.object(answer))] + Answer.problems(404)
        )
    }

    static func listDeadLetters(standard: Int, most: Int) -> Operation {
        Operation(
            id: "listDeadLetters",
            summary: "Lists the jobs of a queue that have failed for good, the last ones first",
            parameters: [.queue, .limit(most: most, standard: standard), .cursor],
            answers: [.json("A page; next says where to go on.", Schemas.reference("DeadLetters"))]
                + Answer.problems(404)
        )
    }

    static let retryJob: Operation = {
        let made = Schemas.object(["id": Schemas.text, "retryOf": Schemas.text])
        return Operation(
            id: "retryJob",
            summary: "Makes a new job of one that has failed, once",
            parameters: [.id],
            answers: [.json("The new job.", made, as: .created), .json("The job that was made before.", made)]
                + Answer.problems(404, 409, 410)
        )
    }()
}
