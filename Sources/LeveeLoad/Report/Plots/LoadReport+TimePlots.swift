// The plots over time: what they show of a report.

extension LoadReport {
    /// What there is to show over time, from top to bottom; all over the same time.
    var timePlots: [Plot] {
        [throughput, depth, workers, slots, roundTrips, submits, polling, pollsPerJob, statuses, hintErrors]
            .compactMap(\.self)
    }

    /// Those that tell what a fleet makes of its load, for a picture.
    var fleetPlots: [Plot] { [throughput, depth, workers, roundTrips].compactMap(\.self) }

    // MARK: Plots

    private var throughput: Plot? {
        let lines = [
            counted("submitted", 1) { Double($0.submitted) / $0.length },
            counted("completed", 3) { Double($0.completed) / $0.length },
            jobs.rejections > 0 ? counted("refused", 2) { Double($0.refused) / $0.length } : nil,
        ].compactMap(\.self)
        return timed("Throughput", unit: "jobs per second", lines: lines)
    }

    private var depth: Plot? {
        let known = series.points.compactMap { point in point.queues.map { (middle(point), $0) } }
        let lines = [
            gauge("ready", 2, known) { Double($0.ready) }, gauge("in flight", 1, known) { Double($0.inFlight) },
            known.contains { $0.1.scheduled > 0 } ? gauge("scheduled", 4, known) { Double($0.scheduled) } : nil,
        ].compactMap(\.self)
        return fleet("Queues", unit: "jobs", lines: lines) { $0.queues != nil }
    }

    private var workers: Plot? {
        let lines = [
            gauge("desired", 4, wanted, isStepped: true) { Double($0) },
            gauge("working", 1, staff, isStepped: true) { Double($0.working) },
            staff.contains { $0.1.draining > 0 }
                ? gauge("draining", 2, staff, isStepped: true) { Double($0.draining) } : nil,
        ].compactMap(\.self).filter { !$0.pieces.isEmpty }
        return fleet("Workers", unit: "processes", lines: lines) { $0.workers != nil }
    }

    private var slots: Plot? {
        guard !staff.isEmpty else { return nil }
        let lines = [
            gauge("slots", 5, staff, isStepped: true) { Double($0.slots) },
            gauge("busy", 1, staff, isStepped: true) { Double($0.busy) },
        ]
        return fleet("Slots of the workers", unit: "jobs at once", lines: lines) { $0.workers != nil }
    }

    private var roundTrips: Plot? {
        times("Round trip", unit: "from due to verified, by when it was completed", \.roundTrip)
    }

    private var submits: Plot? {
        times("Submit", unit: "from due to accepted, by when it was accepted", \.submit)
    }

    private var polling: Plot? {
        timed(
            "Polls",
            unit: "per second",
            lines: [counted("polls", 1) { Double($0.polls) / $0.length }]
        )
    }

    private var pollsPerJob: Plot? {
        let line = known("polls/job", 1, \.pollsPerJob)
        guard !line.pieces.isEmpty else { return nil }
        return timed("Polls per job", unit: "of the jobs completed then", lines: [line])
    }

    private var statuses: Plot? {
        var totals: [String: Int] = [:]
        for point in series.points { totals.merge(point.statuses, uniquingKeysWith: +) }
        // As many as there are inks; the rest is put together.
        let most = generator.requests > 0 && series.points.contains { $0.unanswered > 0 } ? 4 : 5
        let shown = totals.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        let single = Set(shown.prefix(shown.count > most ? most - 1 : most)).sorted()
        var lines = single.enumerated().map { number, status in
            counted(status, number + 1) { Double($0.statuses[status] ?? 0) / $0.length }
        }
        if single.count < shown.count {
            lines.append(
                counted("others", lines.count + 1) { point in
                    Double(point.statuses.reduce(0) { single.contains($1.key) ? $0 : $0 + $1.value }) / point.length
                }
            )
        }
        if most == 4 { lines.append(counted("none", lines.count + 1) { Double($0.unanswered) / $0.length }) }
        return timed("Answers by status", unit: "per second", lines: lines)
    }

    private var hintErrors: Plot? {
        let lines = [
            known("median", 1) { $0.hintsOff.map { $0.p50 / 1_000 } },
            known("p95", 2) { $0.hintsOff.map { $0.p95 / 1_000 } },
        ]
        guard lines.contains(where: { !$0.pieces.isEmpty }) else { return nil }
        return timed("Retry-After", unit: "seconds off, by when it was given", lines: lines)
    }

    // MARK: Lines

    private func middle(_ point: Series.Point) -> Double { point.from + point.length / 2 }

    /// Neighbours that are further apart have a gap between them.
    private var reach: Double { series.secondsPerPoint * 2.6 }

    private var staff: [(Double, Series.Workers)] {
        series.points.compactMap { point in point.workers.map { (middle(point), $0) } }
    }

    private var wanted: [(Double, Int)] { staff.compactMap { time, workers in workers.desired.map { (time, $0) } } }

    /// What the generator has counted itself: there is a value at every time.
    private func counted(_ name: String, _ ink: Int, _ value: (Series.Point) -> Double) -> Plot.Line {
        .through(
            series.points.map { Plot.Point(x: middle($0), y: value($0)) },
            named: name,
            ink: ink,
            apartAtMost: .infinity
        )
    }

    /// What there is a value for at some times only.
    private func known(
        _ name: String,
        _ ink: Int,
        isDashed: Bool = false,
        _ value: (Series.Point) -> Double?
    ) -> Plot.Line {
        .through(
            series.points.compactMap { point in value(point).map { Plot.Point(x: middle(point), y: $0) } },
            named: name,
            ink: ink,
            isDashed: isDashed,
            apartAtMost: reach
        )
    }

    private func gauge<Value>(
        _ name: String,
        _ ink: Int,
        _ known: [(Double, Value)],
        isStepped: Bool = false,
        _ value: (Value) -> Double
    ) -> Plot.Line {
        .through(
            known.map { Plot.Point(x: $0.0, y: value($0.1)) },
            named: name,
            ink: ink,
            isStepped: isStepped,
            apartAtMost: reach
        )
    }

    // MARK: Frames

    private func timed(_ title: String, unit: String, lines: [Plot.Line]) -> Plot {
        let most = lines.flatMap(\.pieces).joined().map(\.y).max() ?? 0
        return Plot(
            title: title,
            unit: unit,
            horizontal: .time(upTo: seconds),
            vertical: .amounts(upTo: most),
            lines: lines,
            marks: marks
        )
    }

    private func times(_ title: String, unit: String, _ times: (Series.Point) -> Series.Times?) -> Plot? {
        let lines = [
            known("max", 4, isDashed: true) { times($0)?.max }, known("p99", 2) { times($0)?.p99 },
            known("p95", 3) { times($0)?.p95 }, known("p50", 1) { times($0)?.p50 },
        ]
        let values = lines.flatMap(\.pieces).joined().map(\.y)
        guard let least = values.min(), let most = values.max() else { return nil }
        var plot = timed(title, unit: unit, lines: lines)
        plot.vertical = .milliseconds(least...most)
        return plot
    }

    private func fleet(
        _ title: String,
        unit: String,
        lines: [Plot.Line],
        _ isKnown: (Series.Point) -> Bool
    ) -> Plot? {
        guard series.adminDoor != nil else { return nil }
        var plot = timed(title, unit: unit, lines: lines)
        plot.vertical = .counts(upTo: lines.flatMap(\.pieces).joined().map(\.y).max() ?? 0)
        plot.gaps = gaps(isKnown)
        if !plot.gaps.isEmpty {
            let length = plot.gaps.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
            plot.note = "Not known for \(Figure.short(length.rounded())) s (shaded): the admin door did not tell."
        }
        return plot
    }

    /// From one known point to the next, where these are further apart than points usually are; from the start and to the end,
    /// too.
    private func gaps(_ isKnown: (Series.Point) -> Bool) -> [ClosedRange<Double>] {
        var gaps: [ClosedRange<Double>] = []
        var last = 0.0
        for time in series.points.filter(isKnown).map(middle) + [seconds] where time > last {
            if time - last > reach { gaps.append(last...time) }
            last = time
        }
        return gaps
    }

    /// Where a step begins.
    private var marks: [Plot.Mark] {
        var begin = 0.0
        return (settings.steps ?? []).compactMap { step in
            defer { begin += step.seconds }
            return begin < seconds ? Plot.Mark(x: begin, label: "\(Figure.short(step.rate))/s") : nil
        }
    }
}
