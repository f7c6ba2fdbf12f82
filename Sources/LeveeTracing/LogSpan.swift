// One span of the tracer that writes into the log.

import LeveeCore
import Logging
import Synchronization
public import Tracing

/// A span that is told of in the log when it ends.
public final class LogSpan: Span {
    private struct State {
        var name: String
        var status: SpanStatus?
        var hasEnded = false
    }

    /// The trace with this span in it.
    public let context: InstrumentationContext
    private let kind: SpanKind
    private let parent: String?
    /// When it began, in nanoseconds since 1970; `nil` if nobody wants to know.
    private let start: UInt64?
    private let logger: Logger
    private let state: Mutex<State>

    init(_ name: String, of kind: SpanKind, in context: InstrumentationContext, since start: UInt64?, logger: Logger) {
        var own = context
        let trace = context.logTrace
        own.logTrace = trace?.child ?? TraceContext()
        self.context = own
        self.kind = kind
        parent = start == nil ? nil : trace?.spanID
        self.start = start
        self.logger = logger
        state = Mutex(State(name: name))
    }

    /// The name under which it is told.
    public var operationName: String {
        get { state.withLock { $0.name } }
        set { if isRecording { state.withLock { $0.name = newValue } } }
    }

    /// Always empty: attributes are dropped.
    public var attributes: SpanAttributes {
        get { [:] }
        set {}
    }

    /// Whether it is going to be told.
    public var isRecording: Bool { start != nil && !state.withLock { $0.hasEnded } }

    /// Takes down how it went.
    public func setStatus(_ status: SpanStatus) {
        if isRecording { state.withLock { $0.status = status } }
    }

    /// Takes down that it went wrong.
    public func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        setStatus(SpanStatus(code: .error))
    }

    /// Events are dropped.
    public func addEvent(_ event: SpanEvent) {}

    /// Links are dropped.
    public func addLink(_ link: SpanLink) {}

    /// Tells of the span, once.
    public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard let start, let trace = context.logTrace else { return }
        let ended = state.withLock { state -> State? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            return state
        }
        guard let ended else { return }
        let end = instant().nanosecondsSinceEpoch
        var metadata: Logger.Metadata = [
            "trace": "\(trace.traceID)", "span": "\(trace.spanID)", "name": "\(ended.name)", "kind": "\(kind)",
            "duration": .duration(.nanoseconds(Int64(end > start ? end - start : 0))),
        ]
        if let parent { metadata["parent"] = "\(parent)" }
        if ended.status?.code == .error { metadata["outcome"] = "failed" }
        logger.trace("span ended", metadata: metadata)
    }
}
