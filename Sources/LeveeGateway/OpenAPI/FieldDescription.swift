// The header fields of answers, as the OpenAPI document describes them.

import HTTPTypes

/// A header field that answers carry.
struct FieldDescription: Sendable {
    let name: HTTPField.Name
    let description: String
    var schema: JSONTree = ["type": "string"]
}

extension FieldDescription {
    private static let address: JSONTree = ["type": "string", "format": "uri"]

    static let accept = FieldDescription(name: .accept, description: "The media ranges that the type takes.")
    static let acceptEncoding = FieldDescription(
        name: .acceptEncoding,
        description: "The content codings that are taken."
    )
    static let accelBuffering = FieldDescription(
        name: .accelBuffering,
        description: "Asks proxies to pass events on as they come.",
        schema: ["type": "string", "enum": ["no"]]
    )
    static let allow = FieldDescription(name: .allow, description: "The methods of the path.")
    static let allowOrigin = FieldDescription(
        name: .accessControlAllowOrigin,
        description: "The origin whose pages may read this, or * for all."
    )
    static let cacheControl = FieldDescription(name: .cacheControl, description: "How long the answer may be kept.")
    static let contentDisposition = FieldDescription(
        name: .contentDisposition,
        description: "Has browsers save the bytes, and names the file."
    )
    static let contentLocation = FieldDescription(
        name: .contentLocation,
        description: "Where the body of this answer can be had again.",
        schema: address
    )
    static let contentSecurityPolicy = FieldDescription(
        name: .contentSecurityPolicy,
        description: "What a browser may do with it (Content Security Policy Level 3)."
    )
    static let contentTypeOptions = FieldDescription(
        name: .xContentTypeOptions,
        description: "Keeps browsers from taking the result for something else.",
        schema: ["type": "string", "enum": ["nosniff"]]
    )
    static let eTag = FieldDescription(
        name: .eTag,
        description: "The version of what is in the body, for If-Match and If-None-Match."
    )
    static let exposeHeaders = FieldDescription(
        name: .accessControlExposeHeaders,
        description: "The header fields that pages of other origins may read."
    )
    static let idempotencyReplayed = FieldDescription(
        name: .idempotencyReplayed,
        description: "There if the job was made by an earlier request with the same Idempotency-Key.",
        schema: ["type": "string", "enum": ["true"]]
    )
    static let link = FieldDescription(name: .link, description: "Links to what belongs to this (RFC 8288).")
    static let location = FieldDescription(
        name: .location,
        description: "The job; once it has ended, its outcome.",
        schema: address
    )
    static let operationLocation = FieldDescription(
        name: .operationLocation,
        description: "The monitor of the job, which never redirects.",
        schema: address
    )
    static let preferenceApplied = FieldDescription(
        name: .preferenceApplied,
        description: "The preferences of the request that were honoured (RFC 7240)."
    )
    static let referrerPolicy = FieldDescription(
        name: .referrerPolicy,
        description: "Keeps addresses of jobs from other sites."
    )
    static let retryAfter = FieldDescription(
        name: .retryAfter,
        description: "After how many seconds to ask again.",
        schema: ["type": "integer", "minimum": 1]
    )
    static let vary = FieldDescription(name: .vary, description: "The request fields that the answer depends on.")
    static let wwwAuthenticate = FieldDescription(
        name: .wwwAuthenticate,
        description: "What kind of key is needed (RFC 6750 section 3)."
    )

    /// What the problems of a status may carry.
    static func ofProblems(_ status: HTTPResponse.Status) -> [FieldDescription] {
        let own: [FieldDescription] =
            switch status.code {
            case 401: [.wwwAuthenticate]
            case 404: [.retryAfter]
            case 405: [.allow]
            case 415: [.accept, .acceptEncoding]
            case 503: [.retryAfter]
            default: []
            }
        let isOutcome = FailureView.statuses.contains(status.code)
        let scope: [FieldDescription] = status == .forbidden ? [.wwwAuthenticate] : []
        let waited: [FieldDescription] = [.operationLocation, .contentLocation, .preferenceApplied, .vary]
        let replayed: [FieldDescription] = isOutcome ? [.eTag, .idempotencyReplayed] : []
        return [.cacheControl] + own + scope + (isOutcome || status == .notFound ? waited : []) + replayed
    }
}
