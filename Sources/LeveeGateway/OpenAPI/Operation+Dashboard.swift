// The operations of the admin door that make up the dashboard.

import HTTPTypes
import LeveeCore

extension Operation {
    private static let fields: [FieldDescription] = [
        .cacheControl, .eTag, .contentSecurityPolicy, .contentTypeOptions, .referrerPolicy,
    ]

    private static func asset(_ mediaType: String, _ words: String) -> [Answer] {
        [
            Answer(status: .ok, description: words, always: fields, content: [Content(mediaType: mediaType)]),
            Answer(status: .notModified, description: "The client has it already.", always: fields),
        ]
    }

    static let dashboardPage = Operation(
        id: "getDashboard",
        summary: "Gives the page of the dashboard, which holds no data of its own",
        parameters: [.ifNoneMatch],
        answers: asset("text/html", "The page.")
    )

    static let dashboardAsset = Operation(
        id: "getDashboardFile",
        summary: "Gives a file of the dashboard",
        parameters: [
            Parameter(
                name: "file",
                place: .path,
                description: "The name of the file.",
                schema: ["type": "string", "minLength": 1]
            ),
            .ifNoneMatch,
        ],
        answers: asset("*/*", "The file.") + Answer.problems(404)
    )

    static let dashboardEvents = Operation(
        id: "getDashboardEvents",
        summary: "Sends what the dashboard shows, about once a second, as server-sent events",
        parameters: [
            Parameter(
                name: "count",
                place: .query,
                description: "After how many snapshots to end; never, where it is missing.",
                schema: ["type": "integer", "minimum": 1, "maximum": .integer(DashboardRoutes.mostSnapshots)]
            )
        ],
        answers: [
            Answer(
                status: .ok,
                description: "An event named history; then snapshots, each with queues, workers and autoscaler, or an "
                    + "event named outage while the store does not answer.",
                always: [.cacheControl, .accelBuffering],
                content: [Content(mediaType: "text/event-stream")]
            )
        ]
    )
}
