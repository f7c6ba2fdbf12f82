// A log event with all that belongs to it, and the two ways to write it.

import LeveeCore
import Logging

/// One line of the log.
struct LogLine {
    /// About as many bytes as the line of an attempt has.
    private static let usualLength = 384
    /// More values than the line of an attempt has.
    private static let usualCount = 16

    let time: Timestamp
    let level: Logger.Level
    let logger: String
    let message: String
    /// What belongs to it; of several values with one key the first counts.
    private var values: [Value] = []

    private struct Value {
        let key: String
        let value: Logger.MetadataValue
    }

    /// Creates a line.
    init(time: Timestamp, level: Logger.Level, logger: String, message: String) {
        self.time = time
        self.level = level
        self.logger = logger
        self.message = message
        values.reserveCapacity(Self.usualCount)
    }

    /// Adds what belongs to the event, unless there is a value with this key.
    mutating func add(_ key: String, _ value: Logger.MetadataValue) {
        values.append(Value(key: key, value: value))
    }

    /// Adds what belongs to the event, as far as there are no values with these keys.
    mutating func add(_ metadata: Logger.Metadata?) {
        for (key, value) in metadata ?? [:] { add(key, value) }
    }

    /// The places of the values that count, by key.
    private var sorted: [Int] {
        // There are a dozen, and places are moved with less effort than values.
        var places: [Int] = []
        places.reserveCapacity(values.count)
        for place in values.indices {
            let key = values[place].key
            var index = places.endIndex
            while index > 0, values[places[index - 1]].key > key { index -= 1 }
            if index > 0, values[places[index - 1]].key == key { continue }
            places.insert(place, at: index)
        }
        return places
    }

    /// The line for people; with its level in colour for a terminal.
    func text(isColored: Bool) -> [UInt8] {
        let level = isColored ? "\u{1B}[\(level.color)m\(level.rawValue)\u{1B}[0m" : level.rawValue
        var line: [UInt8] = []
        line.reserveCapacity(Self.usualLength)
        line += time.rfc3339.utf8
        line.append(UInt8(ascii: " "))
        line += level.utf8
        line.append(UInt8(ascii: " "))
        line += LineText.escaped(message).utf8
        for place in sorted {
            line.append(UInt8(ascii: " "))
            Self.append(values[place].key, to: &line)
            line.append(UInt8(ascii: "="))
            Self.append(values[place].value.description, to: &line)
        }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// The line as one JSON object. A key that is reserved, or there already, gets underscores before it.
    var json: [UInt8] {
        var json = JSONWriter(reservingCapacity: Self.usualLength)
        json.object { json in
            json.member("time", time.rfc3339)
            json.member("level", level.rawValue)
            json.member("message", message)
            json.member("logger", logger)
            for place in sorted {
                let key = values[place].key
                var name = key
                while Self.isReserved(name) || name != key && values.contains(where: { $0.key == name }) {
                    name = "_" + name
                }
                json.name(name)
                json.write(values[place].value)
            }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }

    /// Whether a key is that of a member that is always there, which no other may take.
    private static func isReserved(_ key: String) -> Bool {
        key == "time" || key == "level" || key == "message" || key == "logger"
    }

    /// Appends a key or a value, in quotes where it cannot stand without them: it has nothing to show, a blank, a quote or the
    /// sign of a pair.
    private static func append(_ text: String, to line: inout [UInt8]) {
        var text = text
        let isWritten = text.withUTF8 { bytes in
            guard !bytes.isEmpty, bytes.allSatisfy(isPlain) else { return false }
            line.append(contentsOf: bytes)
            return true
        }
        if !isWritten { line += (isPlain(text) ? text : LineText.quoted(text, limit: .max)).utf8 }
    }

    /// Whether a byte is a character that needs no second look, as nearly all are.
    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=")
    }

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
