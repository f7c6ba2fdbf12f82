// The report as a page.

extension LoadReport {
    /// The report as one HTML document that needs nothing else: no script, no other file, no network. It parses as XML, too.
    public var html: String {
        var markup = Markup()
        markup.element("html", ["lang": "en", "xmlns": "http://www.w3.org/1999/xhtml"]) { markup in
            markup.element("head") { head(of: self, to: &$0) }
            markup.element("body") { markup in
                markup.element("header") { header(to: &$0) }
                markup.element("main") { markup in
                    verdict(to: &markup)
                    figures(to: &markup)
                    course(to: &markup)
                    spreads(to: &markup)
                    answerTable(to: &markup)
                    about(to: &markup)
                }
            }
        }
        return "<!DOCTYPE html>\n" + markup.text + "\n"
    }

    /// What was run, in a few words.
    var title: String {
        settings.watched == 0
            ? "\(Figure.count(jobs.begun)) jobs of type \(settings.type)"
            : "\(Figure.count(jobs.begun)) looks at \(Figure.count(settings.watched)) jobs"
    }

    private func head(of report: LoadReport, to markup: inout Markup) {
        markup.empty("meta", ["charset": "utf-8"])
        markup.empty(
            "meta",
            [
                "http-equiv": "Content-Security-Policy",
                "content": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
            ]
        )
        markup.empty("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        markup.element("title", text: "Load test: \(report.title)")
        markup.style(PlotStyle.colors)
        markup.style(PlotStyle.rules)
        markup.style(PageStyle.rules)
    }

    private func header(to markup: inout Markup) {
        markup.element("p", ["class": "kind"], text: "Load test")
        markup.element("h1", text: title)
        markup.element("p", ["class": "facts"], text: "\(load), \(Figure.fixed(seconds, 1)) s, begun \(day)")
    }

    /// Such as `100 clients` or `steps 2/s for 30 s, 16/s for 60 s`.
    private var load: String { settings.clients.map { "\(Figure.count($0)) clients" } ?? settings.arrivals ?? "" }

    /// When it began, to the second.
    private var day: String {
        let (date, time) = (startedAt.prefix(10), startedAt.dropFirst(11).prefix(8))
        return "\(date) \(time) UTC"
    }

    // MARK: Verdict

    private func verdict(to markup: inout Markup) {
        markup.element("section", ["class": isClean ? "verdict good" : "verdict bad"]) { markup in
            markup.element("h2", text: isClean ? "All ended as it should" : "Not all is well")
            markup.element("ul") { markup in
                for line in findings { markup.element("li", text: line) }
            }
        }
        guard !errors.isEmpty else { return }
        markup.element("section") { markup in
            markup.element("h2", text: "Errors, by kind")
            let rows = errors.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
                [$0.key, Figure.count($0.value)]
            }
            table(head: ["kind", "how often"], rows: rows, to: &markup)
        }
    }

    private var findings: [String] {
        let looked =
            settings.comparesResults
            ? "and their results are what they must be" : "and have a result, which nothing was compared with"
        let outcomes: [(Int, String)] = [
            (jobs.verified, "succeeded \(looked)"), (jobs.canceled, "were canceled, as their clients had asked"),
            (jobs.seen, "were seen to end"), (jobs.givenUp, "were refused, and given up"), (jobs.failed, "failed"),
            (jobs.unfinished, "have not ended"),
        ]
        var lines = outcomes.filter { $0.0 > 0 }.map { "\(Figure.count($0.0)) of \(Figure.count(jobs.begun)) \($0.1)." }
        switch ending {
        case .complete: break
        case .timeLimit: lines.append("The time was up before all had ended.")
        case .cancelled: lines.append("Somebody ended the test early.")
        }
        if jobs.rejections > 0 {
            lines.append("\(Figure.count(jobs.rejections)) submits were refused with 503 and a time to come back.")
        }
        if !errors.isEmpty, jobs.failed == 0 {
            lines.append("\(Figure.count(errors.values.reduce(0, +))) errors passed without a job being lost.")
        }
        if generator.load(over: seconds) > 0.9 {
            lines.append("The generator was busy all the time: it may be the limit, not what it measured.")
        }
        return lines
    }

    // MARK: Figures

    private func figures(to markup: inout Markup) {
        markup.element("section") { markup in
            markup.element("h2", text: "Figures")
            markup.element("dl", ["class": "rates"]) { markup in
                for (name, value) in rateFigures {
                    markup.element("div") { markup in
                        markup.element("dt", text: name)
                        markup.element("dd", text: value)
                    }
                }
            }
            table(
                head: ["milliseconds", "p50", "p90", "p99", "p99.9", "max", "count"],
                rows: [
                    ("submit", latency.submit), ("line", latency.line), ("service", latency.service),
                    ("notice", latency.notice), ("round trip", latency.endToEnd),
                ].compactMap { name, times in
                    times.map { times in
                        [name] + [times.p50, times.p90, times.p99, times.p999, times.max].map { Figure.fixed($0, 2) }
                            + [Figure.count(Int(times.count))]
                    }
                },
                to: &markup
            )
            markup.element(
                "p",
                ["class": "note"],
                text: """
                    Submit: from when a job was due until it was accepted. Line and service: waiting and running, by the \
                    histories of a sample. Notice: from the end until the client knew. Round trip: from due to verified.
                    """
            )
        }
    }

    private var rateFigures: [(String, String)] {
        var figures = [
            ("submits/s", Figure.short(rates.submitsPerSecond)), ("jobs/s", Figure.short(rates.jobsPerSecond)),
            ("polls/s", Figure.short(rates.pollsPerSecond)),
        ]
        if let polls = rates.pollsPerJob { figures.append(("polls/job", Figure.fixed(polls, 2))) }
        if let requests = rates.requestsPerJob { figures.append(("requests/job", Figure.fixed(requests, 2))) }
        if let hints {
            figures.append(("Retry-After off by", "\(Figure.fixed(hints.medianOffSeconds, 1)) s"))
            figures.append(("end seen after", "\(Figure.fixed(hints.medianLateSeconds, 1)) s"))
        }
        return figures
    }

    // MARK: Plots

    private func course(to markup: inout Markup) {
        markup.element("section", ["class": "plots"]) { markup in
            markup.element("h2", text: "Over time")
            if let steps = settings.steps, steps.count > 1 {
                markup.element(
                    "p",
                    ["class": "note"],
                    text: "Dotted lines: from here on so many jobs are due in a second."
                )
            }
            if let absence { markup.element("p", ["class": "note"], text: absence) }
            for plot in timePlots { figure(plot, to: &markup) }
        }
    }

    /// Why queues and workers are not shown.
    private var absence: String? {
        guard let door = series.adminDoor else {
            return "Queues and workers are not known: no admin door was named (--admin-url)."
        }
        guard !series.adminTroubles.isEmpty else { return nil }
        let troubles = series.adminTroubles.sorted { $0.key < $1.key }.map { "\($0.key) (\(Figure.count($0.value)))" }
        return "The admin door \(door) did not answer all questions: \(troubles.joined(separator: ", "))."
    }

    private func spreads(to markup: inout Markup) {
        guard !spreadPlots.isEmpty else { return }
        markup.element("section", ["class": "plots"]) { markup in
            markup.element("h2", text: "How long it took")
            for plot in spreadPlots { figure(plot, to: &markup) }
        }
    }

    private func figure(_ plot: Plot, to markup: inout Markup) {
        markup.element("figure") { markup in
            if plot.isEmpty {
                markup.element("figcaption", text: "\(plot.title): nothing is known.")
                return
            }
            for format in [PlotFormat.wide, .narrow] { PlotDrawing(plot, format).draw(to: &markup) }
            if let note = plot.note { markup.element("figcaption", text: note) }
        }
    }

    // MARK: Tables

    private func answerTable(to markup: inout Markup) {
        guard !answers.isEmpty else { return }
        markup.element("section") { markup in
            markup.element("h2", text: "Answers")
            let rows = answers.sorted { $0.key < $1.key }.map { [$0.key, Figure.count($0.value)] }
            table(head: ["step and status or event", "how often"], rows: rows, to: &markup)
        }
    }

    private func about(to markup: inout Markup) {
        markup.element("section") { markup in
            markup.element("h2", text: "The test")
            var rows = [
                ["front ends", settings.targets.joined(separator: " ")], ["load", load],
                ["clients learn of the end by", clients], ["jobs at most", Figure.count(settings.jobs)],
                ["time limit", "\(Figure.short(settings.timeLimitSeconds)) s"], ["seed", "\(settings.seed)"],
                [
                    "generator",
                    """
                    \(Figure.count(generator.requests)) requests over \(Figure.count(generator.connections)) connections, \
                    \(Figure.fixed(generator.cpuSeconds, 2)) s of CPU
                    """,
                ],
            ]
            if let program { rows.append(["made by", "levee \(program.version)"]) }
            markup.element("table", ["class": "facts"]) { markup in
                markup.element("tbody") { markup in
                    for row in rows {
                        markup.element("tr") { markup in
                            markup.element("th", ["scope": "row"], text: row[0])
                            markup.element("td", text: row[1])
                        }
                    }
                }
            }
            if let program {
                markup.element("p", text: "The same again:")
                markup.element("pre", text: program.command)
            }
        }
    }

    private var clients: String {
        switch settings.mode {
        case .poll:
            settings.pollIntervalMilliseconds.map { "polls every \(Figure.short($0)) ms" }
                ?? "polls, as Retry-After says"
        case .wait: "polls with Prefer: wait"
        case .sse: "server-sent events"
        }
    }

    private func table(head: [String], rows: [[String]], to markup: inout Markup) {
        markup.element("div", ["class": "scroll"]) { markup in
            markup.element("table") { markup in
                markup.element("thead") { markup in
                    markup.element("tr") { markup in
                        for cell in head { markup.element("th", ["scope": "col"], text: cell) }
                    }
                }
                markup.element("tbody") { markup in
                    for row in rows {
                        markup.element("tr") { markup in
                            markup.element("th", ["scope": "row"], text: row[0])
                            for cell in row.dropFirst() { markup.element("td", text: cell) }
                        }
                    }
                }
            }
        }
    }
}
