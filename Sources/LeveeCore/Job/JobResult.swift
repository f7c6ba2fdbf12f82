// What a handler that succeeded hands back.

/// The outcome of a successful attempt.
public struct JobResult: Sendable, Equatable {
    /// The HTTP status of the result, 200 to 299. At its resource any but 200, 201 and 204 becomes 200.
    public var status: Int
    /// The bytes and their media type.
    public var content: Content
    /// Header fields to serve with them.
    public var fields: [HeaderField]

    /// Creates a result.
    ///
    /// - Parameters:
    ///   - status: The HTTP status of the result, 200 to 299.
    ///   - content: The bytes and their media type.
    ///   - fields: Header fields to serve with them.
    public init(status: Int = 200, content: Content, fields: [HeaderField] = []) {
        self.status = status
        self.content = content
        self.fields = fields
    }
}
