// One line of a job's append-only log.

/// One visible change of a job. The last entry of a log is the current state.
public struct HistoryEntry: Sendable, Equatable {
    /// The version that the change made: 1, 2, 3, ...
    public var version: Int
    /// The state after the change.
    public var state: JobState
    /// When, by the store's clock.
    public var at: Timestamp
    /// What brought the change about.
    public var cause: Cause
    /// Whatever else is to be said of it: fence and worker of a claim, code and words of a failure.
    public var note: String?

    /// What brings a change about; the raw values are the tokens of the log.
    public enum Cause: String, Sendable, CaseIterable {
        case submit
        /// The due time came.
        case promote
        /// A worker took the job; the note is its fence and the worker's id.
        case claim
        case progress
        case finish
        /// An attempt failed; the note is its code and words.
        case fail
        /// An attempt was put off without counting as failed.
        case throttle
        /// The lease ran out: the worker is lost.
        case lost
        /// Too many workers were lost.
        case poison
        /// A worker handed the job back: it drained, or had not begun the attempt.
        case release
        /// Not started in time.
        case expire
        /// The clock was set back while the job was on the schedule: its delay began anew.
        case clock
        /// Cancellation of a running job was asked for.
        case ask
        case cancel
        /// The deadline is over: a running job is asked to end, another has ended as canceled.
        case deadline
    }

    /// Creates an entry.
    ///
    /// - Parameters:
    ///   - version: The version that the change made.
    ///   - state: The state after the change.
    ///   - at: When, by the store's clock.
    ///   - cause: What brought the change about.
    ///   - note: Whatever else is to be said of it.
    public init(version: Int, state: JobState, at: Timestamp, cause: Cause, note: String? = nil) {
        self.version = version
        self.state = state
        self.at = at
        self.cause = cause
        self.note = note
    }

    /// Reads a stored line: `version state milliseconds cause[ note]`; fails for a line that Levee does not write.
    ///
    /// - Parameter line: The line without its line feed.
    public init?(line: some StringProtocol) {
        let parts = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count >= 4, let version = Int(parts[0]), let state = JobState(rawValue: String(parts[1])),
            let at = Int64(parts[2]), let cause = Cause(rawValue: String(parts[3]))
        else { return nil }
        self.init(
            version: version,
            state: state,
            at: Timestamp(milliseconds: at),
            cause: cause,
            note: parts.count == 5 ? String(parts[4]) : nil
        )
    }
}

extension HistoryEntry {
    /// What the log says of a failure: its code and the first 200 bytes of its words, on one line.
    ///
    /// - Parameter failure: The failure.
    /// - Returns: The note.
    public static func note(of failure: JobFailure) -> String {
        var words: [UInt8] = []
        for byte in failure.detail.utf8 {
            let isControl = byte < 0x20 || byte == 0x7F
            if isControl && words.last == 0 { continue }
            words.append(isControl ? 0 : byte)
        }
        let line = words.prefix(200).map { $0 == 0 ? 0x20 : $0 }
        return "\(failure.code) \(String(decoding: line, as: UTF8.self))"
    }
}
