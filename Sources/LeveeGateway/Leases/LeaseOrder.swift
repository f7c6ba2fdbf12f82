// What an outside worker asks for.

import LeveeCore

/// The body of POST /leases.
struct LeaseOrder: Sendable {
    static let leases = 2...3_600
    static let longestWait = 60
    static let standardWait = 30
    static let mostLeases = 32

    /// The form of the body.
    ///
    /// - Parameter queues: The queues that there are.
    /// - Returns: What a body has to look like.
    static func body(of queues: some Collection<String>) -> JSONBody {
        let names: JSONTree = .array(queues.sorted().map { .string($0) })
        return JSONBody([
            "type": "object",
            "required": ["queues"],
            "additionalProperties": false,
            "properties": .object(
                [
                    JSONMember(
                        "queues",
                        [
                            "type": "array", "minItems": 1, "uniqueItems": true,
                            "items": queues.isEmpty ? false : ["type": "string", "enum": names],
                            "description": "The queues to take jobs from.",
                        ]
                    )
                ] + properties
            ),
        ])
    }

    private static let properties = [
        JSONMember(
            "max",
            [
                "type": "integer", "minimum": 1, "maximum": .integer(mostLeases), "default": 1,
                "description": "The most jobs to lease.",
            ]
        ),
        JSONMember(
            "wait",
            [
                "type": "integer", "minimum": 0, "maximum": .integer(longestWait), "default": .integer(standardWait),
                "description": "How many seconds to wait for a job.",
            ]
        ),
        JSONMember(
            "lease",
            [
                "type": "integer", "minimum": .integer(leases.lowerBound), "maximum": .integer(leases.upperBound),
                "description": "How many seconds a lease lasts from its claim, and from each heartbeat on.",
            ]
        ),
        JSONMember(
            "worker",
            [
                "type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,\(OutsideWorker.longestName - 1)}$",
                "default": .string(OutsideWorker.standardName),
                "description": "What the worker is called where workers are shown.",
            ]
        ),
        JSONMember(
            "host",
            ["type": "string", "pattern": "^[!-~]{1,64}$", "description": "The machine of the worker."]
        ),
        JSONMember(
            "pid",
            [
                "type": "integer", "minimum": 0, "maximum": .integer(Int(Int32.max)),
                "description": "The id of the worker's process.",
            ]
        ),
        JSONMember(
            "idle",
            [
                "type": "boolean", "default": true,
                "description": "Whether the worker runs nothing, and so may be given a job that has to run alone.",
            ]
        ),
    ]

    let worker: OutsideWorker
    /// The queues with their fleet-wide caps.
    let queues: [QueueRules]
    let limit: Int
    let wait: Duration
    let lease: Duration
    let isIdle: Bool

    /// Reads a body that has the form.
    ///
    /// - Parameters:
    ///   - json: The body.
    ///   - known: All queues, by name.
    ///   - lease: How long a lease lasts unless the body says.
    init(_ json: JSONValue, known: [String: QueueRules], standard lease: Duration) {
        let names: [String] = json.member("queues").map { $0.elements.map(\.text) } ?? []
        queues = names.compactMap { known[$0] }
        worker = OutsideWorker(
            name: json.member("worker")?.text ?? OutsideWorker.standardName,
            host: json.member("host")?.text ?? OutsideWorker.standardHost,
            processID: json.member("pid")?.integer ?? 0,
            queues: names
        )
        limit = json.member("max")?.integer ?? 1
        wait = .seconds(json.member("wait")?.integer ?? Self.standardWait)
        self.lease = json.member("lease")?.integer.map { .seconds($0) } ?? lease
        isIdle = json.member("idle")?.isTrue ?? true
    }
}
