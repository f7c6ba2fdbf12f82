// The header field `tracestate` (W3C Trace Context, level 1, section 3.3): handed on as it came, within bounds.

/// What tracing systems add to a trace: `vendor=value` entries between commas.
public enum TraceState {
    /// The most characters that are handed on, which is what section 3.3.1.5 asks for at least.
    public static let limit = 512
    /// The most entries that a field may have (section 3.3.1.1).
    public static let mostEntries = 32
    /// Entries of more characters go first where there are too many (section 3.3.1.5).
    private static let longEntry = 128

    /// Holds a field to its grammar and to ``limit``.
    ///
    /// - Parameter field: The field, several combined by commas.
    /// - Returns: Its entries without blanks between them, those left out for which there is no room: the long ones, then the
    ///   last. Empty if the field has a fault, since nobody can tell what it means then.
    public static func checked(_ field: String) -> String {
        guard !field.isEmpty else { return "" }
        var entries: [Substring] = []
        var keys: Set<Substring> = []
        for part in field.split(separator: ",") {
            let entry = part.drop(while: isBlank).trimmingSuffix(while: isBlank)
            if entry.isEmpty { continue }
            let halves = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, isKey(halves[0].utf8), isValue(halves[1].utf8), keys.insert(halves[0]).inserted
            else { return "" }
            entries.append(entry)
        }
        guard entries.count <= mostEntries else { return "" }
        return fitting(entries).joined(separator: ",")
    }

    private static func fitting(_ entries: [Substring]) -> [Substring] {
        var entries = entries
        var length = entries.reduce(entries.count - 1) { $0 + $1.utf8.count }
        while length > limit {
            let index = entries.lastIndex { $0.utf8.count > longEntry } ?? entries.count - 1
            length -= entries.remove(at: index).utf8.count + 1
        }
        return entries
    }

    /// `vendor` or `tenant@vendor` (section 3.3.1.3.1).
    private static func isKey(_ key: Substring.UTF8View) -> Bool {
        func isWord(_ word: some Collection<UInt8>, most: Int, beginsWithDigit: Bool) -> Bool {
            guard let first = word.first, word.count <= most, isLetter(first) || beginsWithDigit && isDigit(first)
            else {
                return false
            }
            return word.allSatisfy { isLetter($0) || isDigit($0) || "_-*/".utf8.contains($0) }
        }
        let parts = key.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return switch parts.count {
        case 1: isWord(parts[0], most: 256, beginsWithDigit: false)
        case 2:
            isWord(parts[0], most: 241, beginsWithDigit: true) && isWord(parts[1], most: 14, beginsWithDigit: false)
        default: false
        }
    }

    /// Printable ASCII without comma and equals sign, a blank not at the end (section 3.3.1.3.2).
    private static func isValue(_ value: Substring.UTF8View) -> Bool {
        value.count <= 256 && !value.isEmpty
            && value.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "=") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
}

extension Substring {
    fileprivate func trimmingSuffix(while isPadding: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, isPadding(last) { text.removeLast() }
        return text
    }
}
