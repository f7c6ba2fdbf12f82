// What can be wrong with the bytes of a request, before anybody knows what it asks for.

import HTTPTypes
import NIOHTTP1

extension Problem {
    static func headersTooLarge(_ limits: GatewayConfiguration.Limits) -> Problem {
        Problem(
            status: .requestHeaderFieldsTooLarge,
            token: "headers-too-large",
            title: "The header fields are too large",
            detail: "There may be \(limits.maxFields) header fields, and with the target they may have "
                + "\(limits.maxHeadBytes) bytes: send fewer or shorter ones.",
            members: [Member("limit", .integer(limits.maxHeadBytes)), Member("fields", .integer(limits.maxFields))]
        )
    }

    /// Bytes that RFC 9112 does not allow where they stand.
    static func malformedRequest(_ reason: String) -> Problem {
        Problem(
            status: .badRequest,
            token: "malformed-request",
            title: "This is no HTTP request",
            detail: "\(reason), so nothing was done and the connection is closed. Send requests as RFC 9112 has them."
        )
    }

    static let endlessFraming = malformedRequest("The body is little more than the framing of its chunks")

    static let invalidTarget = Problem(
        status: .badRequest,
        token: "invalid-target",
        title: "The request target is malformed",
        detail: "Send a path that begins with a slash, or an http URL."
    )

    /// RFC 9112 section 6.1: an unknown coding is answered 501.
    static let unsupportedTransferCoding = Problem(
        status: .notImplemented,
        token: "unsupported-transfer-coding",
        title: "The transfer coding is not taken",
        detail: "Send the body with Content-Length, or with Transfer-Encoding: chunked and no other coding."
    )

    static let unsupportedVersion = Problem(
        status: .httpVersionNotSupported,
        token: "unsupported-version",
        title: "The version of HTTP is not spoken here",
        detail: "Send the request as HTTP/1.1."
    )

    static let requestTimeout = Problem(
        status: .requestTimeout,
        token: "request-timeout",
        title: "The request took too long to arrive",
        detail: "The request did not come in time and nothing was done. Send it again, on a better connection."
    )

    static let incompleteBody = Problem(
        status: .badRequest,
        token: "incomplete-body",
        title: "The request broke off",
        detail: "The request ended before its announced length, so nothing was done. Send it again."
    )

    static let tooManyConnections = Problem(
        status: .serviceUnavailable,
        token: "too-many-connections",
        title: "The server has all the connections it may have",
        detail: "Nothing was read. Send the request again in 1 s, or to another front end, and keep connections open."
    ).retry(after: 1)

    /// What an error of reading requests is for a client; `nil` for errors of the connection itself.
    init?(reading error: any Error, limits: GatewayConfiguration.Limits) {
        switch error {
        case let problem as Problem: self = problem
        case HTTPParserError.headerOverflow: self = .headersTooLarge(limits)
        case HTTPParserError.invalidVersion: self = .unsupportedVersion
        case HTTPParserError.invalidEOFState: self = .incompleteBody
        case HTTPParserError.invalidMethod: self = .malformedRequest("The method is unknown")
        case HTTPParserError.unexpectedContentLength, HTTPParserError.invalidContentLength:
            self = .malformedRequest("There is more than one length of the body, or a malformed one")
        case HTTPParserError.invalidChunkSize: self = .malformedRequest("The length of a chunk is malformed")
        case HTTPParserError.invalidHeaderToken: self = .malformedRequest("A header field is malformed")
        case is HTTPParserError: self = .malformedRequest("The request is malformed")
        default: return nil
        }
    }
}
