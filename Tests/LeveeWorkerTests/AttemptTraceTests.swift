// An attempt is a span of the trace that its job came in.

import LeveeCore
import LeveeTestSupport
import LeveeTesting
import LeveeTracing
import Logging
import Synchronization
import Testing
import Tracing

@testable import LeveeWorker

@Suite struct AttemptTraceTests {
    private func runJob(_ trace: TraceContext?) async throws -> [TraceContext?] {
        let store = ObservedStore()
        let seen = Seen()
        let handler = TestHandler { _, context in seen.append([context.trace, TraceContext.current]) }
        try await withWorker(store, handlers: binding(handler)) { _, _ in
            let payload = Content(mediaType: "text/plain", bytes: [1])
            let job = NewJob(id: store.store.newID(), type: "test", queue: "default", payload: payload, trace: trace)
            _ = try await store.store.submit(job, rules: QueueRules(name: "default"))
            try await eventually("the job is run") { !seen.all.isEmpty }
        }
        return seen.all
    }

    @Test func theHandlerFindsItsSpan() async throws {
        let trace = TraceContext()
        try await withTracer(LogTracer(logger: quiet)) {
            let seen = try await runJob(trace)
            #expect(seen[0]?.traceID == trace.traceID)
            #expect(seen[0]?.spanID != trace.spanID)
            #expect(seen[1] == seen[0])
        }
    }

    @Test func withoutATracerTheTraceIsHandedOn() async throws {
        let trace = TraceContext()
        #expect(try await runJob(trace) == [trace, nil])
    }

    @Test func aJobWithoutATraceBeginsOne() async throws {
        try await withTracer(LogTracer(logger: quiet)) {
            let seen = try await runJob(nil)
            #expect(seen[0] != nil)
        }
    }
}

private final class Seen: Sendable {
    private let traces = Mutex<[TraceContext?]>([])
    var all: [TraceContext?] { traces.withLock { $0 } }
    func append(_ traces: [TraceContext?]) { self.traces.withLock { $0 += traces } }
}
