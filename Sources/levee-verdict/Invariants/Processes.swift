// No process ends unasked, none is busy with nothing.

import LeveeLedger

/// No process exits or spins. One that starts while it cannot reach Redis may say so and end.
enum Processes {
    /// The share of a processor that a process may use while there is nothing to do.
    private static let mostIdle = 0.2

    static func check(_ evidence: Evidence) -> Verdict {
        var verdict = Verdict("no process exits or spins")
        let timeline = Timeline(evidence.run)
        var exits = 0
        var busiest = 0.0
        var measured = 0
        for entry in evidence.run {
            switch entry.event {
            case .exited(let name, let pid, let status, let signal, let isWanted):
                exits += 1
                guard !isWanted, !isExcused(name, pid, status, timeline) else { continue }
                let end = status.map { "status \($0)" } ?? "signal \(signal ?? 0)"
                verdict.fail("\(name) (pid \(pid)) ended by itself at \(entry.at) with \(end)")
            case .idled(let name, let pid, let used, let over):
                measured += 1
                let share = Double(used) / Double(max(1, over))
                busiest = max(busiest, share)
                if share > mostIdle {
                    verdict.fail("\(name) (pid \(pid)) used \(used) of \(over) microseconds with nothing to do")
                }
            default: continue
            }
        }
        if measured == 0 { verdict.fail("no process was measured while there was nothing to do") }
        verdict.figures =
            "\(timeline.lives.count) processes, \(exits) ends; the busiest of \(measured) idle ones used "
            + "\(Int((busiest * 1_000).rounded()) / 10).\(Int((busiest * 1_000).rounded()) % 10) % of a processor"
        return verdict
    }

    /// Whether a process could not begin because Redis was out of its reach.
    private static func isExcused(_ name: String, _ pid: Int32, _ status: Int32?, _ timeline: Timeline) -> Bool {
        guard status == 1, let life = timeline.lives.first(where: { $0.name == name && $0.pid == pid }),
            life.ready == nil
        else { return false }
        let troubles = timeline.outages.union(timeline.troubles[name] ?? Spans())
        return troubles.longest(within: life.launched..<life.ended) > 0
    }
}
