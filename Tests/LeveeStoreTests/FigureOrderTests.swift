// The order of a queue's figures, which is written down wherever they are read.

import Foundation
import LeveeCore
import LeveeRedis
import Testing

@testable import LeveeStore

@Suite struct FigureOrderTests {
    /// What `figures.lua` names for a queue and then for the list of the highest priority, in its order.
    private let names: [String]

    init() throws {
        let script = String(decoding: PackageResources.figures_lua, as: UTF8.self)
        var places: [Int: String] = [:]
        for match in script.matches(of: /local ((?:[A-Z]+, )+[A-Z]+) = ([0-9, ]+)\n/) {
            let numbers = match.output.2.split(separator: ", ").compactMap { Int($0) }
            for (name, place) in zip(match.output.1.split(separator: ", "), numbers) {
                places[place] = name.lowercased()
            }
        }
        names = try (1...14).map { try #require(places[$0]) }
        #expect(places.count == 14)
    }

    /// A file of the repository.
    private func text(_ path: String) throws -> String {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(path)")
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test func theStoreReadsThem() throws {
        func read(_ values: [Int]) -> QueueFigures {
            let line = values.map(String.init).joined(separator: " ")
            return QueueFigures(fields: ["figures", line].map { .bulk(Array($0.utf8)) })
        }
        let figures = read(Array(1...22))
        let levels = [
            "running": figures.running, "scheduled": figures.scheduled, "suspect": figures.suspect,
            "bytes": figures.bytes, "submitted": figures.submitted, "succeeded": figures.succeeded,
            "failed": figures.failed, "canceled": figures.canceled, "opens": figures.opens,
        ]
        let lines = ["in": figures.entered, "out": figures.left, "stale": figures.stale, "taken": figures.taken]
        for (index, name) in names.enumerated() {
            if let priorities = lines[name] {
                #expect(priorities == [index + 1, index + 5, index + 9], "\(name)")
            } else if name == "paused" {
                #expect(read((0..<22).map { $0 == index ? 1 : 0 }).isPaused)
                #expect(!read((0..<22).map { $0 == index ? 0 : 1 }).isPaused)
            } else {
                #expect(levels[name] == index + 1, "\(name)")
            }
        }
    }

    @Test func theVerdictReadsThem() throws {
        let source = try text("Sources/levee-verdict/StoredJob.swift")
        let levels = try #require(source.firstMatch(of: /static let levels =\n[^\n]+\n[^\n]+\n/)).output
        #expect(levels.matches(of: /"([a-z]+)"/).map { String($0.output.1) } == names)
    }

    @Test func theDocumentationTellsThem() throws {
        let page = try text("docs/redis-layout.md")
        let levels = try #require(page.firstMatch(of: /The field `figures` has the([^.]+)\./)).output.1
        #expect(levels.matches(of: /`([a-z]+)`/).map { String($0.output.1) } == names)
    }

    @Test func theTestsOfTheProgramReadThem() throws {
        let source = try text("Tests/leveeTests/EndToEnd/Figure.swift")
        let cases = source.matches(of: /case ([a-z]+) = ([0-9]+)/)
        #expect(!cases.isEmpty)
        for found in cases { #expect(Int(found.output.2).map { names[$0] } == String(found.output.1)) }
    }
}
