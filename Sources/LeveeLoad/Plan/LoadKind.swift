// A type of job in a load test, with what its jobs carry.

/// One kind of job.
public struct LoadKind: Sendable, Equatable {
    /// The job type.
    public var type: String
    /// What the jobs carry and what must come back.
    public var payload: LoadPayload

    /// Creates a kind of job.
    ///
    /// - Parameters:
    ///   - type: The job type.
    ///   - payload: What the jobs carry; what fits the type where it is `nil`.
    public init(type: String, payload: LoadPayload? = nil) {
        self.type = type
        self.payload = payload ?? .standard(for: type)
    }
}
