// The live line of a load test.

import LeveeLoad

/// Shows how a load test goes: a line that is rewritten each second on a terminal, a line each five seconds elsewhere. On
/// standard error, so that a report on standard output is nothing but that.
struct LoadLine: Sendable {
    private let line = LiveLine()

    func show(_ progress: LoadProgress) {
        let second = Int(progress.seconds.rounded())
        let errors = progress.errors == 0 ? "" : "  \(progress.errors) errors"
        let refused = progress.rejections == 0 ? "" : "  \(progress.rejections) refused"
        line.show(
            "\(second) s  submitted \(progress.submitted)  done \(progress.completed)  in flight \(progress.inFlight)"
                + "  \(Int(progress.jobsPerSecond)) jobs/s  \(Int(progress.pollsPerSecond)) polls/s\(refused)\(errors)",
            isDue: second.isMultiple(of: 5)
        )
    }

    func clear() {
        line.clear()
    }
}
