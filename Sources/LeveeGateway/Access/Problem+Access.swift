// What can be wrong with the key of a request: 401 and 403 (RFC 6750 section 3).

import HTTPTypes
import LeveeCore

extension Problem {
    private static let challenge = #"Bearer realm="levee""#

    static let keyMissing = Problem(
        status: .unauthorized,
        token: "unauthorized",
        title: "An API key is needed",
        detail: "Send the key that the operator has given you as Authorization: Bearer KEY.",
        headers: [.wwwAuthenticate: challenge]
    )

    static let keyUnknown = Problem(
        status: .unauthorized,
        token: "unauthorized",
        title: "The API key is not known",
        detail: "The key is none of this deployment's, or none any more: ask the operator for a new one.",
        headers: [.wwwAuthenticate: challenge + #", error="invalid_token""#]
    )

    /// A key that is known but not good for what was asked, which takes one of the scopes.
    static func scopeMissing(_ scopes: [Scope]) -> Problem {
        let names = scopes.map(\.rawValue)
        return Problem(
            status: .forbidden,
            token: "forbidden",
            title: "The API key is not good for this",
            detail: "This takes a key with the scope \(names.joined(separator: " or ")).",
            headers: [
                .wwwAuthenticate: challenge + #", error="insufficient_scope", scope="\#(names.joined(separator: " "))""#
            ],
            members: [Member("scopes", .array(names.map { .string($0) }))]
        )
    }
}
