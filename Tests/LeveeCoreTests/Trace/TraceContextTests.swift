// W3C Trace Context, level 1: what is read, what is refused, what is written.

import LeveeCore
import Testing

@Suite struct TraceContextTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let span = "00f067aa0ba902b7"

    @Test func aFieldIsReadAndWritten() throws {
        let context = try #require(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-01"))
        #expect((context.traceID, context.spanID, context.isSampled) == (Self.trace, Self.span, true))
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.span)-01")
        #expect(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-00")?.isSampled == false)
    }

    @Test("flags that are not known are not handed on")
    func unknownFlags() throws {
        let context = try #require(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-fe"))
        #expect(context.traceparent == "00-\(Self.trace)-\(Self.span)-00")
    }

    @Test(
        "of a higher version what is known is read",
        arguments: ["01-\(trace)-\(span)-01", "cc-\(trace)-\(span)-03-what-comes-later", "fe-\(trace)-\(span)-01-"]
    )
    func higherVersion(field: String) throws {
        #expect(TraceContext(traceparent: field)?.traceparent == "00-\(Self.trace)-\(Self.span)-01")
    }

    @Test(
        "what is not one is none",
        arguments: [
            "", "00", "00-1-2-01", "ff-\(trace)-\(span)-01", "00-\(trace)-\(span)-01-", "00-\(trace)-\(span)-01-more",
            "00-\(trace)-\(span)-1", "00-\(trace)-\(span)", "cc-\(trace)-\(span)-01.more", "0-\(trace)-\(span)-01",
            "00-\(String(repeating: "0", count: 32))-\(span)-01", "00-\(trace)-\(String(repeating: "0", count: 16))-01",
            "00-\(trace.uppercased())-\(span)-01", "00-\(trace)-\(span)-0A", "00_\(trace)_\(span)_01",
            "00-\(trace.dropLast())g-\(span)-01", " 00-\(trace)-\(span)-01", "00-\(trace)-\(span)-01 ",
            "00-\(trace)-\(span)-01,00-\(trace)-\(span)-01", "0x-\(trace)-\(span)-01", "00-\(trace)é\(span)-01",
        ]
    )
    func invalid(field: String) {
        #expect(TraceContext(traceparent: field) == nil)
    }

    @Test func aNewOneIsLikeNoOther() throws {
        let contexts = (0..<100).map { _ in TraceContext() }
        #expect(Set(contexts.map(\.traceID)).count == 100)
        for context in contexts {
            #expect(TraceContext(traceparent: context.traceparent) == context)
            #expect(context.isSampled)
        }
    }

    @Test func aChildStaysInTheTrace() throws {
        let parent = try #require(TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-00", tracestate: "a=1"))
        let child = parent.child
        #expect((child.traceID, child.isSampled, child.state) == (Self.trace, false, "a=1"))
        #expect(child.spanID != Self.span)
    }

    @Test("what a store keeps is read again", arguments: ["", "a=1", "a=b c,tenant@vendor=x/y"])
    func text(state: String) throws {
        let context = try #require(
            TraceContext(traceparent: "00-\(Self.trace)-\(Self.span)-01", tracestate: state)
        )
        #expect(context.state == state)
        #expect(TraceContext(stored: context.stored) == context)
    }

    @Test(
        "a state is held to its grammar",
        arguments: [
            ("a=1", "a=1"), ("a=1 ,\t b=2", "a=1,b=2"), ("a=1,,b=2,", "a=1,b=2"), ("1a@v=x", "1a@v=x"),
            ("a-b_c*d/e=!\"#$%&'()*+-./:;<>?@[]^_`{|}~", "a-b_c*d/e=!\"#$%&'()*+-./:;<>?@[]^_`{|}~"),
            ("a=  b", "a=  b"), ("A=1", ""), ("1a=1", ""), ("a", ""), ("a=", ""), ("a=1=2", ""), ("a =1", ""),
            ("a=1,a=2", ""), ("a=é", ""), ("a@=1", ""), ("a@1b=1", ""), ("a@b@c=1", ""), ("=1", ""), ("a=1\nb=2", ""),
        ]
    )
    func state(field: String, kept: String) {
        #expect(TraceState.checked(field) == kept)
    }

    @Test func aLongStateLosesLongEntriesFirstThenTheLast() {
        let long = "long=" + String(repeating: "x", count: 200)
        let short = (0..<20).map { "k\($0)=" + String(repeating: "y", count: 20) }
        let kept = TraceState.checked(([long] + short).joined(separator: ","))
        #expect(kept.utf8.count <= TraceState.limit)
        #expect(kept.split(separator: ",").map(String.init) == Array(short.prefix(kept.split(separator: ",").count)))
        #expect(kept.utf8.count + short[0].utf8.count + 2 > TraceState.limit)
        let exact = ["a=" + String(repeating: "x", count: 254), "b=" + String(repeating: "x", count: 253)]
        #expect(TraceState.checked(exact.joined(separator: ",")) == exact.joined(separator: ","))
        #expect(TraceState.checked((0..<33).map { "k\($0)=1" }.joined(separator: ",")).isEmpty)
        #expect(TraceState.checked("a=" + String(repeating: "x", count: 257)).isEmpty)
    }
}
