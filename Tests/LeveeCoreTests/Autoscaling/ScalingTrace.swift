// What a simulation has shown, and the measures it is held to.

import LeveeCore

/// One row for each verdict.
struct ScalingTrace {
    struct Row {
        var time: Double
        var figures: ScalingFigures
        var verdict: ScalingVerdict
        /// The slots that keep up with the arrivals.
        var steadySlots: Double
        /// The slots that the law would have asked for if it had known the rates: the arrivals, and the line as it was.
        var idealSlots: Double
    }

    var rows: [Row] = []
    /// When each job was started, and how long it had waited, in seconds.
    var waits: [(started: Double, wait: Double)] = []

    var mostDesired: Int { rows.map(\.verdict.desired).max() ?? 0 }
    var mostSteadySlots: Double { rows.map(\.steadySlots).max() ?? 0 }
    var mostIdealSlots: Double { rows.map(\.idealSlots).max() ?? 0 }

    /// The longest that a job had waited of those that were started from a time on, and of those that wait at the end.
    func longestWait(from time: Double) -> Double {
        let started = waits.filter { $0.started >= time }.map(\.wait).max() ?? 0
        return max(started, rows.last?.figures.oldestReady?.inSeconds ?? 0)
    }

    /// The times at which the number of workers began to fall after it had risen, or the other way round.
    var reversals: [Double] {
        var direction: ScalingVerdict.Change?
        var times: [Double] = []
        for row in rows where row.verdict.change != .hold {
            if let direction, direction != row.verdict.change { times.append(row.time) }
            direction = row.verdict.change
        }
        return times
    }

    /// The trace as a table, for a failure to be understood by.
    var table: String {
        rows.filter { $0.verdict.change != .hold }.map { "\(Int($0.time)) s: \($0.verdict.reason)" }
            .joined(separator: "\n")
    }
}
