// Command lines for a shell: typed again, they mean the same.

import Foundation
import Testing

@testable import levee

struct CommandTextTests {
    @Test(arguments: [
        ["levee", "load", "--url", "http://127.0.0.1:8080", "--steps", "2x30s,16x60s"],
        ["a b", "", "it's", "$HOME", "`id`", "new\nline", "\"quoted\"", "back\\slash", "*", "~", "!", "ä"],
    ])
    func `a shell reads the same words`(words: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", "printf '%s\\0' " + CommandText.line(words)]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let written = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        let read = written.split(separator: 0, omittingEmptySubsequences: false).dropLast()
        #expect(read.map { String(decoding: $0, as: UTF8.self) } == words)
    }

    @Test func `plain words are left as they are`() {
        #expect(CommandText.line(["levee", "load", "--rate", "5"]) == "levee load --rate 5")
        #expect(CommandText.line(["a b", ""]) == "'a b' ''")
    }
}
