// Who may come in: the key of a request against what its endpoint asks for.

import HTTPTypes
import LeveeCore

/// Admits requests by their API keys (RFC 6750); a deployment without keys admits all, as one tenant.
struct Doorkeeper: Sendable {
    let keys: APIKeyRing

    /// Lets a request in, or turns it away before anything of it is read.
    ///
    /// - Parameters:
    ///   - fields: The header fields of the request.
    ///   - scopes: What the key has to be good for, one of these at least; empty if anybody may come.
    /// - Returns: Whose request it is.
    /// - Throws: A problem, 401 without a key that is known, 403 if it is not good for this.
    func admit(_ fields: HTTPFields, for scopes: [Scope]) throws(Problem) -> Tenant {
        guard !keys.isEmpty, !scopes.isEmpty else { return .standard }
        guard let secret = Self.secret(in: fields) else { throw .keyMissing }
        guard let key = keys.key(of: secret) else { throw .keyUnknown }
        guard scopes.contains(where: key.scopes.contains) else { throw .scopeMissing(scopes) }
        return key.tenant
    }

    /// What stands behind `Bearer` (RFC 6750 section 2.1), the scheme in any case (RFC 9110 section 11.1).
    private static func secret(in fields: HTTPFields) -> String? {
        let values = fields[values: .authorization]
        guard values.count == 1, let value = values.first else { return nil }
        let scheme = value.prefix { $0 != " " }
        guard scheme.lowercased() == "bearer" else { return nil }
        let secret = value.dropFirst(scheme.count).drop { $0 == " " }
        return secret.isEmpty ? nil : String(secret)
    }
}
