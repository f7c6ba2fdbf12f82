// Who serves a queue and what waits in it, as far as the figures do not tell.

/// The workers of a queue, and its lists by a sample of their jobs.
public struct QueueLine: Sendable, Equatable {
    /// How many entries of a list are looked at; of a longer one, so many at equal distances.
    public static let look = 64

    /// When this was read, by the clock of the store.
    public var time: Timestamp
    /// The slots of all workers that serve the queue and take jobs.
    public var slots: Int
    /// How many jobs of the other queues run that these workers serve.
    public var runningElsewhere: Int
    /// The list of each priority, by ``Priority/rawValue``.
    public var stretches: [Stretch]

    /// One list.
    public struct Stretch: Sendable, Equatable {
        /// How many entries had left the list: the ticket of its oldest entry is one more.
        public var left: Int
        /// How many entries lie in the list.
        public var length: Int
        /// The types of the jobs that were looked at, the oldest first; `nil` for one that does not wait any more.
        public var types: [String?]

        /// Creates a list; see the properties.
        public init(left: Int = 0, length: Int = 0, types: [String?] = []) {
            self.left = left
            self.length = length
            self.types = types
        }
    }

    /// Creates a line, of an empty queue that nobody serves where nothing is given.
    public init(
        time: Timestamp,
        slots: Int = 0,
        runningElsewhere: Int = 0,
        stretches: [Stretch] = [Stretch(), Stretch(), Stretch()]
    ) {
        self.time = time
        self.slots = slots
        self.runningElsewhere = runningElsewhere
        self.stretches = stretches
    }

    /// Which entries of a list to look at, counted from the oldest.
    ///
    /// - Parameter length: How many entries there are.
    /// - Returns: Indices in rising order.
    public static func sample(of length: Int) -> [Int] {
        length <= look ? Array(0..<length) : (0..<look).map { (2 * $0 + 1) * length / (2 * look) }
    }
}
