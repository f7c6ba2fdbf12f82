// What a file says of payloads and results that are too large for Redis.

import Foundation
import LeveeCore
import Testing

@testable import levee

@Suite("Blobs in the file")
struct BlobSectionTests {
    @Test("have a folder, relative to that of the file, and a size from which on they are blobs")
    func section() throws {
        let configuration = try load(
            """
            blobs: {folder: shared/blobs, over: 256KiB, orphanAge: 1h}
            jobs:
              film: {handler: {builtin: echo}, maxPayload: 2GiB, maxResult: 500MB}
            """
        )
        #expect(configuration.blobs.folder?.hasPrefix("/") == true)
        #expect(configuration.blobs.folder?.hasSuffix("/shared/blobs") == true)
        #expect(configuration.blobs.over == 256 << 10)
        #expect(configuration.blobs.orphanAge == .seconds(3_600))
        #expect(configuration.jobs["film"]?.type.maxPayloadBytes == 2 << 30)
        let outline = ConfigurationOutline(configuration).text
        #expect(outline.contains("256KiB"))
        #expect(try load(validJobs).blobs.folder == nil)
    }

    @Test(
        "are refused with their place where they cannot work",
        arguments: [
            ("blobs: {over: 1MiB}\n\(validJobs)", "blobs: names no folder; write folder:"),
            ("blobs: {folder: a, over: 1KiB}\n\(validJobs)", "blobs.over: \"1KiB\" is out of range"),
            ("blobs: {folder: a, over: 33MiB}\n\(validJobs)", "blobs.over: \"33MiB\" is out of range"),
            ("blobs: {folder: a, orphanAge: 1s}\n\(validJobs)", "blobs.orphanAge: \"1s\" is out of range"),
            ("blobs: {folder: a, size: 1}\n\(validJobs)", "blobs.size: unknown key"),
            (
                "jobs: {a: {handler: {builtin: echo}, maxResult: 33MiB}}",
                "jobs.a.maxResult: 33MiB is more than the 32MiB that fit into Redis; write at most that, or name a folder"
            ),
            (
                "blobs: {folder: a}\njobs: {a: {handler: {builtin: echo}, maxPayload: 33MiB, schema: {type: object}}}",
                "jobs.a.maxPayload: 33MiB is more than the 32MiB that are held against a schema"
            ),
        ]
    )
    func mistakes(text: String, said: String) throws {
        let found = try problems(text)
        #expect(found.count == 1)
        #expect(found.first?.contains(said) == true, "\(found)")
        #expect(found.first?.hasPrefix("levee.yaml:") == true)
    }

    @Test("need a folder that can be written to")
    func folder() throws {
        let folder = try TemporaryFolder()
        func problems(_ path: String) throws -> [String] {
            BlobFolderCheck.problems(in: try load("blobs: {folder: \(path)}\n" + validJobs)).map(\.description)
        }
        #expect(try problems(folder.path).isEmpty)
        let missing = try problems(folder.path + "/nothing")
        #expect(missing.count == 1)
        #expect(missing.first?.contains("levee.yaml:1:") == true)
        #expect(missing.first?.contains("blobs.folder") == true)
        #expect(missing.first?.contains("there is no such folder") == true)
        let file = try folder.write("", to: "file")
        #expect(try problems(file).first?.contains("no folder") == true)
        guard getuid() != 0 else { return }
        try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        #expect(try problems(folder.path).first?.contains("may not write") == true)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path)
    }
}
