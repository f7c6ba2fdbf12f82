// Suggestions for mistyped words.

import Testing

@testable import levee

@Suite("Near misses")
struct NearMissTests {
    private let keys = ["maxReady", "maxBytes", "concurrency", "queue", "url"]

    @Test(
        "are found",
        arguments: [
            ("maxready", "maxReady"), ("max_ready", "maxReady"), ("max-bytes", "maxBytes"), ("maxRaedy", "maxReady"),
            ("concurency", "concurrency"), ("queues", "queue"), ("quue", "queue"), ("conc", "concurrency"),
            ("URL", "url"),
        ]
    )
    func found(word: String, meant: String) {
        #expect(NearMiss.suggestion(for: word, among: keys) == meant)
    }

    @Test("are not made up", arguments: ["", "timeout", "max", "x", "ready", String(repeating: "queue", count: 100)])
    func notFound(word: String) {
        #expect(NearMiss.suggestion(for: word, among: keys) == nil)
    }

    @Test("need candidates")
    func nobody() {
        #expect(NearMiss.suggestion(for: "queue", among: []) == nil)
    }
}
