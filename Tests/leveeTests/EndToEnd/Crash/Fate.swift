// What becomes of a job.

/// What a job goes through, and how often its work is done.
struct Fate: Sendable {
    /// State and cause of each change, oldest first.
    let log: [String]
    /// The fences of the claims by which the program was run.
    let runs: [Int]

    init(_ log: String..., runs: [Int]) {
        self.log = log
        self.runs = runs
    }

    /// The last state.
    var end: String { log.last?.split(separator: " ").first.map(String.init) ?? "" }

    /// Nothing happens to it.
    static let smooth = Fate("queued submit", "running claim", "succeeded finish", runs: [1])

    /// Its program says that no attempt would help.
    static let failed = Fate("queued submit", "running claim", "failed fail", runs: [1])

    /// Its end is asked for while it runs.
    static let calledOff = Fate("queued submit", "running claim", "running ask", "canceled cancel", runs: [1])

    /// Its worker dies.
    static func lost(runs: [Int]) -> Fate {
        Fate("queued submit", "running claim", "queued lost", "running claim", "succeeded finish", runs: runs)
    }
}
