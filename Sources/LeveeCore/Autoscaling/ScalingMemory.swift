// What the scaling law remembers: what past readings asked for, and what it has done.

/// The past that the rules against flapping look at.
struct ScalingMemory {
    /// What one reading asked for.
    struct Wish {
        var time: Timestamp
        /// The workers without which the line grows apace: what a fleet that has just shrunk may grow to.
        var need: Int
        /// The workers it takes to keep the line short.
        var workers: Int
        /// The workers that must stay if the fleet shrinks: as many, and the dead band to spare.
        var keep: Int
    }

    private struct Move {
        var time: Timestamp
        var by: Int
    }

    private let policy: ScalingPolicy
    private var wishes: [Wish] = []
    private var moves: [Move] = []
    private var watchingSince: Timestamp?

    init(policy: ScalingPolicy) { self.policy = policy }

    /// Remembers what a reading asks for, and forgets what no rule looks at any more.
    mutating func record(_ wish: Wish) {
        watchingSince = watchingSince ?? wish.time
        wishes.append(wish)
        let old = wishes.prefix { $0.time + policy.shrinkWindow < wish.time }.count
        wishes.removeFirst(min(old, max(0, wishes.count - policy.verdictsInARow)))
        let longest = max(policy.growthPeriod, policy.shrinkPeriod, policy.shrinkWindow)
        moves.removeAll { $0.time + longest <= wish.time }
    }

    /// Remembers a change that the law has made.
    mutating func record(move by: Int, at time: Timestamp) {
        if by != 0 { moves.append(Move(time: time, by: by)) }
    }

    /// Forgets the changes, since nobody has carried them out.
    mutating func forgetMoves() { moves = [] }

    /// Forgets the wishes after a time that nobody watched: what happened then is unknown.
    mutating func interrupt() {
        wishes = []
        watchingSince = nil
    }

    /// The workers that all of the last readings agree on; 0 while there are too few.
    ///
    /// - Parameters:
    ///   - readings: How many have to.
    ///   - time: The time of the last.
    /// - Returns: Within a window after the fleet has shrunk only what it cannot do without, so that what went for good
    ///   reasons does not come back by chance.
    func agreed(by readings: Int, at time: Timestamp) -> Int {
        guard wishes.count >= readings else { return 0 }
        let hasShrunk = hasShrunk(at: time)
        return wishes.suffix(readings).map { hasShrunk ? $0.need : $0.workers }.min() ?? 0
    }

    /// The most workers that any reading of the window would have kept; `nil` until a whole window was watched.
    func mostKept(at time: Timestamp) -> Int? {
        guard let watchingSince, time - watchingSince >= policy.shrinkWindow,
            wishes.count >= policy.verdictsInARow
        else { return nil }
        return wishes.map(\.keep).max()
    }

    /// Whether the fleet has shrunk within the window.
    func hasShrunk(at time: Timestamp) -> Bool { hasShrunk(within: policy.shrinkWindow, at: time) }

    /// Whether the fleet has shrunk within a period.
    func hasShrunk(within period: Duration, at time: Timestamp) -> Bool { sum(of: period, at: time) { min(0, $0) } < 0 }

    /// How many workers have been added within the growth period.
    func grown(at time: Timestamp) -> Int { sum(of: policy.growthPeriod, at: time) { max(0, $0) } }

    /// How many workers may still be added: a fleet may double within the growth period, a small one gain a few.
    func growthRoom(from workers: Int, at time: Timestamp) -> Int {
        let before = workers - sum(of: policy.growthPeriod, at: time) { $0 }
        return max(policy.leastGrowth, before) - grown(at: time)
    }

    /// How many workers may still go: a share of the fleet within the shrink period, at least one.
    func shrinkRoom(from workers: Int, at time: Timestamp) -> Int {
        let before = workers - sum(of: policy.shrinkPeriod, at: time) { min(0, $0) }
        let gone = -sum(of: policy.shrinkPeriod, at: time) { min(0, $0) }
        return max(1, Int(Double(before) * policy.shrinkShare)) - gone
    }

    private func sum(of period: Duration, at time: Timestamp, _ part: (Int) -> Int) -> Int {
        moves.reduce(0) { $1.time + period > time ? $0 + part($1.by) : $0 }
    }
}
