// Writes elements, for HTML and SVG alike: whatever is written parses as XML too.

/// Markup in the making. Text and attributes are escaped, so nothing that others wrote can become an element.
struct Markup {
    typealias Attributes = KeyValuePairs<StaticString, String>

    private(set) var text = ""

    /// Writes an element with what is in it.
    mutating func element(
        _ name: StaticString,
        _ attributes: Attributes = [:],
        _ content: (inout Markup) -> Void
    ) {
        open(name, attributes)
        text += ">"
        content(&self)
        text += "</\(name)>"
    }

    /// Writes an element with text in it.
    mutating func element(_ name: StaticString, _ attributes: Attributes = [:], text content: String) {
        element(name, attributes) { $0.write(content) }
    }

    /// Writes an element that has nothing in it, by its kind.
    mutating func empty(_ name: StaticString, _ attributes: Attributes = [:]) {
        open(name, attributes)
        text += "/>"
    }

    /// Writes text.
    mutating func write(_ content: String) {
        text += Self.escaped(content)
    }

    /// Writes what is markup already.
    mutating func write(markup: Markup) {
        text += markup.text
    }

    /// Writes the rules of a style element, which are not escaped there.
    mutating func style(_ rules: StaticString) {
        text += "<style>\(rules)</style>"
    }

    private mutating func open(_ name: StaticString, _ attributes: Attributes) {
        text += "<\(name)"
        for (name, value) in attributes { text += " \(name)=\"\(Self.escaped(value))\"" }
    }

    /// The text without characters that mean something in markup; those that XML does not know, and those that turn the
    /// direction of what follows, are shown by their numbers.
    static func escaped(_ content: String) -> String {
        var escaped = ""
        for scalar in content.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n": escaped += "\n"
            default:
                switch scalar.value {
                case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF:
                    escaped += "\\u{\(String(scalar.value, radix: 16))}"
                default: escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }
}
