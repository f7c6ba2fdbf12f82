// The signature of a webhook, by which its receiver knows that it is from here (Standard Webhooks 1.0).

import Crypto
import Foundation

/// A secret that is shared with receivers.
public struct WebhookSecret: Sendable, Equatable {
    /// What every secret begins with.
    public static let prefix = "whsec_"

    private let key: [UInt8]

    /// Reads a secret; `nil` if it is none.
    ///
    /// - Parameter text: `whsec_` and 24 to 64 bytes in base64.
    public init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))),
            (24...64).contains(data.count)
        else { return nil }
        key = Array(data)
    }

    /// Signs a message: HMAC-SHA256 over id, timestamp and body, with dots between them.
    func signature(id: String, timestamp: Int64, body: [UInt8]) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
        return "v1," + Data(code).base64EncodedString()
    }
}

/// The header fields of one attempt at a webhook.
struct WebhookFields {
    /// Constant over all attempts.
    let id: String
    /// When the attempt is made, in seconds since 1970.
    let timestamp: Int64
    /// The signatures with all secrets; `nil` if there is no secret.
    let signature: String?

    init(id: String, timestamp: Int64, body: [UInt8], secrets: [WebhookSecret]) {
        self.id = id
        self.timestamp = timestamp
        let signatures = secrets.map { $0.signature(id: id, timestamp: timestamp, body: body) }
        signature = signatures.isEmpty ? nil : signatures.joined(separator: " ")
    }
}
