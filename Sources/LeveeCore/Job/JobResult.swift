// What a handler that succeeded hands back.

/// The outcome of a successful attempt.
public struct JobResult: Sendable, Equatable {
    /// The HTTP status under which the result is served: 200, 201 or 204.
    public var status: Int
    /// The bytes and their media type.
    public var content: Content

    /// Creates a result.
    ///
    /// - Parameters:
    ///   - status: The HTTP status under which the result is served: 200, 201 or 204.
    ///   - content: The bytes and their media type.
    public init(status: Int = 200, content: Content) {
        self.status = status
        self.content = content
    }
}
