// Text that must stay on one line: for log lines and for messages that quote what somebody wrote.

/// Makes foreign text fit to be shown on one line of a terminal or a log.
enum LineText {
    /// The text with every character escaped that would end the line, move the cursor or be taken for a line's end.
    static func escaped(_ text: some StringProtocol) -> String {
        // Nearly all texts are printable ASCII.
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return String(text) }
        guard text.unicodeScalars.contains(where: isUnsafe) else { return String(text) }
        var line = ""
        for scalar in text.unicodeScalars { append(scalar, to: &line) }
        return line
    }

    /// The text in double quotes with quotes and backslashes escaped too, shortened to a bearable length.
    static func quoted(_ text: some StringProtocol, limit: Int = 80) -> String {
        var line = "\""
        for scalar in text.unicodeScalars.prefix(limit) {
            if scalar == "\"" || scalar == "\\" { line.unicodeScalars.append("\\") }
            append(scalar, to: &line)
        }
        return line + (text.unicodeScalars.count > limit ? "...\"" : "\"")
    }

    /// Control characters of both sets, the two line separators of Unicode, and those that turn the writing direction.
    static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func append(_ scalar: Unicode.Scalar, to line: inout String) {
        switch scalar {
        case "\n": line += "\\n"
        case "\r": line += "\\r"
        case "\t": line += "\\t"
        default:
            if isUnsafe(scalar) {
                line += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                line.unicodeScalars.append(scalar)
            }
        }
    }
}
