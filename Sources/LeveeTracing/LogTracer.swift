// A tracer that keeps nothing: it carries traces on, and tells of each span that has ended in the log.

import LeveeCore
public import Logging
public import Tracing

/// A tracer for processes that send their spans nowhere: W3C Trace Context in and out, and at the level trace a log line for
/// each span, with its name, duration and parent. Attributes are dropped: some hold what no log may.
public struct LogTracer: Tracer {
    private let logger: Logger

    /// Creates a tracer.
    ///
    /// - Parameter logger: Where ended spans are told.
    public init(logger: Logger) {
        self.logger = logger
    }

    /// Begins a span: a child of the one in the context, or the first of a new trace.
    public func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> InstrumentationContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> LogSpan {
        let context = context()
        let isRecording = logger.logLevel <= .trace
        return LogSpan(
            operationName,
            of: kind,
            in: context,
            since: isRecording ? instant().nanosecondsSinceEpoch : nil,
            logger: logger
        )
    }

    /// Reads `traceparent` and `tracestate`; a trace that cannot be read is none.
    public func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout InstrumentationContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let parent = extractor.extract(key: "traceparent", from: carrier) else { return }
        let state = extractor.extract(key: "tracestate", from: carrier) ?? ""
        context.logTrace = TraceContext(traceparent: parent, tracestate: state)
    }

    /// Writes `traceparent`, and `tracestate` if there is any.
    public func inject<Carrier, Inject: Injector>(
        _ context: InstrumentationContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.logTrace else { return }
        injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
        if !trace.state.isEmpty { injector.inject(trace.state, forKey: "tracestate", into: &carrier) }
    }

    /// Nothing is kept that could be flushed.
    public func forceFlush() {}
}

extension Logger.MetadataProvider {
    /// Names the trace of the task on each log line, if ``LogTracer`` traces.
    public static let trace = Logger.MetadataProvider {
        guard let trace = InstrumentationContext.current?.logTrace else { return [:] }
        return ["trace": .string(trace.traceID)]
    }
}

private enum LogTraceKey: InstrumentationContextKey {
    typealias Value = TraceContext
}

extension InstrumentationContext {
    /// Where ``LogTracer`` is.
    var logTrace: TraceContext? {
        get { self[LogTraceKey.self] }
        set { self[LogTraceKey.self] = newValue }
    }
}
