// How urgent a job is among those of its queue.

/// The three priorities of a queue; the raw values are those of the Redis layout, lower first.
public enum Priority: Int, Sendable, Hashable, CaseIterable, Comparable {
    case high = 0
    case normal = 1
    case low = 2

    /// The name by which clients and operators know it.
    public var name: String {
        switch self {
        case .high: "high"
        case .normal: "normal"
        case .low: "low"
        }
    }

    /// Finds a priority by its ``name``.
    ///
    /// - Parameter name: `high`, `normal` or `low`.
    public init?(name: some StringProtocol) {
        guard let priority = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = priority
    }

    public static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
}
