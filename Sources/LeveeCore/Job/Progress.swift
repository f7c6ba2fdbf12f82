// How far a running job has come, by its handler's own word.

/// What a handler last said about its progress.
public struct Progress: Sendable, Equatable {
    /// Whole per cent, 0 to 100.
    public var percent: Int
    /// A short name of what is being done, if given.
    public var stage: String?
    /// A sentence for people, if given.
    public var message: String?

    /// Creates a report of progress.
    ///
    /// - Parameters:
    ///   - percent: Whole per cent; clamped to 0...100.
    ///   - stage: A short name of what is being done; cut after 64 bytes, control characters become spaces.
    ///   - message: A sentence for people; cut after 256 bytes, control characters become spaces.
    public init(percent: Int = 0, stage: String? = nil, message: String? = nil) {
        self.percent = min(max(percent, 0), 100)
        self.stage = stage.flatMap { Self.line($0, limit: 64) }
        self.message = message.flatMap { Self.line($0, limit: 256) }
    }

    private static func line(_ text: String, limit: Int) -> String? {
        var line = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= limit else { break }
            line.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return line.isEmpty ? nil : String(line)
    }
}
