// Paths and files that a configuration names.

import Foundation
import Testing

@testable import levee

@Suite("Files of the configuration")
struct FilePathTests {
    @Test("paths are relative to a folder")
    func absolute() {
        #expect(FilePath.absolute("bin/x", in: "/a/b") == "/a/b/bin/x")
        #expect(FilePath.absolute("../x", in: "/a/b") == "/a/x")
        #expect(FilePath.absolute("/x/./y", in: "/a/b") == "/x/y")
        #expect(FilePath.folder(of: "/a/levee.yaml") == "/a")
        #expect(
            FilePath.folder(of: "x/levee.yaml") == FilePath.absolute("x", in: FileManager.default.currentDirectoryPath)
        )
    }

    @Test("files are read whole")
    func read() throws {
        let folder = try TemporaryFolder()
        #expect(try FilePath.read(folder.write("", to: "a"), limit: 0) == "")
        let text = String(repeating: "\u{E9}", count: 50_000)
        #expect(try FilePath.read(folder.write(text, to: "b"), limit: 100_000) == text)
    }

    @Test("what cannot be read says why")
    func failures() throws {
        let folder = try TemporaryFolder()
        let broken = try folder.write(Data("a\nb\u{E9}\n".utf8) + [0xC3, 0x28, 0x0A], to: "broken")
        #expect(throws: FileReadError.missing) { try FilePath.read(folder.path + "/x", limit: 9) }
        #expect(throws: FileReadError.folder) { try FilePath.read(folder.path, limit: 9) }
        #expect(throws: FileReadError.tooLarge(9)) { try FilePath.read("/dev/zero", limit: 9) }
        #expect(throws: FileReadError.notUTF8(line: 3)) { try FilePath.read(broken, limit: 99) }
        let error = #expect(throws: FileReadError.self) { try FilePath.read(broken + "/x", limit: 9) }
        #expect(try #require(error).message.contains("Not a directory"))
    }
}
