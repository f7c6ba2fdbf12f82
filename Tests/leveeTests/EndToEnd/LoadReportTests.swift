// The page of a load test of a real deployment.

import Foundation
import LeveeTestSupport
import Testing

@Suite(.serialized) struct LoadReportTests {
    private static let jobs = """
        worker: {lease: 2s, drainGrace: 0s}
        jobs: {square: {handler: {builtin: square}}, sleep: {handler: {builtin: sleep}}}
        """

    private func load(_ arguments: [String], in folder: TemporaryFolder) async throws -> LeveeRun {
        let path = folder.path
        return try await Task.detached {
            try runLevee(arguments: ["load"] + arguments, environment: [:], in: path)
        }.value
    }

    @Test func `it has the plots of the test, of the queues and of the workers`() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let (door, admin) = try await fleet.doors()
            _ = try await fleet.worker("w1", slots: 4)
            let arguments = [
                "--type", "sleep", "--jobs", "12", "--pollers", "8", "--url", door.base, "--admin-url", admin.base,
                "--html", "report.html", "--svg", "report.svg", "--json",
            ]
            try fleet.folder.write("what was there before", to: "report.html")
            let run = try await load(arguments, in: fleet.folder)
            #expect(run.status == 0, "\(run.errors)")
            let report = try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
            let series = try #require(report["series"] as? [String: Any])
            let points = try #require(series["points"] as? [[String: Any]])
            #expect(series["adminDoor"] as? String == admin.base)
            let workers = points.compactMap { $0["workers"] as? [String: Any] }
            let queues = points.compactMap { $0["queues"] as? [String: Any] }
            #expect(points.compactMap { $0["submitted"] as? Int }.reduce(0, +) == 12)
            #expect(workers.contains { $0["working"] as? Int == 1 && $0["slots"] as? Int == 4 })
            #expect(queues.compactMap { $0["inFlight"] as? Int }.contains { $0 > 0 })
            let page = try #require(FileManager.default.contents(atPath: "\(fleet.folder.path)/report.html"))
            let text = String(decoding: page, as: UTF8.self)
            #expect(text.hasPrefix("<!DOCTYPE html>"))
            for title in ["Throughput", "Queues", "Workers", "Round trip", "Percentiles"] {
                #expect(text.contains(#"aria-label="\#(title),"#))
            }
            #expect(text.contains("All ended as it should"))
            #expect(text.contains("levee load --type sleep --jobs 12"))
            let picture = FileManager.default.contents(atPath: "\(fleet.folder.path)/report.svg")
            #expect(try #require(picture).starts(with: Data("<svg ".utf8)))
            // Nothing is left of how they were written.
            let names = try FileManager.default.contentsOfDirectory(atPath: fleet.folder.path)
            #expect(!names.contains { $0.hasPrefix(".") || $0.hasSuffix(".tmp") })
        }
    }

    @Test(arguments: [["--html"], ["--svg"]], ["", "no/such/folder/report.html", "/", "file/report.html"])
    func `a file that cannot be written is refused before anything is sent`(option: [String], path: String) async throws
    {
        let folder = try TemporaryFolder()
        try folder.write("", to: "file")
        // Nobody listens on port 1: had it begun, it would say so, with status 1.
        let run = try await load(["--jobs", "1", "--url", "http://127.0.0.1:1"] + option + [path], in: folder)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.split(separator: "\n").count == 1)
        #expect(run.errors.hasPrefix("levee: \"\(path)\""))
    }

    @Test func `a test that goes wrong has its page, too`() async throws {
        let folder = try TemporaryFolder()
        let run = try await load(
            ["--jobs", "1", "--url", "http://127.0.0.1:1", "--admin-url", "http://127.0.0.1:1", "--html", "r.html"],
            in: folder
        )
        #expect(run.status == 1)
        #expect(run.output.hasSuffix("the report with its plots: r.html\n"))
        let page = String(
            decoding: FileManager.default.contents(atPath: "\(folder.path)/r.html") ?? Data(),
            as: UTF8.self
        )
        #expect(page.contains("Not all is well"))
        #expect(page.contains("submit connect refused"))
        #expect(page.contains("did not answer all questions: queues connect refused"))
    }
}
