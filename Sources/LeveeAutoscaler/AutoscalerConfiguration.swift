// How one autoscaler is set up.

public import LeveeCore

/// The settings of one autoscaler.
public struct AutoscalerConfiguration: Sendable, Equatable {
    /// The name under which it leads, unlike that of any other.
    public var name: String
    /// What the scaling law goes by.
    public var policy: ScalingPolicy
    /// The queues that the fleet serves, with their caps.
    public var queues: [QueueRules]
    /// The time between two readings.
    public var interval: Duration
    /// How long the lead lasts without a sign of life: several intervals, so that a missed one is no change of power.
    public var leadDuration: Duration
    /// How long a call that moves the fleet may take to end when the autoscaler is told to stop.
    public var stopGrace: Duration
    /// Whether to say what would be done, and to do nothing: not to lead either, so that nobody else is disturbed.
    public var isDryRun: Bool
    /// Whether it moves the fleet; else it only announces how many workers there should be, for others to go by.
    public var movesFleet: Bool

    /// Creates a configuration.
    ///
    /// - Parameters:
    ///   - name: The name under which it leads.
    ///   - policy: What the scaling law goes by.
    ///   - queues: The queues that the fleet serves.
    ///   - interval: The time between two readings.
    ///   - leadDuration: How long the lead lasts without a sign of life.
    ///   - stopGrace: How long a call that moves the fleet may take to end at a shutdown.
    ///   - isDryRun: Whether to say what would be done and to do nothing.
    ///   - movesFleet: Whether to move the fleet, or only to announce what it should be.
    public init(
        name: String,
        policy: ScalingPolicy,
        queues: [QueueRules],
        interval: Duration = .seconds(2),
        leadDuration: Duration = .seconds(10),
        stopGrace: Duration = .seconds(10),
        isDryRun: Bool = false,
        movesFleet: Bool = true
    ) {
        self.name = name
        self.policy = policy
        self.queues = queues
        self.interval = interval
        self.leadDuration = leadDuration
        self.stopGrace = stopGrace
        self.isDryRun = isDryRun
        self.movesFleet = movesFleet
    }
}
