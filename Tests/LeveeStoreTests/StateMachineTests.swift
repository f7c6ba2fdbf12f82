// One set of transitions: in Swift, in the scripts, and in the drawing of the documentation.

import Foundation
import LeveeCore
import Testing

@testable import LeveeStore

@Suite struct StateMachineTests {
    private static func tokens(in text: String) -> Set<String> {
        Set(text.matches(of: /\b(new|scheduled|queued|running)>(\w+)\b/).map { String($0.output.0) })
    }

    private var wanted: Set<String> { Set(JobTransition.all.map(\.description)) }

    @Test func theScriptsKnowTheSameTransitions() throws {
        let job = String(decoding: PackageResources.job_lua, as: UTF8.self)
        #expect(Self.tokens(in: job) == wanted)
    }

    @Test func theDocumentationShowsTheSameTransitions() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/state-machine.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(Self.tokens(in: text) == wanted)
    }

    @Test func terminalStatesAreFinal() {
        for transition in JobTransition.all { #expect(transition.from?.isTerminal != true, "\(transition)") }
    }
}
