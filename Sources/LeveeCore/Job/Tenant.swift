// Whose a job is.

/// One of those who share a deployment and see nothing of each other's jobs.
public struct Tenant: Sendable, Hashable, CustomStringConvertible {
    /// The name; see ``Name``.
    public let name: String

    /// The tenant of a deployment that tells none apart.
    public static let standard = Tenant("default")

    /// Names a tenant.
    ///
    /// - Parameter name: The name; it is not checked.
    public init(_ name: String) {
        self.name = name
    }

    public var description: String { name }
}
