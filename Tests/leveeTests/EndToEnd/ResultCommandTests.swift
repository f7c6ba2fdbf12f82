// `levee result`: any size, to a file or to standard output, and one file of several.

import Foundation
import LeveeTestSupport
import Testing

@Suite(.serialized) struct ResultCommandTests {
    private static let jobs = """
        worker: {lease: 2s}
        blobs: {folder: blobs, over: 1MiB}
        jobs:
          large: {handler: {exec: {command: [head, -c, "90000000", /dev/zero]}}, maxResult: 200MiB}
          several:
            handler: {exec: {command: [bash, -c, 'echo one >"$LEVEE_RESULTS/a b.txt"; echo two >"$LEVEE_RESULTS/two.txt"']}}
        """

    private func client(_ arguments: [String], _ door: HTTPDoor, in folder: TemporaryFolder) async throws -> LeveeRun {
        let path = folder.path
        return try await Task.detached {
            try runLevee(arguments: arguments, environment: ["LEVEE_URL": door.base], in: path)
        }.value
    }

    private func withService(_ body: (Fleet, HTTPDoor) async throws -> Void) async throws {
        try await Fleet.run(Self.jobs) { fleet in
            try FileManager.default.createDirectory(
                atPath: "\(fleet.folder.path)/blobs",
                withIntermediateDirectories: false
            )
            let door = try await fleet.frontEnd()
            _ = try await fleet.worker("w1")
            try await body(fleet, door)
        }
    }

    @Test func `a result of 90 MB comes whole`() async throws {
        try await withService { fleet, door in
            let id = try await client(["submit", "large", "-j", "{}"], door, in: fleet.folder).output
                .trimmingCharacters(in: .newlines)
            #expect(try await client(["wait", id], door, in: fleet.folder).status == 0)
            let run = try await client(["result", id, "--output", "large"], door, in: fleet.folder)
            #expect(run.status == 0, "\(run.errors)")
            let size = try FileManager.default.attributesOfItem(atPath: "\(fleet.folder.path)/large")[.size] as? Int
            #expect(size == 90_000_000)
            let piped = try await client(["result", id], door, in: fleet.folder)
            #expect(piped.output.utf8.count == 90_000_000)
            let submitted = try await client(
                ["submit", "large", "-j", "{}", "--wait", "--output", "again"],
                door,
                in: fleet.folder
            )
            #expect((submitted.status, submitted.output) == (0, ""))
            let again = try FileManager.default.attributesOfItem(atPath: "\(fleet.folder.path)/again")[.size] as? Int
            #expect(again == 90_000_000)
            let nowhere = try await client(["result", id, "--output", "no/such/file"], door, in: fleet.folder)
            #expect(nowhere.status == 2)
            #expect(nowhere.errors == "levee: \"no/such/file\" cannot be written: there is no such file or folder\n")
            let names = try FileManager.default.contentsOfDirectory(atPath: fleet.folder.path)
            #expect(!names.contains { $0.contains(".levee-") })
        }
    }

    @Test func `one file of several is asked for by its name`() async throws {
        try await withService { fleet, door in
            let id = try await client(["submit", "several", "-j", "{}"], door, in: fleet.folder).output
                .trimmingCharacters(in: .newlines)
            #expect(try await client(["wait", id], door, in: fleet.folder).status == 0)
            #expect(try await client(["result", id, "--file", "two.txt"], door, in: fleet.folder).output == "two\n")
            #expect(try await client(["result", id, "--file", "a b.txt"], door, in: fleet.folder).output == "one\n")
            let missing = try await client(["result", id, "--file", "three.txt"], door, in: fleet.folder)
            #expect(missing.status == 5)
            #expect(missing.errors.split(separator: "\n").count == 1)
            let whole = try await client(["result", id], door, in: fleet.folder)
            #expect(whole.output.contains("one") && whole.output.contains("two"))
        }
    }
}
