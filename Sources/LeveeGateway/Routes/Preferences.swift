// The Prefer header field: how a client would like to be answered.

import HTTPTypes

/// Preferences of a request (RFC 7240). Those that are unknown or malformed are passed over, names have no case, and of equal
/// ones the first counts.
struct Preferences: Equatable {
    /// The most seconds that a request may wait.
    static let longestWait = 60

    var respondAsync = false
    /// How many seconds to wait at most, capped; `nil` not to wait.
    var wait: Int?
    /// Whether the answer may do without a body.
    var isMinimal = false

    init(_ fields: HTTPFields) {
        var seen: Set<String> = []
        for field in fields[values: .prefer] {
            for item in field.split(separator: ",") {
                // Parameters of a preference say nothing here.
                let preference = item.split(separator: ";", maxSplits: 1).first ?? ""
                let parts = preference.split(separator: "=", maxSplits: 1).map { $0.trimmed }
                guard let name = parts.first?.lowercased(), seen.insert(name).inserted else { continue }
                let value = parts.count == 2 ? parts[1].unquoted : ""
                switch name {
                case "respond-async": respondAsync = true
                case "wait": wait = Self.seconds(value)
                case "return": isMinimal = value.lowercased() == "minimal"
                default: continue
                }
            }
        }
    }

    /// What an answer says of the preferences that it honours, with the wait that was used.
    ///
    /// - Parameters:
    ///   - isAsync: Whether the answer is the one to a request that may go on without it.
    ///   - hasNoBody: Whether the answer has left its body out as asked.
    /// - Returns: `Preference-Applied` and `Vary`, where there is something to say.
    func headers(isAsync: Bool = false, hasNoBody: Bool = false) -> HTTPFields {
        var words: [String] = []
        if isAsync, respondAsync { words.append("respond-async") }
        if let wait { words.append("wait=\(wait)") }
        if hasNoBody, isMinimal { words.append("return=minimal") }
        return words.isEmpty ? [:] : [.preferenceApplied: words.joined(separator: ", "), .vary: "Prefer"]
    }

    private static func seconds(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(Int(text) ?? longestWait, longestWait)
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let head = drop { $0 == " " || $0 == "\t" }
        let end = head.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { head[...$0] } ?? ""
    }

    fileprivate var unquoted: Substring {
        count >= 2 && first == "\"" && last == "\"" ? dropFirst().dropLast() : self
    }
}
