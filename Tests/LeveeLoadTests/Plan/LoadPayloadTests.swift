// Payloads and the results that must come of them.

import Testing

@testable import LeveeLoad

struct LoadPayloadTests {
    @Test func `numbers differ and their squares are verified`() {
        let payload = LoadPayload.numbers
        #expect(payload.bytes(ofJob: 0) == Array(#"{"number":1}"#.utf8))
        #expect(payload.bytes(ofJob: 11) == Array(#"{"number":12}"#.utf8))
        #expect(payload.accepts(Array(#"{"square":144}"#.utf8), ofJob: 11))
        #expect(payload.accepts(Array(#"{ "square" : 144 }"#.utf8), ofJob: 11))
        #expect(!payload.accepts(Array(#"{"square":145}"#.utf8), ofJob: 11))
        #expect(!payload.accepts(Array(#"{"square":144"#.utf8), ofJob: 11))
        #expect(!payload.accepts([], ofJob: 11))
    }

    @Test func `fixed bytes come back as expected, or as they like`() {
        let echo = LoadPayload.fixed([1, 2], mediaType: "a/b", expected: [1, 2])
        #expect(echo.accepts([1, 2], ofJob: 5))
        #expect(!echo.accepts([1, 2, 3], ofJob: 5))
        let any = LoadPayload.fixed([1, 2], mediaType: "a/b", expected: nil)
        #expect(any.accepts([], ofJob: 5))
    }

    @Test func `each type of the sample configuration has a payload`() {
        #expect(LoadPayload.standard(for: "square") == .numbers)
        guard case .fixed(let sent, _, let expected) = LoadPayload.standard(for: "echo") else {
            Issue.record("an echo is of fixed bytes")
            return
        }
        #expect(expected == sent)
        #expect(LoadPayload.standard(for: "sleep").bytes(ofJob: 3) == Array(#"{"seconds":1}"#.utf8))
        #expect(
            LoadPayload.standard(for: "x") == .fixed(Array("{}".utf8), mediaType: "application/json", expected: nil)
        )
    }
}
