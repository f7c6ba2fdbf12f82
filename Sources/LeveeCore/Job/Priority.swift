// How urgent a job is among those of its queue.

/// The three priorities of a queue; the raw values are those of the Redis layout, lower first.
public enum Priority: Int, Sendable, Hashable, CaseIterable, Comparable {
    case high = 0
    case normal = 1
    case low = 2

    public static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
}
