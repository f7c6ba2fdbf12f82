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
    ///   - stage: A short name of what is being done.
    ///   - message: A sentence for people.
    public init(percent: Int = 0, stage: String? = nil, message: String? = nil) {
        self.percent = min(max(percent, 0), 100)
        self.stage = stage
        self.message = message
    }
}
