// The operations of routes, made of the configuration.

import HTTPTypes
import LeveeCore

extension Operation {
    private static let anything = Content(mediaType: "*/*")
    private static let object = Content.json(["type": "object"])

    /// A route: whatever its handler answers.
    static func route(
        _ route: FacadeRoute,
        _ method: HTTPRequest.Method,
        _ type: JobType,
        in configuration: GatewayConfiguration
    ) -> Operation {
        let limit = configuration.maxPayloadBytes(of: type)
        let ranges = route.payload == nil && !type.mediaRanges.isEmpty ? type.mediaRanges : ["*/*"]
        let takesBody = method != .get && method != .delete
        return Operation(
            id: identifier("route", method, route.pattern),
            summary: "Makes a job of the type \(type.name), and answers what it comes to",
            parameters: names(in: route.pattern) + [.prefer, .invocationType],
            body: takesBody
                ? Body(
                    description: "The body, \(limit) bytes at most.",
                    isRequired: false,
                    content: ranges.map { Content(mediaType: $0) }
                ) : nil,
            answers: [
                Answer(
                    status: .accepted,
                    description: "The job is stored, and the client did not want to wait.",
                    always: [.operationLocation],
                    sometimes: [
                        .cacheControl, .contentLocation, .idempotencyReplayed, .link, .location, .preferenceApplied,
                        .retryAfter, .vary,
                    ],
                    content: [object, anything]
                )
            ],
            fallback:
                "What the handler has answered: its status, its bytes, and the header fields that pass. Or a problem."
        )
    }

    /// The status of a route's jobs.
    static func routeStatus(_ path: PathPattern) -> Operation {
        Operation(
            id: identifier("status", .get, path),
            summary: "Says how a job stands, and where its result is",
            parameters: names(in: path) + [.prefer],
            answers: Answer.problems(404, 410),
            fallback:
                "How the job stands: pending by 202, ended by a redirect to its outcome, unless configured otherwise."
        )
    }

    /// The outcome of a route's jobs.
    static func routeResource(_ path: PathPattern) -> Operation {
        Operation(
            id: identifier("resource", .get, path),
            summary: "Gives the outcome of a job",
            parameters: names(in: path) + [.prefer, .ifNoneMatch],
            answers: Answer.problems(404, 410),
            fallback: "What the handler has left, or why there is nothing."
        )
    }

    private static func names(in pattern: PathPattern) -> [Parameter] {
        pattern.names.map { name in
            Parameter(name: name, place: .path, description: "A part of the path.", schema: ["type": "string"])
        }
    }

    /// A name of its own for each method and pattern.
    private static func identifier(_ kind: String, _ method: HTTPRequest.Method, _ pattern: PathPattern) -> String {
        let words = pattern.description.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return "\(kind)-\(method.rawValue.lowercased())\(String(words))"
    }
}

extension Operation.Parameter {
    static let invocationType = Operation.Parameter(
        name: "InvocationType",
        place: .header,
        description: "Event to be answered at once, RequestResponse to wait.",
        schema: ["type": "string", "enum": ["Event", "RequestResponse"]]
    )
}
