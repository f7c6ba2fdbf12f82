// The port through which programs read what was delivered into lists.

/// Lists of messages, each of which is there until somebody has acknowledged it, for 14 days at most.
public protocol MessageLists: Sendable {
    /// The lists that hold messages, or have lately, sorted by name.
    func messageLists() async throws(StoreError) -> [MessageListOverview]

    /// Reads the oldest messages that nobody else reads at the moment.
    ///
    /// - Parameters:
    ///   - list: The list.
    ///   - limit: The most to read, 1 to 100; fewer where they are large.
    ///   - hiding: How long nobody else gets to see them; after that those that were not acknowledged are there again.
    /// - Returns: The messages; none for a list that there is not.
    /// - Throws: ``StoreError`` if the store was not reached.
    func messages(in list: String, limit: Int, hiding: Duration) async throws(StoreError) -> [ListedMessage]

    /// Removes a message that was dealt with.
    ///
    /// - Returns: Whether it was there.
    /// - Throws: ``StoreError`` if the store was not reached; trying again is harmless.
    func acknowledge(_ id: DeliveryID, in list: String) async throws(StoreError) -> Bool
}

/// A message in a list.
public struct ListedMessage: Sendable, Equatable {
    /// The delivery that it came by.
    public var id: DeliveryID
    /// The record of the job's end, as JSON.
    public var body: [UInt8]

    /// Creates a message; see the properties.
    public init(id: DeliveryID, body: [UInt8]) {
        self.id = id
        self.body = body
    }
}

/// A list at a glance.
public struct MessageListOverview: Sendable, Equatable {
    public var name: String
    /// How many messages it holds.
    public var messages: Int
    /// How many of them nobody reads at the moment.
    public var visible: Int

    /// Creates an overview; see the properties.
    public init(name: String, messages: Int, visible: Int) {
        self.name = name
        self.messages = messages
        self.visible = visible
    }
}
