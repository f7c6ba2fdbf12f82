// The name of a delivery: the same over all attempts, so that a receiver can recognise what it has had before.

/// The id of a delivery: the job's, a dot, and the number of the follow-up among those of the job, from 1.
public struct DeliveryID: Hashable, Sendable, CustomStringConvertible {
    /// The id as it stands in header fields and keys.
    public let text: String

    /// Names a follow-up of a job.
    ///
    /// - Parameters:
    ///   - job: The job that has ended.
    ///   - number: Which of its follow-ups, from 1.
    public init(_ job: JobID, _ number: Int) {
        text = "\(job.text).\(number)"
    }

    /// Reads an id that came from outside; `nil` if it has not the form of one. Whether there is such a delivery, only the store
    /// knows.
    ///
    /// - Parameter text: What was written.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].utf8.count == JobID.length,
            parts[0].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }),
            let number = Int(parts[1]), (1...FollowUp.limit).contains(number), parts[1].utf8.count == 1
        else { return nil }
        self.text = String(text)
    }

    /// The job that has ended.
    public var job: JobID { JobID(trusted: String(text.prefix(JobID.length))) }

    public var description: String { text }
}
