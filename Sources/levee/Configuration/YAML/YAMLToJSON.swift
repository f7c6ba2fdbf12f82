// A part of a YAML file as JSON: for what is written in YAML and read as JSON.

import LeveeCore

/// Writes YAML values as JSON and remembers where each one stood.
struct YAMLToJSON {
    private(set) var bytes: [UInt8] = []
    /// What JSON has no form for.
    private(set) var faults: [YAMLSyntaxError] = []
    /// Where each key and value begins in ``bytes``, in order, and where it stood in the file.
    private var places: [(offset: Int, mark: YAMLMark)] = []

    /// Where the key or value stood that begins at an offset of ``bytes`` or holds it.
    func mark(at offset: Int) -> YAMLMark? {
        places.last { $0.offset <= offset }?.mark
    }

    /// Appends a value.
    mutating func write(_ node: YAMLNode) {
        places.append((bytes.count, node.mark))
        switch node.content {
        case .nothing, .refused: bytes += "null".utf8
        case .scalar(let text, isQuoted: true): quote(text)
        case .scalar(let text, isQuoted: false): write(plain: text, at: node.mark)
        case .list(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(item)
            }
            bytes.append(UInt8(ascii: "]"))
        case .mapping(let entries):
            bytes.append(UInt8(ascii: "{"))
            for (index, entry) in entries.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                places.append((bytes.count, entry.mark))
                quote(entry.key)
                bytes.append(UInt8(ascii: ":"))
                write(entry.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// A text without quotes is what it looks like (YAML 1.2.2 section 10.3.2).
    private mutating func write(plain text: String, at mark: YAMLMark) {
        switch text {
        case "true", "True", "TRUE": bytes += "true".utf8
        case "false", "False", "FALSE": bytes += "false".utf8
        default:
            if (try? JSONDocument(Array(text.utf8)))?.root.kind == .number {
                bytes += text.utf8
            } else {
                if Self.isNumber(text) {
                    let message =
                        "\(LineText.quoted(text)) is no number of JSON; write it in decimal digits, "
                        + "or put it in quotes if it is meant as text"
                    faults.append(YAMLSyntaxError(mark: mark, message: message))
                }
                quote(text)
            }
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        text.wholeMatch(of: /0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?/) != nil
            || text.wholeMatch(of: /[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)/) != nil
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: bytes += "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
