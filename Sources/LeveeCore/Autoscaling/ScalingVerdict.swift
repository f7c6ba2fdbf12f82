// What the scaling law says to one reading.

/// The number of workers there should be, and why.
public struct ScalingVerdict: Sendable, Equatable {
    /// What a verdict means for the fleet as it is.
    public enum Change: String, Sendable, Equatable {
        /// Start workers: the load asks for more, or some are gone.
        case up
        /// Drain workers.
        case down
        /// Leave the fleet alone.
        case hold
    }

    /// The workers there should be.
    public var desired: Int
    /// What that means for the fleet as it is.
    public var change: Change
    /// One line for the operator, such as
    /// `up 2 -> 5: 41 jobs wait, 3.2/s arrive, 1.0 s each, oldest 12 s; wants 5`.
    public var reason: String

    /// Creates a verdict; see the properties.
    public init(desired: Int, change: Change, reason: String) {
        self.desired = desired
        self.change = change
        self.reason = reason
    }
}
