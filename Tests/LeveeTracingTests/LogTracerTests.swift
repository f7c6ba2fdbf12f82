// The tracer that comes with Levee: what it takes over, what it hands on, what it says.

import InMemoryLogging
import LeveeCore
import LeveeTracing
import Logging
import Testing
import Tracing

@Suite struct LogTracerTests {
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"

    /// Runs `body` under a tracer, and returns what that has logged.
    private func traced(_ level: Logger.Level, _ body: () throws -> Void) rethrows -> [InMemoryLogHandler.Entry] {
        let handler = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in handler }
        logger.logLevel = level
        try withTracer(LogTracer(logger: logger), body)
        return handler.entries
    }

    @Test func aSpanIsTheChildOfTheOneThatCame() throws {
        let came = try #require(TraceContext(traceparent: Self.parent, tracestate: "a=1"))
        let entries = try traced(.trace) {
            #expect(TraceContext.current == nil)
            let span = try withSpan("outer", context: .continuing(came), ofKind: .consumer) { _ in
                let outer = try #require(TraceContext.current)
                #expect((outer.traceID, outer.isSampled, outer.state) == (came.traceID, false, "a=1"))
                #expect(outer.spanID != came.spanID)
                withSpan("inner") { span in
                    span.operationName = "renamed"
                    span.attributes["url.full"] = "http://secret"
                    #expect(TraceContext.current?.traceID == came.traceID)
                    #expect(TraceContext.current?.spanID != outer.spanID)
                }
                return outer.spanID
            }
            #expect(TraceContext.current == nil)
            #expect(span.count == 16)
        }
        #expect(entries.map { $0.metadata["name"]?.description } == ["renamed", "outer"])
        #expect(entries[1].metadata["parent"]?.description == came.spanID)
        #expect(entries[0].metadata["parent"] == entries[1].metadata["span"])
        #expect(entries.allSatisfy { $0.metadata["trace"]?.description == came.traceID })
        #expect(!entries.contains { "\($0)".contains("secret") })
    }

    @Test func withoutOneANewTraceBegins() {
        let entries = traced(.trace) {
            withSpan("one", context: .continuing(nil)) { _ in }
            withSpan("two", context: .continuing(nil)) { _ in }
        }
        #expect(Set(entries.map { $0.metadata["trace"]?.description }).count == 2)
        #expect(entries.allSatisfy { $0.metadata["parent"] == nil })
    }

    @Test func aSpanThatFailsSaysSoAndEndsOnce() {
        struct Mishap: Error {}
        let entries = traced(.trace) {
            #expect(throws: Mishap.self) {
                try withSpan("bad") { span in
                    span.end()
                    throw Mishap()
                }
            }
        }
        #expect(entries.count == 1)
    }

    @Test func spansAreToldAtTheLevelTraceOnly() {
        let entries = traced(.debug) {
            withSpan("quiet") { span in
                #expect(!span.isRecording)
                #expect(TraceContext.current != nil)
            }
        }
        #expect(entries.isEmpty)
    }

    @Test func logLinesNameTheTrace() throws {
        var handler = InMemoryLogHandler()
        handler.metadataProvider = .trace
        let logger = Logger(label: "test") { [handler] _ in handler }
        try traced(.info) {
            logger.info("outside")
            try withSpan("span") { _ in
                logger.info("inside")
                let id = try #require(TraceContext.current).traceID
                #expect(handler.entries.last?.metadata["trace"]?.description == id)
            }
        }.forEach { _ in Issue.record("nothing is told at the level info") }
        #expect(handler.entries.first?.metadata["trace"] == nil)
    }

    @Test func withoutATracerAJobsOwnTraceIsNotLost() throws {
        let came = try #require(TraceContext(traceparent: Self.parent))
        withSpan("span", context: .continuing(came)) { _ in
            #expect((TraceContext.current ?? came) == came)
        }
    }
}
