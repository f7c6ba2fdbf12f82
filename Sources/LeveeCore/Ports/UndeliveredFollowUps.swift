// The port through which deliveries are looked after that have failed for good.

/// Follow-ups that could not be delivered, kept for 14 days for somebody to look at.
public protocol UndeliveredFollowUps: Sendable {
    /// Lists them, the last ones first.
    ///
    /// - Parameters:
    ///   - cursor: Where the last page ended; `nil` for the first page.
    ///   - limit: The most to list, 1 to 1,000.
    /// - Returns: A page.
    /// - Throws: ``StoreError`` if the store was not reached.
    func undelivered(after cursor: UndeliveredCursor?, limit: Int) async throws(StoreError) -> UndeliveredPage

    /// Makes one due again, as if it had never been tried.
    ///
    /// - Parameter id: The delivery.
    /// - Returns: Whether there is such a one.
    /// - Throws: ``StoreError`` if the store was not reached; trying again is harmless.
    func redeliver(_ id: DeliveryID) async throws(StoreError) -> Bool

    /// Forgets them, a bounded number at a time.
    ///
    /// - Returns: How many were forgotten; call again until there are none.
    /// - Throws: ``StoreError`` if the store was not reached.
    func purgeUndelivered() async throws(StoreError) -> Int
}

/// A follow-up that could not be delivered.
public struct Undelivered: Sendable, Equatable {
    public var id: DeliveryID
    public var destination: FollowUp.Destination
    /// How many attempts have failed.
    public var failures: Int
    /// Why the last one failed.
    public var reason: String
    /// When the job ended.
    public var createdAt: Timestamp
    /// When nothing is left of it.
    public var keptUntil: Timestamp

    /// Creates a follow-up that could not be delivered; see the properties.
    public init(
        id: DeliveryID,
        destination: FollowUp.Destination,
        failures: Int,
        reason: String,
        createdAt: Timestamp,
        keptUntil: Timestamp
    ) {
        self.id = id
        self.destination = destination
        self.failures = failures
        self.reason = reason
        self.createdAt = createdAt
        self.keptUntil = keptUntil
    }
}

/// Where a page of them ended. It stays good when what it names is gone.
public struct UndeliveredCursor: Sendable, Equatable {
    public var id: DeliveryID
    /// Until when it is kept, by which they are ordered.
    public var keptUntil: Timestamp

    /// Creates a cursor; see the properties.
    public init(id: DeliveryID, keptUntil: Timestamp) {
        self.id = id
        self.keptUntil = keptUntil
    }
}

/// Some of the follow-ups that could not be delivered.
public struct UndeliveredPage: Sendable, Equatable {
    /// How many there are in all.
    public var total: Int
    public var deliveries: [Undelivered]
    /// Where the next page begins; `nil` if this is the last.
    public var next: UndeliveredCursor?

    /// Creates a page; see the properties.
    public init(total: Int, deliveries: [Undelivered], next: UndeliveredCursor?) {
        self.total = total
        self.deliveries = deliveries
        self.next = next
    }
}
