// The operations of the admin door that are about follow-ups.

import HTTPTypes
import LeveeCore

extension Operation {
    private static let list = Parameter(
        name: "list",
        place: .path,
        description: "The name of a list that follow-ups go to.",
        schema: ["type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"]
    )

    private static let delivery = Parameter(
        name: "delivery",
        place: .path,
        description: "The id of a delivery: that of its job, a dot, and a number.",
        schema: ["type": "string", "minLength": 1]
    )

    private static func number(_ name: String, _ range: ClosedRange<Int>, _ standard: Int, _ words: String) -> Parameter
    {
        Parameter(
            name: name,
            place: .query,
            description: words,
            schema: [
                "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
                "default": .integer(standard),
            ]
        )
    }

    static let listDestinations = Operation(
        id: "listDestinations",
        summary: "Lists the lists that follow-ups were delivered into",
        answers: [
            .json(
                "The lists, by name.",
                Schemas.object([
                    "destinations": Schemas.list(
                        of: Schemas.object([
                            "name": Schemas.text, "messages": Schemas.count, "visible": Schemas.count,
                        ])
                    )
                ])
            )
        ]
    )

    static let readDestination = Operation(
        id: "readDestination",
        summary: "Reads the oldest messages of a list; they come back unless they are acknowledged",
        parameters: [
            list,
            number("max", 1...DestinationRoutes.mostRead, DestinationRoutes.standardLimit, "How many to read."),
            number(
                "hide",
                0...DestinationRoutes.longestHiding,
                DestinationRoutes.standardHiding,
                "For how many seconds nobody else gets to see them."
            ),
        ],
        answers: [
            .json(
                "The messages, the oldest first.",
                Schemas.object([
                    "name": Schemas.text,
                    "messages": Schemas.list(of: Schemas.object(["id": Schemas.text, "message": ["type": "object"]])),
                ])
            )
        ] + Answer.problems(404)
    )

    static let acknowledgeMessage = Operation(
        id: "acknowledgeMessage",
        summary: "Removes a message that was dealt with",
        parameters: [list, delivery],
        answers: [Answer(status: .noContent, description: "It is removed.", always: [.cacheControl])]
            + Answer.problems(404)
    )

    static func listDeadDeliveries(standard: Int, most: Int) -> Operation {
        Operation(
            id: "listDeadDeliveries",
            summary: "Lists the follow-ups that could not be delivered, the last ones first",
            parameters: [.limit(most: most, standard: standard), .cursor],
            answers: [
                .json(
                    "A page; next says where to go on.",
                    Schemas.object([
                        "total": Schemas.count,
                        "deliveries": Schemas.list(
                            of: Schemas.object([
                                "id": Schemas.text, "job": Schemas.text,
                                "kind": [
                                    "type": "string", "enum": ["list", "letters", "webhook", "callback", "job"],
                                ],
                                "target": Schemas.text, "attempts": Schemas.count, "reason": Schemas.text,
                                "createdAt": Schemas.time, "expiresAt": Schemas.time,
                            ])
                        ),
                        "next": Schemas.optionalText,
                    ])
                )
            ]
        )
    }

    static let redeliver = Operation(
        id: "redeliver",
        summary: "Makes a follow-up due again that could not be delivered",
        parameters: [delivery],
        answers: [.json("It is due now.", Schemas.object(["id": Schemas.text]), as: .accepted)] + Answer.problems(404)
    )

    static let purgeDeadDeliveries = Operation(
        id: "purgeDeadDeliveries",
        summary: "Forgets all follow-ups that could not be delivered",
        answers: [.json("They are forgotten.", Schemas.object(["removed": Schemas.count]))]
    )
}
