// What can be wrong with a request as such, before anybody looks for a job: 4xx.

import HTTPTypes
import LeveeCore

extension Problem {
    /// Nothing is served at the path.
    static let unknownPath = Problem(
        status: .notFound,
        token: "unknown-path",
        title: "There is nothing at this path",
        detail: "Jobs are sent to POST /jobs/{type}; the answer has the links to everything else."
    )

    /// The same at a door for probes.
    static let unknownHealthPath = Problem(
        status: .notFound,
        token: "unknown-path",
        title: "There is nothing at this path",
        detail: "This process answers GET /livez, /readyz and /metrics; jobs are sent to a front end."
    )

    /// The same at the admin door.
    static let unknownAdminPath = Problem(
        status: .notFound,
        token: "unknown-path",
        title: "There is nothing at this path",
        detail:
            "This is the admin door: it has /jobs, /queues, /workers, /metrics, /queues/{queue}/dead, /leases and what belongs to them."
    )

    /// The path is served, the method is not.
    static func methodNotAllowed(_ method: HTTPRequest.Method, allowed: [HTTPRequest.Method]) -> Problem {
        let list = allowed.map(\.rawValue).joined(separator: ", ")
        return Problem(
            status: .methodNotAllowed,
            token: "method-not-allowed",
            title: "The method is not allowed here",
            detail: "\(method.rawValue) is not among the methods of this path: \(list).",
            headers: [.allow: list]
        )
    }

    static let missingHost = Problem(
        status: .badRequest,
        token: "invalid-host",
        title: "The Host header field is missing or malformed",
        detail: "Send one Host header field with the name or address of the server, and its port if it is not 80."
    )

    static func targetTooLong(limit: Int) -> Problem {
        Problem(
            status: .uriTooLong,
            token: "uri-too-long",
            title: "The request target is too long",
            detail: "The target may have \(limit) bytes at most: send data in the body.",
            members: [Member("limit", .integer(limit))]
        )
    }

    static func bodyTooLarge(limit: Int) -> Problem {
        Problem(
            status: .contentTooLarge,
            token: "payload-too-large",
            title: "The payload is too large",
            detail:
                "Jobs of this type may have \(limit) bytes of payload. Put the data elsewhere and send its address.",
            members: [Member("limit", .integer(limit))]
        )
    }

    static let malformedContentType = Problem(
        status: .badRequest,
        token: "invalid-content-type",
        title: "The Content-Type is malformed",
        detail:
            "Send one media type in printable ASCII, such as application/json, of 255 bytes at most, or none at all."
    )

    /// A parameter of the query has a value that means nothing.
    static func unknownQueryValue(_ name: String, _ value: some StringProtocol, known: [String]) -> Problem {
        invalidQuery(name, "\(name) may not be \"\(value.prefix(60))\": use one of \(known.joined(separator: ", ")).")
    }

    /// Something is wrong with a parameter of the query.
    static func invalidQuery(_ name: String, _ detail: String) -> Problem {
        Problem(
            status: .badRequest,
            token: "invalid-query",
            title: "A parameter of the query is malformed",
            detail: detail,
            members: [Member("parameter", .string(name))]
        )
    }

    /// A header field that says what is to happen with a job makes no sense.
    static func malformedField(_ name: String, _ value: String, hint: String) -> Problem {
        Problem(
            status: .badRequest,
            token: "invalid-header",
            title: "A header field is malformed",
            detail: "\(name) may not be \"\(value.prefix(60))\". \(hint)",
            members: [Member("header", .string(name))]
        )
    }

    static func unsupportedMediaType(_ mediaType: String, type: JobType) -> Problem {
        let ranges = type.mediaRanges
        let list = ranges.joined(separator: ", ")
        return Problem(
            status: .unsupportedMediaType,
            token: "unsupported-media-type",
            title: "The media type is not taken",
            detail: "Jobs of type \(type.name) take \(list), not \(mediaType): set Content-Type accordingly.",
            headers: [.accept: list],
            members: [Member("accepts", .array(ranges.map { .string($0) }))]
        )
    }

    /// RFC 9110 section 15.5.16: `Accept-Encoding` tells which codings are taken.
    static let unsupportedEncoding = Problem(
        status: .unsupportedMediaType,
        token: "unsupported-content-encoding",
        title: "The content coding is not taken",
        detail: "Payloads are stored as they come: send the body without Content-Encoding, and its real media type.",
        headers: [.acceptEncoding: "identity"]
    )

    static func invalidJSON(_ error: JSONSyntaxError) -> Problem {
        Problem(
            status: .badRequest,
            token: "invalid-payload",
            title: "The payload is not valid",
            detail: "The payload is not JSON, as its media type says: \(error.reason.rawValue),"
                + " at line \(error.line), column \(error.column). Correct it and send it again.",
            members: [
                Member(
                    "errors",
                    .array([
                        .object([
                            Member("detail", .string(error.reason.rawValue)),
                            Member("offset", .integer(error.offset)),
                            Member("line", .integer(error.line)),
                            Member("column", .integer(error.column)),
                        ])
                    ])
                )
            ]
        )
    }

    /// A payload that is JSON but not what the schema of its type asks for: each place as a JSON Pointer (RFC 6901).
    static func schemaViolations(_ violations: [JSONViolation]) -> Problem {
        let first = violations.first.map { "\($0.pointer.isEmpty ? "the payload" : $0.pointer) \($0.detail)" } ?? ""
        let more = violations.count > 1 ? ", and \(violations.count - 1) more that errors lists" : ""
        return Problem(
            status: .badRequest,
            token: "invalid-payload",
            title: "The payload is not valid",
            detail: "The payload does not fit the schema of its type: \(first)\(more). Correct it and send it again.",
            members: [errors(violations)]
        )
    }

    /// What is wrong with a JSON text, place by place.
    static func errors(_ violations: [JSONViolation]) -> Member {
        Member(
            "errors",
            .array(
                violations.map { violation in
                    .object([
                        Member("pointer", .string(violation.pointer)),
                        Member("keyword", .string(violation.keyword)),
                        Member("detail", .string(violation.detail)),
                    ])
                }
            )
        )
    }
}
