// Who may not come in: 401 and 403 for keys (RFC 6750 section 3), 403 and 421 for pages in browsers.

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

    /// Where no key is asked for, a page could do what its reader does not know of.
    static let foreignOrigin = Problem(
        status: .forbidden,
        token: "foreign-origin",
        title: "The request comes from a page of another origin",
        detail: "Nothing was done. Without API keys only the pages of origins that the configuration names may change "
            + "something: server.cors.origins for clients, server.cors.adminOrigins at the admin door."
    )

    static let misdirected = Problem(
        status: .misdirectedRequest,
        token: "misdirected",
        title: "The door is not known under this name",
        detail:
            "Without API keys the admin door of this machine takes only requests to an address or to localhost, such as "
            + "http://127.0.0.1:9080. Use one of these, or configure keys."
    )
}
