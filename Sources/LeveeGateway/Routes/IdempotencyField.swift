// The header field with which a client names a submit.

import HTTPTypes
import LeveeCore

/// Reads `Idempotency-Key`: a structured-field string (RFC 9651 section 3.3.3), or, as many clients send it, the key alone.
enum IdempotencyField {
    /// The key of a request; `nil` if it has none.
    ///
    /// - Throws: A problem if there is more than one, or one that is no key.
    static func key(in fields: HTTPFields) throws(Problem) -> IdempotencyKey? {
        let values = fields[values: .idempotencyKey]
        guard let value = values.first else { return nil }
        guard values.count == 1, let text = value.first == "\"" ? unquoted(value) : value,
            let key = IdempotencyKey(text)
        else {
            let hint = "Send one key of 1 to \(IdempotencyKey.maxLength) printable ASCII characters."
            throw .malformedField("Idempotency-Key", value, hint: hint)
        }
        return key
    }

    /// What stands between the quotation marks; `nil` if the string is not well formed.
    private static func unquoted(_ value: String) -> String? {
        var text = ""
        var rest = value.dropFirst()
        while let character = rest.popFirst() {
            switch character {
            case "\"": return rest.isEmpty ? text : nil
            case "\\":
                guard let escaped = rest.popFirst(), escaped == "\"" || escaped == "\\" else { return nil }
                text.append(escaped)
            default: text.append(character)
            }
        }
        return nil
    }
}
