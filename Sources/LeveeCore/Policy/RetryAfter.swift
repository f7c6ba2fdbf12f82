// When a client should ask again: the value of `Retry-After` (RFC 9110 section 10.2.3).

/// The hint for clients that wait for a job.
public struct RetryAfter: Sendable, Equatable {
    /// What `Retry-After` says, in seconds: 1...60.
    public var seconds: Int
    /// How long the job will wait for its start, in seconds; `nil` where nobody can tell.
    public var etaSeconds: Int?

    /// What `Retry-After` says when nothing can be known: the queue is paused, or nobody serves it.
    public static let unknown = RetryAfter(seconds: 30, etaSeconds: nil)

    /// The longest hint, in seconds.
    private static let longest = 60.0
    /// By which share a hint is shortened at most: who comes early is told again, and better; who comes late has lost time.
    private static let jitter = 0.25
    /// What is expected of a job that has run for longer than most: to go on for this share of that time.
    private static let patience = 0.125
    /// The longest hint of which nothing is known but how long it has lasted, in seconds.
    private static let longestGuess = 10.0

    /// Works out when to ask again: when the job is likely to have ended.
    ///
    /// - Parameters:
    ///   - job: The job that is waited for.
    ///   - outlook: What is known of its queue.
    ///   - now: The time, by the clock of the store.
    /// - Returns: For a queued job the time to its start and through its run; for a running one what is left of the mean
    ///   run of its type, or a small share of the time it runs if it runs for longer; for a scheduled one the time until it
    ///   is due, and what else it has to wait then. In each case shortened by up to a quarter by the job's own id, so that
    ///   clients do not come together.
    public static func hint(for job: JobRecord, in outlook: QueueOutlook, now: Timestamp) -> RetryAfter {
        let run = outlook.meanRun(of: job.type)
        switch job.state {
        case .scheduled:
            let due = max(0, ((job.dueAt ?? now) - now).inSeconds)
            guard outlook.isServed else { return likely(max(due, Double(unknown.seconds)), for: job.id) }
            let start = max(due, outlook.wait(ofNext: job.priority) ?? 0)
            return likely(start + (run ?? 0), start: start, for: job.id)
        case .queued:
            guard outlook.isServed else { return unknown }
            guard let start = outlook.wait(for: job) else {
                let mostly = outlook.slots > 0 ? longestGuess : Double(unknown.seconds)
                return guess(after: now - job.updatedAt, atMost: mostly, for: job.id)
            }
            guard let run else {
                var hint = guess(after: now - job.updatedAt, atMost: longestGuess, for: job.id)
                hint.etaSeconds = Int(start.rounded(.up))
                return hint
            }
            return likely(start + run, start: start, for: job.id)
        case .running:
            let elapsed = now - (job.claimedAt ?? now)
            guard let run else { return guess(after: elapsed, atMost: longestGuess, for: job.id) }
            return likely(max(run - elapsed.inSeconds, elapsed.inSeconds * patience), for: job.id)
        case .succeeded, .failed, .canceled:
            return RetryAfter(seconds: 1, etaSeconds: nil)
        }
    }

    /// The hint that goes with a refusal at the door: when there will be room again, for a tenth of what the queue may hold,
    /// so that not all who were refused come back for one place.
    ///
    /// - Parameters:
    ///   - job: The job that was refused.
    ///   - limit: The limit that was reached.
    ///   - rules: The limits of the queue.
    ///   - outlook: What is known of the queue.
    /// - Returns: Seconds, 1...60; 30 where nothing can be known.
    public static func refusal(
        of job: NewJob,
        by limit: SubmitReply.QueueLimit,
        rules: QueueRules,
        in outlook: QueueOutlook
    ) -> Int {
        let figures = outlook.figures
        let wait: Double?
        switch limit {
        case .count:
            wait = outlook.time(toStart: Double(figures.ready) - Double(rules.maxReady ?? 0) * 0.9)
        case .bytes:
            let jobs = figures.ready + figures.running + figures.scheduled
            let excess = Double(figures.bytes) - Double(rules.maxBytes ?? 0) * 0.9
            wait = outlook.time(toStart: excess / Double(max(1, figures.bytes)) * Double(jobs))
        case .wait:
            let allowed = (rules.maxExpectedWait ?? .zero).inSeconds * 0.9
            wait = outlook.wait(ofNext: job.priority).map { $0 - allowed }
        }
        return wait.map { likely($0, for: job.id).seconds } ?? unknown.seconds
    }

    /// A hint of which nothing is known but how long it has lasted already: it is likely to last about as long again.
    private static func guess(after elapsed: Duration, atMost longest: Double, for id: JobID) -> RetryAfter {
        likely(min(elapsed.inSeconds / 2, longest), for: id)
    }

    private static func likely(_ seconds: Double, start: Double? = nil, for id: JobID) -> RetryAfter {
        let share = Double(id.text.utf8.suffix(4).reduce(0) { $0 * 31 + Int($1) } % 256) / 255
        let moved = min(max(seconds, 0), longest) * (1 - jitter * share)
        return RetryAfter(
            seconds: Int(max(moved.rounded(.up), 1)),
            etaSeconds: start.map { Int(min($0.rounded(.up), 1e9)) }
        )
    }
}
