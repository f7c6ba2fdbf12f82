// In which form log events are written.

/// How a log event becomes a line.
enum LogFormat: String, Sendable, CaseIterable {
    /// For people: `2026-11-21T22:43:05.123Z info message key=value`.
    case text
    /// For programs: a JSON object.
    case json
}
