// When the fleet is told a number: a pure state machine between the verdicts and the calls.

/// The number that the fleet was told last, and whether it has to be told again.
///
/// Times are durations since any fixed moment.
///
/// - One call at a time. A number that changes meanwhile is told when the call has ended.
/// - A new number is told at once.
/// - A number that is not reached, since workers have died or have not come up, is told again: not at the first reading
///   that shows it, since starting takes a moment, and each time after a longer pause, so that workers that cannot live
///   are not started over and over.
/// - Workers beyond the number are no reason to tell it again: they may be going, and if they came from elsewhere it is for
///   the law to say when they go.
/// - The pauses begin anew with another number, or when the number has been there for as long as the longest pause. To
///   have been there for a moment is not enough: a worker that crashes is there for a moment each time.
struct ScalingOrder {
    /// The pause after the first call, doubled by each further one.
    static let shortestPause = Duration.seconds(2)
    /// What the pauses grow to.
    static let longestPause = Duration.seconds(60)
    /// How many readings in a row must miss the number.
    static let readingsInARow = 2

    /// Whether a call has begun and not ended.
    private(set) var isUnderWay = false
    private var told: Int?
    private var calls = 0
    private var readingsMissed = 0
    private var hasFailed = false
    private var pauseEnd = Duration.zero
    private var reachedAt: Duration?

    /// Takes in a reading.
    ///
    /// - Parameters:
    ///   - desired: The workers there should be.
    ///   - found: The workers there are.
    ///   - now: The time.
    /// - Returns: The number to tell the fleet now, which begins a call; `nil` to leave it alone.
    mutating func next(desired: Int, found: Int, at now: Duration) -> Int? {
        note(isReached: found >= desired, at: now)
        if found == desired { hasFailed = false }
        guard !isUnderWay else { return nil }
        if told == nil, found == desired { told = desired }
        if told != desired {
            calls = 0
        } else {
            guard hasFailed || readingsMissed >= Self.readingsInARow, now >= pauseEnd else { return nil }
        }
        told = desired
        isUnderWay = true
        return desired
    }

    /// Takes in the end of a call.
    ///
    /// - Parameters:
    ///   - isDone: Whether the fleet was told. It then gets the time to show it; a failure is plain at once.
    ///   - now: The time.
    /// - Returns: How long the same number is not told again.
    @discardableResult
    mutating func end(isDone: Bool, at now: Duration) -> Duration {
        let pause = min(Self.longestPause, Self.shortestPause * (1 << min(calls, 10)))
        isUnderWay = false
        calls += 1
        readingsMissed = 0
        hasFailed = !isDone
        pauseEnd = now + pause
        return pause
    }

    /// Forgets what was told, but not the call under way: for a new lead, before which others may have told the fleet.
    mutating func forget() {
        let isUnderWay = isUnderWay
        self = ScalingOrder()
        self.isUnderWay = isUnderWay
    }

    private mutating func note(isReached: Bool, at now: Duration) {
        guard isReached else {
            readingsMissed += 1
            reachedAt = nil
            return
        }
        readingsMissed = 0
        reachedAt = reachedAt ?? now
        if let reachedAt, now - reachedAt >= Self.longestPause { calls = 0 }
    }
}
