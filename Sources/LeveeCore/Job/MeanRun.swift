// How long attempts of one type take, as a mean that forgets.

/// A weighted mean of how long the attempts of one type hold a slot: from the claim to the settlement, by the clock of the
/// store, so that it holds whatever a worker does around the run itself.
public struct MeanRun: Sendable, Equatable {
    /// Each attempt moves the mean by the n-th part of the difference, if it is the n-th; after so many, by this part.
    public static let memory = 32

    /// How many attempts have ended.
    public var count: Int
    /// The mean, in whole microseconds.
    public var microseconds: Int

    /// Creates a mean.
    ///
    /// - Parameters:
    ///   - count: How many attempts have ended.
    ///   - microseconds: The mean, in microseconds.
    public init(count: Int = 0, microseconds: Int = 0) {
        self.count = count
        self.microseconds = microseconds
    }

    /// Takes in one more attempt, in whole milliseconds.
    public mutating func add(_ duration: Duration) {
        count += 1
        let mean = Double(microseconds)
        let moved = mean + (Double(duration.milliseconds * 1_000) - mean) / Double(min(count, Self.memory))
        microseconds = Int((moved + 0.5).rounded(.down))
    }

    /// The mean in seconds.
    public var inSeconds: Double { Double(microseconds) * 1e-6 }
}
