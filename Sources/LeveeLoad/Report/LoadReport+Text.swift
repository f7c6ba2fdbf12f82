// The report for people.

extension LoadReport {
    /// The report as a few lines and a table.
    public var text: String {
        var lines = [heading, "", jobLine, rateLine, "", Self.tableHead]
        lines += [
            row("submit", latency.submit), row("line", latency.line), row("service", latency.service),
            row("notice", latency.notice), row("end to end", latency.endToEnd),
        ]
        if !answers.isEmpty { lines += ["", answerLine] }
        if let hints { lines += ["", hintLine(hints)] }
        lines += [""] + errorLines + [generatorLine]
        if generator.load(over: seconds) > 0.9 {
            lines.append("The generator was busy all the time: it may be the limit, not what it measured.")
        }
        return lines.joined(separator: "\n")
    }

    private var heading: String {
        let load = settings.clients.map { "\(Figure.count($0)) clients" } ?? settings.arrivals ?? ""
        let interval = settings.pollIntervalMilliseconds.map { " every \(Figure.short($0)) ms" } ?? " by Retry-After"
        let sharing = settings.connections.map { "at most \(Figure.count($0)) connections each" }
        // Where arrivals come to an end by themselves, the number of jobs is no more than a bound.
        let hasAllArrived = settings.arrivals != nil && ending == .complete
        let what =
            settings.watched == 0
            ? "\(hasAllArrived ? "" : "of \(Figure.count(settings.jobs)) ")jobs of type \(settings.type)"
            : "of \(Figure.count(settings.jobs)) looks at \(Figure.count(settings.watched)) jobs"
        let ended =
            switch ending {
            case .complete: ""
            case .timeLimit: " (the time was up)"
            case .cancelled: " (ended early)"
            }
        return """
            \(Figure.count(jobs.begun)) \(what) in \(Figure.fixed(seconds, 1)) s\(ended), begun \(startedAt)
            \(load), \(settings.mode.rawValue)\(settings.mode == .poll ? interval : ""), \(settings.targets.joined(separator: " ")), \
            \(sharing ?? (settings.mode == .poll ? "a connection per client" : "a connection per wait"))
            """
    }

    private var jobLine: String {
        """
        submitted \(Figure.count(jobs.submitted)), verified \(Figure.count(jobs.verified)), \
        \(settings.watched > 0 ? "seen to end \(Figure.count(jobs.seen)), " : "")\
        \(settings.cancels ? "canceled \(Figure.count(jobs.canceled)), " : "")\
        failed \(Figure.count(jobs.failed)), unfinished \(Figure.count(jobs.unfinished)), \
        refused \(settings.returnsAfterRefusal ? "for a while" : "and given up") \(Figure.count(jobs.rejections))\
        \(reopenedAfterSeconds.map { ", a job taken \(Figure.fixed($0, 2)) s after the last refusal" } ?? "")
        """
    }

    private var rateLine: String {
        """
        \(Figure.short(rates.submitsPerSecond)) submits/s, \(Figure.short(rates.jobsPerSecond)) jobs/s, \
        \(rates.requestsPerJob.map { Figure.fixed($0, 2) } ?? "no") requests/job, \
        \(rates.pollsPerJob.map { Figure.fixed($0, 2) } ?? "no") polls/job, \(Figure.short(rates.pollsPerSecond)) polls/s
        """
    }

    private var answerLine: String {
        "answers: "
            + answers.sorted { $0.key < $1.key }.map { "\($0.key) \(Figure.count($0.value))" }.joined(separator: ", ")
    }

    private func hintLine(_ hints: Hints) -> String {
        // A second is the least that can be said, and many times what a short job takes.
        let share = hints.medianOffShare <= 2 ? ", \(Figure.fixed(hints.medianOffShare * 100, 0)) % of the truth" : ""
        let right = "\(Figure.fixed(hints.rightShare * 100, 0)) % by at most half of it or 2 s"
        return """
            Retry-After was off by \(Figure.fixed(hints.medianOffSeconds, 1)) s\(share) \
            (medians of \(Figure.count(Int(hints.count)))); \(right)
            ends were seen after \(Figure.fixed(hints.medianLateSeconds, 1)) s (median), nine in ten \
            within \(Figure.fixed(hints.p90LateSeconds, 1)) s
            """
    }

    private static let tableHead =
        (["p50", "p90", "p99", "p99.9", "max"].reduce("ms        ") { $0 + Figure.column($1, 11) })
        + Figure.column("count", 11)

    private func row(_ name: String, _ percentiles: Percentiles?) -> String {
        let label = name + String(repeating: " ", count: 10 - name.count)
        guard let percentiles else { return label + Figure.column("-", 11) }
        let values = [percentiles.p50, percentiles.p90, percentiles.p99, percentiles.p999, percentiles.max]
        return values.reduce(label) { $0 + Figure.column(Figure.fixed($1, 2), 11) }
            + Figure.column(Figure.count(Int(percentiles.count)), 11)
    }

    private var errorLines: [String] {
        guard !errors.isEmpty else { return ["no errors"] }
        let sorted = errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return ["errors"] + sorted.map { Figure.column(Figure.count($0.value), 10) + "  " + $0.key }
    }

    private var generatorLine: String {
        """
        generator: \(Figure.count(generator.requests)) requests over \(Figure.count(generator.connections)) connections, \
        \(Figure.fixed(generator.cpuSeconds, 2)) s of CPU\
        \(generator.cpuMicrosecondsPerRequest.map { ", \(Figure.fixed($0, 1)) us per request" } ?? "")
        """
    }
}
