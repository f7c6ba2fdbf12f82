// An answer by which a client does not get what it asked for.

/// A request that was turned away, as its client read it.
package struct Denial: Codable, Equatable, Sendable {
    /// The method and the path without ids.
    package var request: String
    /// The label of the job that was submitted, where it was a submit.
    package var label: String?
    /// The name of the front end.
    package var door: String
    /// When the request was sent, in microseconds since 1970.
    package var sent: Int64
    package var status: Int
    /// What `Retry-After` said.
    package var retryAfter: String?
    /// The last part of the type of the problem document (RFC 9457); missing where the answer was none, or one that names
    /// another status than its own.
    package var problem: String?

    package init(
        request: String,
        label: String? = nil,
        door: String,
        sent: Int64,
        status: Int,
        retryAfter: String?,
        problem: String?
    ) {
        self.request = request
        self.label = label
        self.door = door
        self.sent = sent
        self.status = status
        self.retryAfter = retryAfter
        self.problem = problem
    }
}
