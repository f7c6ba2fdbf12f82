// How an autoscaler is to run, as the command line says.

import LeveeAutoscaler
import LeveeCore

/// The settings of an autoscaler that the configuration does not hold.
struct AutoscaleSettings: Sendable, Equatable {
    /// The fewest workers.
    var minimum: Int
    /// The most workers.
    var maximum: Int
    /// How long a job may wait in line.
    var targetWait: Duration
    /// How long jobs are assumed to take until some have ended.
    var assumedService: Duration
    /// For how long a fleet must have been too large before it shrinks.
    var shrinkWindow: Duration
    /// The time between two readings.
    var interval: Duration
    /// What moves the fleet; `nil` only where nothing is moved.
    var command: CommandFleet.Command?
    /// Whether to say only what would be done.
    var isDryRun: Bool
    /// Whether to announce only how many workers there should be.
    var isPublishing: Bool
    /// Whether a number that was set by hand before is to be left behind.
    var takesOver: Bool

    /// What the scaling law goes by.
    ///
    /// - Parameter slots: How many jobs a worker runs at once.
    /// - Returns: A policy whose memory is as long as the interval needs.
    /// - Throws: What cannot be, with what to do about it.
    func policy(slots: Int) throws(ScalingPolicyError) -> ScalingPolicy {
        var policy = try ScalingPolicy(
            min: minimum,
            max: maximum,
            slotsPerWorker: slots,
            targetWait: targetWait,
            assumedService: assumedService
        )
        policy.shrinkWindow = shrinkWindow
        policy.staleAfter = max(policy.staleAfter, interval * 5)
        return policy
    }

    /// How an autoscaler is set up for a deployment.
    ///
    /// - Parameters:
    ///   - name: The name under which it leads.
    ///   - configuration: The deployment.
    /// - Returns: A configuration whose lead outlasts some rounds that are missed.
    /// - Throws: What cannot be, with what to do about it.
    func configuration(
        name: String,
        for configuration: Configuration
    ) throws(ScalingPolicyError) -> AutoscalerConfiguration {
        AutoscalerConfiguration(
            name: name,
            policy: try policy(slots: configuration.worker.slots),
            queues: configuration.servedQueues,
            interval: interval,
            leadDuration: max(.seconds(10), interval * 5),
            isDryRun: isDryRun,
            movesFleet: !isPublishing
        )
    }
}
