// When a store is too full to take jobs in, and when it is so no more.

/// Decides by readings of the memory whether jobs are to be refused: early enough that what is there can still end, and without
/// a change of mind at each reading.
public struct MemoryGuard: Sendable, Equatable {
    /// By how many per cent of the limit the memory has to fall below the threshold until jobs are taken again.
    public static let margin = 2

    /// From how many per cent of its limit on a store counts as full.
    public let threshold: Int
    /// Whether the store is full.
    public private(set) var isFull = false

    /// Creates a guard of a store that has room.
    ///
    /// - Parameter threshold: From how many per cent of its limit on a store counts as full.
    public init(threshold: Int) {
        self.threshold = threshold
    }

    /// Takes in a reading.
    ///
    /// - Parameter memory: What the store showed; without a limit it is never full.
    /// - Returns: Whether ``isFull`` has changed.
    public mutating func observe(_ memory: StoreMemory) -> Bool {
        let wasFull = isFull
        isFull = memory.percent.map { $0 >= Double(wasFull ? threshold - Self.margin : threshold) } ?? false
        return isFull != wasFull
    }
}
