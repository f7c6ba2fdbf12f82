// Writes each log event as one line: `2026-11-21T22:43:05.123Z info message key=value`.

import Foundation
import LeveeCore
import Logging

/// A log handler for people and for line-based tools: one event is one line, whatever the values hold.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let write: @Sendable (String) -> Void
    private let now: @Sendable () -> Timestamp

    /// Creates a handler.
    ///
    /// - Parameters:
    ///   - level: The least level that is logged.
    ///   - now: The time of an event.
    ///   - write: Takes each line, with its line feed; all of it has to be written at once.
    init(
        level: Logger.Level,
        now: @escaping @Sendable () -> Timestamp = { .systemTime },
        write: @escaping @Sendable (String) -> Void = { FileHandle.standardError.writeLine($0) }
    ) {
        logLevel = level
        self.now = now
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line = "\(now().rfc3339) \(event.level.rawValue) \(LineText.escaped(event.message.description))"
        var values = metadata
        if let provided = metadataProvider?.get() { values.merge(provided) { $1 } }
        if let given = event.metadata { values.merge(given) { $1 } }
        if let error = event.error { values["error"] = "\(error)" }
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            line += " \(Self.key(key))=\(Self.text(value.description))"
        }
        write(line + "\n")
    }

    private static func key(_ key: String) -> String {
        isPlain(key) ? key : LineText.quoted(key, limit: .max)
    }

    private static func text(_ value: String) -> String {
        isPlain(value) ? value : LineText.quoted(value, limit: .max)
    }

    /// Whether a text can stand without quotes: it has something to show, no blank, no quote and no sign of a pair.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy { $0 != " " && $0 != "\"" && $0 != "=" && !LineText.isUnsafe($0) }
    }
}

extension Timestamp {
    /// The time by the clock of this machine: for logs only, never for jobs.
    fileprivate static var systemTime: Timestamp {
        Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}

extension FileHandle {
    /// Writes a line; a log that cannot be written has nobody to be told to.
    fileprivate func writeLine(_ line: String) {
        try? write(contentsOf: Data(line.utf8))
    }
}
