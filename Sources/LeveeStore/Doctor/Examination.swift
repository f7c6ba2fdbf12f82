// What an examination of the store came to.

/// The report of the doctor.
public struct Examination: Sendable, Equatable {
    /// What is wrong; of one subject there may be several findings.
    public var findings: [Finding] = []
    /// How many jobs were looked at.
    public var jobs = 0
    /// How many queues were looked at.
    public var queues = 0
    /// How many workers were looked at.
    public var workers = 0
    /// The queues with too many jobs to be counted, whose figures were therefore compared in part only.
    public var uncountedQueues: [String] = []
    /// Whether something was found that hid the rest, or too much to go on: after a repair it should be looked again.
    public var isCutShort = false
    /// How long ago a process last reaped, promoted and expired; `nil` if none ever did.
    public var lastTick: Duration?

    /// Whether nothing is wrong, or nothing any more.
    public var isSound: Bool { !isCutShort && findings.allSatisfy(\.isRepaired) }
}
