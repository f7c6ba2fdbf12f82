// A log event with all that belongs to it, and the two ways to write it.

import LeveeCore
import Logging

/// One line of the log.
struct LogLine {
    var time: Timestamp
    var level: Logger.Level
    var logger: String
    var message: String
    var metadata: Logger.Metadata

    /// The members of the JSON object that no key of the metadata may take.
    static let reserved: Set<String> = ["time", "level", "message", "logger"]

    private var sorted: [(key: String, value: Logger.MetadataValue)] {
        metadata.sorted { $0.key < $1.key }
    }

    /// The line for people; with its level in colour for a terminal.
    func text(isColored: Bool) -> String {
        let level = isColored ? "\u{1B}[\(level.color)m\(level.rawValue)\u{1B}[0m" : level.rawValue
        var line = "\(time.rfc3339) \(level) \(LineText.escaped(message))"
        for (key, value) in sorted { line += " \(Self.plain(key))=\(Self.plain(value.description))" }
        return line + "\n"
    }

    /// The line as one JSON object. A key that is reserved, or there already, gets underscores before it.
    var json: String {
        var json = JSONWriter(reservingCapacity: 384)
        json.object { json in
            json.member("time", time.rfc3339)
            json.member("level", level.rawValue)
            json.member("message", message)
            json.member("logger", logger)
            for (key, value) in sorted {
                var name = key
                while Self.reserved.contains(name) || name != key && metadata[name] != nil { name = "_" + name }
                json.name(name)
                json.write(value)
            }
        }
        return String(decoding: json.bytes, as: UTF8.self) + "\n"
    }

    private static func plain(_ text: String) -> String {
        isPlain(text) ? text : LineText.quoted(text, limit: .max)
    }

    /// Whether a text can stand without quotes: it has something to show, no blank, no quote and no sign of a pair.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" && !LineText.isUnsafe($0) }
    }
}

extension JSONWriter {
    /// Writes a value of the metadata: numbers, flags, lists and dictionaries as such, all else as a string.
    fileprivate mutating func write(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): string(text)
        case .stringConvertible(let value as any BinaryInteger): integer(value)
        case .stringConvertible(let value as Bool): boolean(value)
        case .stringConvertible(let value as Double) where value.isFinite: verbatim(Array(value.description.utf8))
        case .stringConvertible(let value): string(value.description)
        case .array(let values): array { json in for value in values { json.write(value) } }
        case .dictionary(let values):
            object { json in
                for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                    json.name(key)
                    json.write(value)
                }
            }
        }
    }
}

extension Logger.Level {
    /// How terminals are told its colour (ECMA-48, select graphic rendition).
    fileprivate var color: String {
        switch self {
        case .trace, .debug: "2"
        case .info: "32"
        case .notice: "36"
        case .warning: "33"
        case .error, .critical: "31"
        }
    }
}
