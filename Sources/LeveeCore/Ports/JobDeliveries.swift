// The port through which follow-ups of ended jobs get where they are to go: what a courier needs.

/// Hands out deliveries that are due, and takes in what came of them. Each is made at least once.
public protocol JobDeliveries: Sendable {
    /// Takes deliveries that are due. They come back when the lease is over, unless they were settled.
    ///
    /// - Parameters:
    ///   - limit: The most to take, 1 to 100.
    ///   - lease: How long nobody else takes them.
    /// - Returns: What was taken, the longest due first.
    /// - Throws: ``StoreError`` if the store was not reached; what it may have taken comes back.
    func takeDeliveries(_ limit: Int, lease: Duration) async throws(StoreError) -> [LeasedDelivery]

    /// Says what came of a delivery. Sending the same again is harmless.
    ///
    /// - Parameters:
    ///   - delivery: The delivery.
    ///   - outcome: What came of it; one that was made counts even if its lease was over.
    /// - Returns: Whether it was taken down; not if that was done before, or the lease was over.
    /// - Throws: ``StoreError`` if the store was not reached.
    @discardableResult
    func settle(_ delivery: LeasedDelivery, as outcome: DeliveryOutcome) async throws(StoreError) -> Bool

    /// Reads a payload that does not lie beside its record.
    ///
    /// - Returns: `nil` if nothing of it is left.
    func payload(of id: JobID) async throws(StoreError) -> [UInt8]?

    /// The id of the job that a delivery makes: the same each time, so that it makes one job however often it is repeated.
    func chainedID(of id: DeliveryID) -> JobID
}

/// A delivery, and the right to make it.
public struct LeasedDelivery: Sendable, Equatable {
    public var id: DeliveryID
    /// Rises with each time that it is taken.
    public var fence: Int
    public var destination: FollowUp.Destination
    /// How many attempts have failed.
    public var failures: Int
    /// The job as it has ended; `nil` if it is lost.
    public var job: JobRecord?
    /// The payload of the job; `nil` where ``JobDeliveries/payload(of:)`` must be asked for it.
    public var payload: Content?
    /// The media type of the payload.
    public var payloadType: String

    /// Creates a delivery; see the properties.
    public init(
        id: DeliveryID,
        fence: Int,
        destination: FollowUp.Destination,
        failures: Int,
        job: JobRecord?,
        payload: Content?,
        payloadType: String
    ) {
        self.id = id
        self.fence = fence
        self.destination = destination
        self.failures = failures
        self.job = job
        self.payload = payload
        self.payloadType = payloadType
    }
}

/// What came of an attempt at a delivery.
public enum DeliveryOutcome: Sendable, Equatable {
    /// It was made.
    case delivered
    /// It is to be made by putting a message into the list, in the same step.
    case listed(message: [UInt8])
    /// It failed and is due again after a while.
    case putOff(Duration, reason: String)
    /// It failed for good.
    case dead(reason: String)
}
