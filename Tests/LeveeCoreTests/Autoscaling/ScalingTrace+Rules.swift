// The rules that no verdict may break, whatever the load.

import LeveeCore

extension ScalingTrace {
    /// Every rule of the policy that a verdict has broken, in words.
    func violations(of policy: ScalingPolicy) -> [String] {
        var found: [String] = []
        var before = rows.first?.figures.workers ?? 0
        for (index, row) in rows.enumerated() {
            let (now, inFlight) = (row.verdict.desired, row.figures.inFlight)
            func check(_ holds: Bool, _ rule: String) {
                if !holds { found.append("\(Int(row.time)) s: \(rule): \(row.verdict.reason)") }
            }
            check((policy.min...policy.max).contains(now), "out of bounds")
            check(now == 0 || now != before || row.verdict.change == .hold, "a change without a change")
            if now < before {
                check(now * policy.slotsPerWorker >= inFlight, "shrinks below what is in flight")
                check(
                    rows[...index].allSatisfy { row.time - $0.time >= 60 || $0.verdict.change != .up },
                    "turns too soon"
                )
                let start = workers(before: row.time - policy.shrinkPeriod.inSeconds)
                let largest = Swift.max(start, before)
                check(before - now <= Swift.max(1, Int(Double(largest) * policy.shrinkShare)), "shrinks too far")
                let recent = rows[..<index].filter { row.time - $0.time < policy.shrinkPeriod.inSeconds }
                let gone = recent.filter { $0.verdict.change == .down }.count
                check(before > 4 || gone == 0, "a small fleet shrinks twice")
            }
            if now > before {
                let start = workers(before: row.time - policy.growthPeriod.inSeconds)
                check(now - start <= Swift.max(policy.leastGrowth, start), "grows too fast")
            }
            if now == 0, before > 0 {
                let calm = rows[...index].filter { row.time - $0.time < policy.idleBeforeZero.inSeconds }
                check(row.time >= policy.idleBeforeZero.inSeconds, "goes home too soon")
                check(calm.allSatisfy { $0.figures.ready == 0 && $0.figures.inFlight == 0 }, "goes home from work")
            }
            check(now > 0 || row.figures.ready + inFlight == 0, "nobody left to do the work")
            before = now
        }
        return found
    }

    /// The workers that were wanted by the last verdict up to a time.
    private func workers(before time: Double) -> Int {
        rows.last { $0.time <= time }?.verdict.desired ?? rows.first?.figures.workers ?? 0
    }
}
