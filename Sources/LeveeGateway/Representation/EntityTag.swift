// Conditional requests: whether a client already has what it asks for.

import HTTPTypes

/// Entity tags (RFC 9110 section 8.8.3).
enum EntityTag {
    /// Whether the condition of `If-None-Match` holds (RFC 9110 section 13.1.2): none of its tags is the given one by weak
    /// comparison, and it is not `*`. Holds where the field is missing.
    ///
    /// - Parameters:
    ///   - headers: The header fields of the request.
    ///   - tag: The tag of the representation that would be sent.
    /// - Returns: Whether the representation has to be sent.
    static func isNoneMatch(_ headers: HTTPFields, tag: String) -> Bool {
        let opaque = opaque(tag)
        for value in headers[values: .ifNoneMatch] {
            var rest = Substring(value)
            while true {
                rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "," }
                if rest.isEmpty { break }
                if rest.hasPrefix("*") { return false }
                let isWeak = rest.hasPrefix("W/")
                let quoted = isWeak ? rest.dropFirst(2) : rest
                guard quoted.first == "\"", let end = quoted.dropFirst().firstIndex(of: "\"") else { break }
                if quoted[...end] == opaque { return false }
                rest = quoted[quoted.index(after: end)...]
            }
        }
        return true
    }

    private static func opaque(_ tag: String) -> Substring {
        tag.hasPrefix("W/") ? tag.dropFirst(2) : Substring(tag)
    }
}
