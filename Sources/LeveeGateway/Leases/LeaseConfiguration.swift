// What a door must know to lease jobs to outside workers.

public import LeveeCore

/// The types and queues that outside workers take jobs of.
public struct LeaseConfiguration: Sendable {
    /// The types of job, by name: their timeouts, retries and limits.
    public var jobTypes: [String: JobType]
    /// The queues that there are, by name, with their fleet-wide caps.
    public var queues: [String: QueueRules]
    /// How long a lease lasts unless its worker says.
    public var lease: Duration

    /// Creates a configuration; see the properties.
    public init(
        jobTypes: [String: JobType] = [:],
        queues: [String: QueueRules] = [:],
        lease: Duration = .seconds(5)
    ) {
        self.jobTypes = jobTypes
        self.queues = queues
        self.lease = lease
    }
}
