// The table of transitions, and what follows from a job's state.

import LeveeCore
import Testing

@Suite struct JobStateTests {
    @Test func everyStateIsReachedAndWaitingStatesCanBeLeft() {
        for state in JobState.allCases {
            #expect(JobTransition.all.contains { $0.to == state }, "\(state) is never reached")
            #expect(JobTransition.all.contains { $0.from == state } == !state.isTerminal, "\(state)")
        }
    }

    @Test func onlyAClaimLeadsToRunning() {
        #expect(JobTransition.all.filter { $0.to == .running } == [JobTransition(from: .queued, to: .running)])
    }

    @Test func historyLinesAreReadAndOthersRefused() {
        let entry = HistoryEntry(line: "3 running 1795308185123 claim 2 w1")
        #expect(entry?.note == "2 w1")
        #expect(entry?.cause == .claim)
        for line in ["", "3 running", "x running 1 claim", "3 flying 1 claim", "3 running 1 magic"] {
            #expect(HistoryEntry(line: line) == nil, "\(line)")
        }
    }

    @Test(arguments: [
        ("resize", true), ("a", true), ("A1.b-c_d", true), ("", false), ("-a", false), (".a", false),
        ("a b", false), ("a:b", false), ("ä", false), (String(repeating: "a", count: 65), false),
    ])
    func names(text: String, isValid: Bool) {
        #expect(Name.isValid(text) == isValid)
    }

    @Test func mediaTypesAreComparedWithoutCaseAndParameters() {
        #expect(Content.essence(of: "Text/HTML; charset=utf-8") == "text/html")
        #expect(Content.isJSON("application/vnd.levee+json;v=1"))
        #expect(!Content.isJSON("text/plain; application/json"))
    }

    @Test(
        arguments: [
            ([], "text/plain", true), (["image/png"], "image/png", true), (["Image/PNG"], "image/png", true),
            (["image/*"], "image/webp", true), (["image/*"], "imagery/webp", false), (["*/*"], "a/b", true),
            (["application/json"], "text/json", false), (["image/*", "text/plain"], "text/plain", true),
        ] as [([String], String, Bool)]
    )
    func aTypeTakesWhatItsRangesHold(accepts: [String], essence: String, takes: Bool) {
        #expect(JobType(name: "x", accepts: accepts).takes(essence) == takes)
    }
}
