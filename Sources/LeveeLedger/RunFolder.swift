// What lies where in the folder of a run.

/// The files of a run.
package struct RunFolder: Sendable {
    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// The ledger of the run itself: its processes, and the faults.
    package var run: String { "\(path)/run.jsonl" }
    /// The ledger of the clients.
    package var clients: String { "\(path)/clients.jsonl" }
    /// The ledger of the handlers.
    package var handlers: String { "\(path)/handlers.jsonl" }
    /// All keys of Redis at the end.
    package var dump: String { "\(path)/dump.jsonl" }
}
