// The live line of a load test.

import Foundation
import LeveeLoad

/// Shows how a load test goes: a line that is rewritten each second on a terminal, a line each five seconds elsewhere.
struct LoadLine: Sendable {
    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    func show(_ progress: LoadProgress) {
        let second = Int(progress.seconds.rounded())
        guard !isQuiet, isTerminal || second % 5 == 0 else { return }
        let errors = progress.errors == 0 ? "" : "  \(progress.errors) errors"
        let refused = progress.rejections == 0 ? "" : "  \(progress.rejections) refused"
        let line =
            "\(second) s  submitted \(progress.submitted)  done \(progress.completed)  in flight \(progress.inFlight)"
            + "  \(Int(progress.jobsPerSecond)) jobs/s  \(Int(progress.pollsPerSecond)) polls/s\(refused)\(errors)"
        write(isTerminal ? "\r\u{1B}[K\(line)" : line + "\n")
    }

    func clear() {
        if !isQuiet, isTerminal { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
