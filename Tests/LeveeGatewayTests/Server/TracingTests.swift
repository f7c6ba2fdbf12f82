// Which trace a request belongs to, what its job keeps of it, and who is told.

import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryTracing
import LeveeCore
import LeveeTracing
import Logging
import NIOCore
import NIOEmbedded
import Testing
import Tracing

@testable import LeveeGateway

@Suite struct TracingTests {
    private static let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    private static let tracer = LogTracer(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })

    @Test func aJobIsAChildOfItsRequest() async throws {
        let harness = Harness()
        try await withTracer(Self.tracer) {
            try await harness.run { client in
                let headers: HTTPFields = [.traceparent: Self.parent, .tracestate: "a=1"]
                let answer = try await client.send(.post, "/jobs/echo", headers, body: "x")
                #expect(try answer.text("traceId") == "4bf92f3577b34da6a3ce929d0e0e4736")
                let trace = try #require(try await harness.claim()?.trace)
                #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
                #expect(trace.spanID != "00f067aa0ba902b7")
                #expect((trace.isSampled, trace.state) == (true, "a=1"))
            }
        }
    }

    @Test(
        "what is no trace begins a new one",
        arguments: [nil, "00-1-2-01", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]
    )
    func newTrace(parent: String?) async throws {
        let harness = Harness()
        try await withTracer(Self.tracer) {
            try await harness.run { client in
                var headers: HTTPFields = [.tracestate: "a=1"]
                headers[.traceparent] = parent
                let answer = try await client.send(.post, "/jobs/echo", headers, body: "x")
                let trace = try #require(try await harness.claim()?.trace)
                #expect(try answer.text("traceId") == trace.traceID)
                #expect(trace.traceID != "4bf92f3577b34da6a3ce929d0e0e4736")
                #expect(trace.state.isEmpty)
            }
        }
    }

    @Test func twoParentsAreNone() {
        var headers: HTTPFields = [.traceparent: Self.parent]
        #expect(headers.trace != nil)
        headers.append(HTTPField(name: .traceparent, value: Self.parent))
        #expect(headers.trace == nil)
    }

    @Test func severalStatesAreOne() {
        var headers: HTTPFields = [.traceparent: Self.parent, .tracestate: "a=1"]
        headers.append(HTTPField(name: .tracestate, value: "b=2"))
        #expect(headers.trace?.state == "a=1,b=2")
    }

    @Test func withoutATracerAJobKeepsWhatTheClientSent() async throws {
        let harness = Harness()
        try await harness.run { client in
            _ = try await client.send(.post, "/jobs/echo", [.traceparent: Self.parent], body: "x")
            #expect(try await harness.claim()?.trace?.traceparent == Self.parent)
            let answer = try await client.send(.post, "/jobs/echo", [:], body: "x")
            #expect(try answer.member("traceId") == nil)
        }
    }

    @Test func aFailureOfOursNamesItsTrace() async throws {
        let harness = Harness()
        try await withTracer(Self.tracer) {
            try await harness.run { client in
                let missing = try await client.send(.get, "/nowhere", [.traceparent: Self.parent])
                #expect(try missing.member("traceId") == nil)
                harness.store.fail(.submit, with: .unavailable("away"))
                let failed = try await client.send(.post, "/jobs/echo", [.traceparent: Self.parent], body: "x")
                #expect(failed.status == .serviceUnavailable)
                #expect(try failed.text("traceId") == "4bf92f3577b34da6a3ce929d0e0e4736")
            }
        }
    }

    @Test func aRequestThatIsGivenUpEndsItsSpanAsAnError() async throws {
        let tracer = InMemoryTracer()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let context = GatewayContext(source: .init(channel: EmbeddedChannel(), logger: logger))
        let head = HTTPRequest(method: .get, scheme: nil, authority: "levee", path: "/jobs/1")
        await withTracer(tracer) {
            let request = Request(head: head, body: RequestBody(buffer: ByteBuffer()))
            await #expect(throws: CancellationError.self) {
                _ = try await TracingMiddleware().handle(request, context: context) { _, _ in
                    throw CancellationError()
                }
            }
        }
        #expect(tracer.finishedSpans.count == 1)
        let span = try #require(tracer.finishedSpans.first)
        #expect(span.status?.code == .error)
        #expect(span.errors.count == 1)
    }
}
