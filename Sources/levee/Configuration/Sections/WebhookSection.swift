// The section `webhooks` of the file.

import LeveeCore
import LeveeCourier

extension WebhookSettings {
    /// The keys of the section.
    static let keys = ["secrets", "allow", "timeout", "retries"]

    /// Takes over what the section says.
    mutating func read(_ setting: Setting) {
        guard let section = setting.section(keys: Self.keys) else { return }
        secrets = section["secrets"]?.values(.webhookSecret) ?? secrets
        rules.allowed = section["allow"]?.values(.network) ?? rules.allowed
        section.read("timeout", .duration(.milliseconds(100) ... .seconds(300)), into: &timeout)
        if let retries = section["retries"] { retry.read(retries) }
    }
}

extension ValueFormat<WebhookSecret> {
    /// A secret that is shared with receivers. A complaint never shows what was written.
    static let webhookSecret = ValueFormat(expectation: "whsec_ and 24 to 64 bytes in base64") {
        text throws(ValueComplaint) in
        guard let secret = WebhookSecret(text) else {
            throw ValueComplaint(
                message: "this is no secret for webhooks; write whsec_ and 24 to 64 random bytes in base64, such as "
                    + "`openssl rand -base64 32` prints"
            )
        }
        return secret
    }
}

extension ValueFormat<IPNetwork> {
    /// A network in CIDR notation, or an address.
    static let network = ValueFormat(expectation: "a network such as 127.0.0.0/8 or fd00::/8, or an IP address") {
        IPNetwork($0)
    }
}
