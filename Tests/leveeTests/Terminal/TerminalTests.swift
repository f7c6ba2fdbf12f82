// Signs of life: a line that is rewritten on a terminal, plain lines elsewhere; colours only where a person looks.

import Foundation
import Testing

@testable import levee

struct TerminalTests {
    /// What a control character is, but for the ends of lines that a terminal sends.
    private static let escape = "\u{1B}"

    private let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        .standardizedFileURL.path

    /// Runs a shell command on a terminal of its own (script(1)), or without one; gives all that it wrote.
    private func run(_ command: String, onTerminal term: String?, environment: [String: String] = [:]) throws -> String
    {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = term == nil ? ["bash", "-c", command] : ["script", "-qec", command, "/dev/null"]
        process.environment = environment.merging(["PATH": "/usr/bin:/bin", "TERM": term ?? "xterm"]) { $1 }
        process.environment?["SHELL"] = "/bin/bash"
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let written = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: written, as: UTF8.self)
    }

    private var levee: String {
        get throws {
            let bundle = try #require(Bundle.main.executableURL).resolvingSymlinksInPath()
            return bundle.deletingLastPathComponent().appending(path: "levee").path
        }
    }

    /// A load test of which every request fails, five times with a second between: nobody listens on port 1.
    private var hopeless: String {
        get throws { "'\(try levee)' load --jobs 1 --url http://127.0.0.1:1" }
    }

    @Test func `on a terminal a line is rewritten, and gone in the end`() throws {
        let output = try run(try hopeless, onTerminal: "xterm")
        #expect(output.contains(/\r\x1B\[K\d+ s  submitted 0/))
        #expect(output.contains("\r\u{1B}[K1 of 1 jobs of type square"))
    }

    @Test(arguments: ["dumb", nil] as [String?])
    func `elsewhere there are lines without control characters`(term: String?) throws {
        let output = try run(try hopeless, onTerminal: term).replacing("\r\n", with: "\n")
        let controls = output.unicodeScalars.filter { $0.properties.generalCategory == .control }
        #expect(Set(controls) == ["\n"])
        #expect(output.contains("1 of 1 jobs of type square"))
    }

    @Test func `a line is no longer than the terminal is wide`() throws {
        let output = try run("stty cols 20; " + (try hopeless), onTerminal: "xterm")
            .replacing("\r\n", with: "\n")
        let lines = output.split(separator: "\r\u{1B}[K").filter { $0.contains("submi") && !$0.contains("\n") }
        #expect(!lines.isEmpty)
        #expect(lines.allSatisfy { $0.count < 20 })
    }

    @Test(
        arguments: [
            ("xterm", [:], true), ("xterm", ["NO_COLOR": "1"], false), ("dumb", [:], false), (nil, [:], false),
        ] as [(String?, [String: String], Bool)]
    )
    func `scripts have colours on a terminal only`(term: String?, environment: [String: String], isColored: Bool) throws
    {
        let output = try run("'\(repository)/scripts/cluster' dance", onTerminal: term, environment: environment)
        #expect(output.contains("scripts/cluster knows up"))
        #expect(output.contains("\(Self.escape)[31m") == isColored)
        #expect(output.contains(Self.escape) == isColored)
    }

    @Test(arguments: [("xterm", true), ("dumb", false), (nil, false)] as [(String?, Bool)])
    func `a script that waits shows how long on a terminal, and says it elsewhere`(term: String?, isRewritten: Bool)
        throws
    {
        let folder = try TemporaryFolder()
        let command = """
            set -euo pipefail; . '\(repository)/scripts/lib/progress.sh'
            count() { printf 'step %s' "$(wc -l <"$1")"; }
            run_logged work '\(folder.path)/log' count bash -c 'echo one; sleep 3'
            """
        let output = try run(command, onTerminal: term)
        #expect(output.contains("\r\(Self.escape)[K    work") == isRewritten)
        #expect(output.contains("    work ...") == !isRewritten)
        #expect(output.contains("step 1") == isRewritten)
        #expect(output.contains("work  0:0"))
        #expect(isRewritten || !output.contains(Self.escape))
    }

    @Test(arguments: [("xterm", true), (nil, false)] as [(String?, Bool)])
    func `what is waited for is said after two seconds`(term: String?, isRewritten: Bool) throws {
        let command = """
            set -euo pipefail; . '\(repository)/scripts/lib/waiting.sh'; since=$SECONDS
            while ((SECONDS - since < 4)); do ! may_tell "$since" || tell "Waiting $((SECONDS - since)) s"; sleep 0.2; done
            untell; echo end
            """
        let output = try run(command, onTerminal: term).replacing("\r\n", with: "\n")
        #expect(!output.contains("Waiting 1 s"))
        #expect(output.contains(/Waiting [2-9] s/))
        #expect(isRewritten || output.wholeMatch(of: #/    Waiting [2-9] s\nend\n/#) != nil)
        #expect(!isRewritten || output.hasSuffix("\r\(Self.escape)[Kend\n"))
    }
}
