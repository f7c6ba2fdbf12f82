// What INFO answers.

/// Reads the lines of INFO, `name:value` each.
enum ServerInfo {
    static func fields(_ text: String) -> [String: String] {
        let lines = text.utf8.split { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
        let pairs = lines.compactMap { line -> (String, String)? in
            let parts = line.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            return parts.count == 2 ? (String(Substring(parts[0])), String(Substring(parts[1]))) : nil
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
