// Formats of settings that name media types (RFC 9110 section 8.3.1).

import LeveeCore

extension ValueFormat<String> {
    /// What a job type takes: `type/subtype` or `type/*`, without parameters; kept in lower case.
    static let mediaRange = ValueFormat(
        expectation: "a media type without parameters, such as application/json or image/*; "
            + "to take anything leave accepts out"
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, isToken(parts[0]), isToken(parts[1]), parts[0] != "*", !parts[0].contains("*"),
            parts[1] == "*" || !parts[1].contains("*")
        else { return nil }
        return text.lowercased()
    }

    /// The media type of a result, with parameters where they are needed.
    static let mediaType = ValueFormat(
        expectation: "a media type, such as image/png or text/plain; charset=utf-8"
    ) { text in
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        let essence = parts[0].trimmingBlanks.split(separator: "/", omittingEmptySubsequences: false)
        guard essence.count == 2, essence.allSatisfy({ isToken($0) && !$0.contains("*") }),
            parts.dropFirst().allSatisfy({ isParameter($0.trimmingBlanks) })
        else { return nil }
        return text
    }

    /// `token=token` or `token="text"`, as parameters are written (RFC 9110 section 5.6.6).
    private static func isParameter(_ text: Substring) -> Bool {
        let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, isToken(pair[0]) else { return false }
        if isToken(pair[1]) { return true }
        let value = pair[1].utf8
        return value.count >= 2 && value.first == UInt8(ascii: "\"") && value.last == UInt8(ascii: "\"")
            && value.dropFirst().dropLast().allSatisfy {
                (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
            }
    }

    /// The token of RFC 9110 section 5.6.2.
    private static func isToken(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || "!#$%&'*+-.^_`|~".utf8.contains($0)
            }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
