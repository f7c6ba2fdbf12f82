// What an answer of an upstream means for a job: pure.

/// What comes of a job whose upstream did not answer with success.
public struct UpstreamRules: Sendable, Equatable {
    /// What is done.
    public enum Verdict: String, Sendable, CaseIterable {
        /// The job fails; no other attempt is made.
        case fail
        /// The attempt has failed; another one is made while there are any left.
        case retry
        /// Another attempt is made later, and this one does not count.
        case later
    }

    /// What can go wrong without a status.
    public enum Trouble: String, Sendable, CaseIterable {
        /// Nobody answers at the address.
        case unreachable
        /// The answer takes too long.
        case timeout
        /// The connection ends before the answer is whole, or what comes is no HTTP.
        case broken
        /// The answer has more bytes than the type allows.
        case tooLarge
    }

    /// By status.
    public var statuses: [Int: Verdict]
    /// By the first digit of the status, where ``statuses`` says nothing.
    public var classes: [Int: Verdict]
    public var troubles: [Trouble: Verdict]

    /// Creates rules.
    ///
    /// - Parameters:
    ///   - statuses: By status; by default 429 and 503 mean later, and 408 and 425 (RFC 8470) are tried again.
    ///   - classes: By the first digit of the status; by default only what begins with 5 is tried again.
    ///   - troubles: Where there is no status; by default all but answers that are too large are tried again.
    public init(
        statuses: [Int: Verdict] = [408: .retry, 425: .retry, 429: .later, 503: .later],
        classes: [Int: Verdict] = [3: .fail, 4: .fail, 5: .retry],
        troubles: [Trouble: Verdict] = [.unreachable: .retry, .timeout: .retry, .broken: .retry, .tooLarge: .fail]
    ) {
        self.statuses = statuses
        self.classes = classes
        self.troubles = troubles
    }

    /// What a status means.
    ///
    /// - Parameters:
    ///   - status: A status that is not of success.
    ///   - hasRetryAfter: Whether it came with `Retry-After`: what would be tried again is then put off until that time.
    /// - Returns: What is done.
    public func verdict(on status: Int, hasRetryAfter: Bool) -> Verdict {
        let verdict = statuses[status] ?? classes[status / 100] ?? .fail
        return verdict == .retry && hasRetryAfter ? .later : verdict
    }

    /// What is done where there is no status.
    func verdict(on trouble: Trouble) -> Verdict { troubles[trouble] ?? .retry }
}
