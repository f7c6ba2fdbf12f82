// Cross-origin requests of browsers: whose pages may read what a door answers (Fetch standard, section 3.2).

import HTTPTypes
import Hummingbird

/// The origins whose pages may use a door. Cookies and the like are never asked for: a key is sent by the page itself.
public enum AllowedOrigins: Sendable, Equatable {
    /// The pages of every origin.
    case any
    /// Those of these origins, written as browsers send them, such as `https://app.example.com`; none if empty.
    case only(Set<String>)

    /// How long a browser may remember what it was told before a request, in seconds.
    private static let maxAge = 3_600

    /// What a page may send beside what every page may (Fetch standard, section 2.2.2).
    private static let requestFields: [HTTPField.Name] = [
        .contentType, .prefer, .idempotencyKey, .authorization, .ifMatch, .ifNoneMatch, .lastEventID, .delay,
        .notBefore, .priority, .startTimeout, .cancelAfter, .invocationType, .traceparent, .tracestate,
    ]

    /// What a page may read beside what every page may.
    private static let exposedFields: [HTTPField.Name] = [
        .location, .operationLocation, .contentLocation, .retryAfter, .eTag, .link, .preferenceApplied,
        .idempotencyReplayed, .wwwAuthenticate,
    ]

    private var isNothing: Bool { self == .only([]) }

    /// The header fields of every answer of a door.
    var fields: [FieldDescription] { isNothing ? [] : [.allowOrigin, .exposeHeaders, .vary] }

    /// Adds to an answer what the browser has to know of it.
    func mark(_ response: inout Response, to request: Request) {
        guard !isNothing else { return }
        // A cache must not give one origin what was meant for another.
        response.headers[.vary] = [response.headers[.vary], "Origin"].compactMap(\.self).joined(separator: ", ")
        guard let origin = allowed(request) else { return }
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = Self.list(Self.exposedFields)
    }

    /// The answer to OPTIONS: the methods of a path, and to a browser that asks before a request of a page, what it may do.
    func options(_ request: Request, at row: MethodTable.Row) -> Response {
        var headers: HTTPFields = [.allow: row.list]
        if allowed(request) != nil, request.headers[.accessControlRequestMethod] != nil {
            headers[.accessControlAllowMethods] = row.list
            headers[.accessControlAllowHeaders] = Self.list(Self.requestFields)
            headers[.accessControlMaxAge] = String(Self.maxAge)
        }
        return Response(status: .noContent, headers: headers)
    }

    /// Whether pages of an origin may use the door.
    func allows(_ origin: String) -> Bool {
        switch self {
        case .any: true
        case .only(let origins): origins.contains(origin)
        }
    }

    /// What `Access-Control-Allow-Origin` says to a request; `nil` for nothing.
    private func allowed(_ request: Request) -> String? {
        guard let origin = request.headers[.origin], allows(origin) else { return nil }
        return self == .any ? "*" : origin
    }

    private static func list(_ names: [HTTPField.Name]) -> String { names.map(\.rawName).joined(separator: ", ") }
}
