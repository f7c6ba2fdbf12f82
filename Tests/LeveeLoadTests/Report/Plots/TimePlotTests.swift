// What the plots show of a report.

import Testing

@testable import LeveeLoad

struct TimePlotTests {
    private func plot(_ title: String, of report: LoadReport) throws -> Plot {
        try #require(report.timePlots.first { $0.title == title })
    }

    private func heights(_ line: Plot.Line) -> [[Double]] { line.pieces.map { $0.map(\.y) } }

    @Test func `all plots have one time`() throws {
        let report = try SampleRun(seconds: 30).report()
        #expect(
            report.timePlots.map(\.title) == [
                "Throughput", "Queues", "Workers", "Slots of the workers", "Round trip", "Submit", "Polls",
                "Polls per job",
                "Answers by status",
            ]
        )
        #expect(report.timePlots.allSatisfy { $0.horizontal == .time(upTo: 30) })
        let throughput = try plot("Throughput", of: report)
        #expect(throughput.lines.map(\.name) == ["submitted", "completed"])
        let completed: [Double] = [0, 0] + Array(repeating: 10, count: 28)
        #expect(heights(throughput.lines[1]) == [completed])
    }

    @Test func `what is not known is a gap, and said`() throws {
        let report = try SampleRun(seconds: 30, silence: 10..<20).report()
        let queues = try plot("Queues", of: report)
        let (before, after): ([Double], [Double]) = ((0..<10).map(Double.init), (20..<30).map(Double.init))
        #expect(heights(queues.lines[0]) == [before, after])
        #expect(queues.gaps == [9.5...20.5])
        #expect(queues.note == "Not known for 11 s (shaded): the admin door did not tell.")
        // What the generator has counted itself has no gap there.
        #expect(try plot("Throughput", of: report).gaps == [])
    }

    @Test func `a door that never answered has an empty plot, one that was not named has none`() throws {
        let silent = try plot("Queues", of: SampleRun(seconds: 30, silence: 0..<30).report())
        #expect(silent.isEmpty)
        #expect(silent.gaps == [0...30])
        let report = try SampleRun(seconds: 30, adminDoor: nil).report()
        #expect(!report.timePlots.contains { ["Queues", "Workers"].contains($0.title) })
    }

    @Test func `steps are marked where they begin`() throws {
        let steps: [Arrivals.Step] = [(2.0, 10.0), (16.0, 10.0), (0.0, 30.0)].map {
            Arrivals.Step(rate: $0.0, seconds: $0.1)
        }
        let report = try SampleRun(seconds: 30, steps: steps).report()
        let marks = [(0.0, "2/s"), (10, "16/s"), (20, "0/s")].map { Plot.Mark(x: $0.0, label: $0.1) }
        for plot in report.timePlots { #expect(plot.marks == marks) }
    }

    @Test func `bins count every latency once`() throws {
        let spread = try #require(SampleRun(seconds: 30).report().spread.endToEnd)
        #expect(spread.bins.reduce(0) { $0 + $1.count } == 280)
        #expect(spread.bins.allSatisfy { $0.from < 2_005 && $0.to > 1_990 })
        #expect(spread.curve.last?.percentile == 100)
    }

    @Test func `lines that a second kind of eye cannot tell apart have another ink`() throws {
        for plot in try SampleRun(seconds: 30).report().timePlots {
            #expect(Set(plot.lines.map(\.ink)).count == plot.lines.count)
            #expect(plot.lines.allSatisfy { (1...5).contains($0.ink) })
        }
    }
}
