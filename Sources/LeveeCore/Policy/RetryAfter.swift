// When a client should ask again: the value of `Retry-After` (RFC 9110 section 10.2.3).

/// The hint for clients that wait for a job.
public struct RetryAfter: Sendable, Equatable {
    /// What `Retry-After` says, in seconds: 1...60.
    public var seconds: Int
    /// How long the job will wait for its start, in seconds; `nil` where nobody can tell.
    public var etaSeconds: Int?

    /// What `Retry-After` says when nothing can be known: the queue is paused, or nobody has worked for long.
    public static let unknown = RetryAfter(seconds: 30, etaSeconds: nil)

    /// The longest hint that rests on a guess, in seconds: by then more is known.
    private static let longestGuess = 10

    /// Works out when to ask again.
    ///
    /// - Parameters:
    ///   - job: The job that is waited for.
    ///   - figures: The figures of its queue.
    ///   - rate: How many jobs the queue drains in a second; `nil` if unknown.
    ///   - now: The time, by the same clock as the job's.
    /// - Returns: For a queued job the time until its turn and its run, by the pace at which the queue drains or the running
    ///   jobs end; for a running one what is left of the mean run; for a scheduled one the time until it is due. In each
    ///   case moved by up to a tenth by the job's own id, so that clients do not come together.
    public static func hint(for job: JobRecord, in figures: QueueFigures, rate: Double?, now: Timestamp) -> RetryAfter {
        let finished = figures.succeeded + figures.failed
        let meanRun = finished > 0 ? figures.busy.inSeconds / Double(finished) : 1
        switch job.state {
        case .scheduled:
            let wait = max(0, ((job.dueAt ?? now) - now).inSeconds)
            return RetryAfter(seconds: clamp(wait + meanRun, for: job.id), etaSeconds: Int(wait.rounded(.up)))
        case .queued:
            guard !figures.isPaused else { return unknown }
            // Nothing runs: either somebody is about to begin, or nobody works. The longer it lasts, the likelier is the
            // latter, so the hint grows with what the job has waited already.
            guard figures.running > 0 else {
                let waited = max(0, (now - job.updatedAt).inSeconds)
                return RetryAfter(seconds: min(clamp(meanRun + waited, for: job.id), unknown.seconds), etaSeconds: nil)
            }
            // What the running jobs promise is a guess, by the runs of all time; what has been seen to drain is none.
            let guess = Double(figures.running) / max(meanRun, 0.001)
            let pace = max(rate ?? 0, guess)
            let wait = Double(figures.position(ticket: job.ticket, priority: job.priority)) / pace
            let isSure = (rate ?? 0) * 2 >= guess
            return RetryAfter(
                seconds: min(clamp(wait + meanRun, for: job.id), isSure ? 60 : longestGuess),
                etaSeconds: Int(min(wait.rounded(.up), 1e9))
            )
        case .running:
            let elapsed = (now - (job.claimedAt ?? now)).inSeconds
            return RetryAfter(seconds: clamp(meanRun - elapsed, for: job.id), etaSeconds: nil)
        case .succeeded, .failed, .canceled:
            return RetryAfter(seconds: 1, etaSeconds: nil)
        }
    }

    /// The hint that goes with a refusal at the door: the time until the queue has drained.
    ///
    /// - Parameters:
    ///   - figures: The figures of the queue.
    ///   - rate: How many jobs it drains in a second; `nil` if unknown.
    /// - Returns: Seconds, 1...60; 30 where nothing can be known.
    public static func toDrain(_ figures: QueueFigures, rate: Double?) -> Int {
        guard !figures.isPaused, let rate, rate > 0 else { return unknown.seconds }
        return min(max(Int((Double(figures.ready) / rate).rounded(.up)), 1), 60)
    }

    private static func clamp(_ seconds: Double, for id: JobID) -> Int {
        let spread = Double(id.text.utf8.suffix(4).reduce(0) { $0 * 31 + Int($1) } % 201 - 100) / 1_000
        return Int(min(max(seconds * (1 + spread), 1), 60).rounded(.up))
    }
}
