// The page: it says what there is to say, needs nothing else, and nothing that others wrote gets loose in it.

import Foundation
import NIOCore
import Testing

@testable import LeveeLoad

struct ReportPageTests {
    private let program = LoadReport.Program(version: "1.2.3", command: "levee load --jobs 5")

    private func page(_ run: SampleRun) throws -> (html: String, parsed: ParsedMarkup) {
        let html = try run.report().html
        #expect(html.hasPrefix("<!DOCTYPE html>\n"))
        return (html, try ParsedMarkup(String(html.dropFirst("<!DOCTYPE html>\n".count))))
    }

    @Test func `it holds headline, verdict, figures, plots and the command`() throws {
        let (_, page) = try page(SampleRun(seconds: 30, program: program))
        #expect(page.all("h1").map(\.text) == ["300 jobs of type square"])
        #expect(page.marked("facts").first?.text == "5 clients, 30.0 s, begun 2026-11-22 01:22:06 UTC")
        #expect(page.marked("verdict").first?.attributes["class"] == "verdict bad")
        #expect(
            page.all("li").map(\.text) == [
                "280 of 300 succeeded and their results are what they must be.", "20 of 300 have not ended.",
            ]
        )
        #expect(page.all("pre").map(\.text) == ["levee load --jobs 5"])
        #expect(page.all("td").map(\.text).contains("levee 1.2.3"))
        #expect(page.all("th").map(\.text).contains("round trip"))
        // Each plot is drawn for wide and for narrow screens.
        let plots = page.all("svg").map { $0.attributes["aria-label"] ?? "" }
        #expect(plots.count == 24)
        #expect(Set(plots).count == 12)
        #expect(page.marked("wide").count == 12)
    }

    @Test func `it needs nothing from outside, and runs nothing`() throws {
        let (html, page) = try page(SampleRun(seconds: 30, program: program))
        let policy = page.all("meta").first { $0.attributes["http-equiv"] == "Content-Security-Policy" }
        #expect(policy?.attributes["content"]?.hasPrefix("default-src 'none'; style-src 'unsafe-inline'") == true)
        let names = Set(page.elements.map(\.name))
        #expect(
            names.isDisjoint(with: ["script", "link", "img", "iframe", "object", "embed", "a", "form", "use", "image"])
        )
        let attributes = Set(page.elements.flatMap(\.attributes.keys))
        #expect(attributes.isDisjoint(with: ["src", "href", "xlink:href", "action", "style", "srcset", "background"]))
        #expect(!attributes.contains { $0.hasPrefix("on") })
        for rules in page.all("style").map(\.text) {
            for outside in ["url(", "@import", "http"] { #expect(!rules.contains(outside)) }
            let (opened, closed) = (rules.count { $0 == "{" }, rules.count { $0 == "}" })
            #expect(opened == closed)
        }
        #expect(!html.contains("javascript:"))
    }

    @Test func `the picture is an SVG by itself`() throws {
        let picture = try ParsedMarkup(SampleRun(seconds: 30).report().svg)
        #expect(picture.elements.first?.name == "svg")
        #expect(picture.all("svg").compactMap { $0.attributes["aria-label"] }.count == 4)
        #expect(picture.all("title").map(\.text) == ["300 jobs of type square"])
        #expect(Set(picture.elements.map(\.name)).isDisjoint(with: ["script", "image", "foreignObject", "a"]))
    }

    @Test(arguments: [
        #"<script>alert(1)</script>"#, #""><img src=x onerror=alert(1)>"#, "</style></title><b>", "&amp;<![CDATA[x]]>",
        "'; DROP", "line\nline\ttab", "\u{202E}txt.exe", "null\u{0}bell\u{7}esc\u{1B}[31m", "\u{FFFE}\u{85}",
    ])
    func `what others wrote stays text`(hostile: String) throws {
        var run = SampleRun(seconds: 5)
        run.program = .init(version: hostile, command: hostile)
        var report = try run.report()
        report.settings.type = hostile
        report.settings.targets = [hostile]
        report.settings.arrivals = hostile
        report.settings.clients = nil
        report.startedAt = hostile
        report.errors = [hostile: 1]
        report.answers = [hostile: 1]
        report.series.adminDoor = hostile
        report.series.adminTroubles = [hostile: 1]
        report.series.points[0].statuses = [hostile: 1]
        let clean = try run.report()
        for (document, plain) in [(report.html, clean.html), (report.svg, clean.svg)] {
            let parsed = try ParsedMarkup(document.replacing("<!DOCTYPE html>\n", with: ""))
            let known = Set(try ParsedMarkup(plain.replacing("<!DOCTYPE html>\n", with: "")).elements.map(\.name))
            // The list of errors is in the one and not in the other, with elements that tables have.
            #expect(Set(parsed.elements.map(\.name)).subtracting(known) == [])
            let controls = document.unicodeScalars.filter {
                $0.properties.generalCategory == .control || $0.value == 0x202E
            }
            #expect(Set(controls) == ["\n"])
            #expect(parsed.elements.contains { $0.text.contains(Self.shown(hostile)) })
        }
    }

    /// How it is to be read: characters that nobody can see, by their numbers.
    private static func shown(_ text: String) -> String {
        text.replacing("\t", with: "\\u{9}").replacing("\u{202E}", with: "\\u{202e}").replacing("\u{0}", with: "\\u{0}")
            .replacing("\u{7}", with: "\\u{7}").replacing("\u{1B}", with: "\\u{1b}")
            .replacing("\u{FFFE}", with: "\\u{fffe}").replacing("\u{85}", with: "\\u{85}")
    }

    @Test func `errors, gaps and a missing door are said`() throws {
        let broken = try page(SampleRun(seconds: 30, silence: 5..<9, errors: [.wrongResult, .status(.poll, 500)]))
            .parsed
        #expect(broken.all("th").map(\.text).contains("wrong result"))
        #expect(broken.marked("note").contains { $0.text.contains("did not answer all questions: queues 503 (4)") })
        #expect(broken.all("figcaption").contains { $0.text.hasPrefix("Not known for 5 s") })
        #expect(broken.marked("gap").count > 0)
        let alone = try page(SampleRun(seconds: 30, adminDoor: nil)).parsed
        #expect(alone.marked("note").contains { $0.text.contains("no admin door was named (--admin-url)") })
        #expect(alone.marked("gap").isEmpty)
        let silent = try page(SampleRun(seconds: 30, silence: 0..<30)).parsed
        #expect(silent.all("figcaption").contains { $0.text == "Queues: nothing is known." })
    }

    @Test func `a test in which nothing happened has a page, too`() throws {
        let outcome = Engine.Outcome(
            recorder: Recorder(start: SampleRun.start),
            ending: .cancelled,
            end: SampleRun.start,
            connections: 0,
            resent: 0,
            adminTroubles: [:]
        )
        let plan = try LoadPlan.forTests("http://127.0.0.1:1", jobs: 1)
        let report = LoadReport(outcome, plan: plan, startedAt: "", cpuSeconds: 0)
        let page = try ParsedMarkup(report.html.replacing("<!DOCTYPE html>\n", with: ""))
        #expect(page.all("li").map(\.text) == ["Somebody ended the test early."])
        #expect(!report.html.contains("nan") && !report.html.contains("inf\""))
        _ = try ParsedMarkup(report.svg)
    }

    @Test func `a long test has a page of the same size`() throws {
        let short = try SampleRun(seconds: 600).report().html.utf8.count
        let long = try SampleRun(seconds: 100_000).report().html.utf8.count
        #expect(short < 600_000)
        #expect(long < short * 2)
    }
}
