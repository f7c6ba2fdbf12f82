// What is said of one invariant.

/// Whether an invariant held, and what proves that it did not.
struct Verdict {
    /// How many proofs are printed.
    private static let mostShown = 10
    /// What is said where nothing happened that could have gone wrong: no proof of anything.
    static let nothing = "nothing to judge"

    /// The invariant, in a few words.
    let invariant: String
    /// What was looked at, in figures.
    var figures = ""
    /// Whether something happened that could have gone wrong; where nothing did, nothing is proved.
    var isProof = true
    /// What proves that it did not hold, a line each.
    var failures: [String] = []

    init(_ invariant: String) {
        self.invariant = invariant
    }

    var holds: Bool { failures.isEmpty }

    mutating func fail(_ proof: String) {
        failures.append(proof)
    }

    /// One line, and one more for each proof.
    var text: String {
        let head = "\(holds ? isProof ? "ok    " : "none  " : "FAILED") \(invariant): \(figures)"
        guard !holds else { return head }
        let shown = failures.prefix(Self.mostShown).map { "         \($0)" }
        let rest = failures.count > shown.count ? ["         and \(failures.count - shown.count) more"] : []
        return ([head] + shown + rest).joined(separator: "\n")
    }

    /// The verdicts on all invariants.
    static func all(on evidence: Evidence) -> [Verdict] {
        [
            Faults.check(evidence), Endings.check(evidence), Outcomes.check(evidence), Order.check(evidence),
            LastFence.check(evidence), Runs.check(evidence), Starts.check(evidence), Reclaims.check(evidence),
            Dismissals.check(evidence), Answers.check(evidence), FullRedis.check(evidence), Leftovers.check(evidence),
            Accounts.check(evidence), Processes.check(evidence),
        ]
    }
}
