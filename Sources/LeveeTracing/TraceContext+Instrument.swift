// Between the trace that a job keeps and the instrument of the process, whichever that is.

public import LeveeCore
public import Tracing

/// The header fields of a trace, for instruments that write and read them; ``LogTracer`` keeps the trace itself.
private struct TraceFields: Sendable {
    var values: [String: String] = [:]

    var trace: TraceContext? {
        values["traceparent"].flatMap { TraceContext(traceparent: $0, tracestate: values["tracestate"] ?? "") }
    }
}

private struct TraceFieldsAccess: Injector, Extractor {
    func inject(_ value: String, forKey key: String, into fields: inout TraceFields) {
        fields.values[key.lowercased()] = value
    }

    func extract(key: String, from fields: TraceFields) -> String? { fields.values[key.lowercased()] }
}

extension TraceContext {
    /// The trace and the span that the task is in, as the instrument of the process has it travel; `nil` without one, or if it
    /// has another form for it than W3C Trace Context.
    public static var current: TraceContext? {
        guard let context = InstrumentationContext.current else { return nil }
        let instrument = InstrumentationSystem.instrument
        if instrument is LogTracer { return context.logTrace }
        var fields = TraceFields()
        instrument.inject(context, into: &fields, using: TraceFieldsAccess())
        return fields.trace
    }
}

extension InstrumentationContext {
    /// What a span begins in that belongs to a trace.
    ///
    /// - Parameter trace: The trace, and the span above; `nil` begins a new one.
    /// - Returns: The context for `withSpan`.
    public static func continuing(_ trace: TraceContext?) -> InstrumentationContext {
        var context = InstrumentationContext.topLevel
        guard let trace else { return context }
        let instrument = InstrumentationSystem.instrument
        if instrument is LogTracer {
            context.logTrace = trace
            return context
        }
        var fields = TraceFields(values: ["traceparent": trace.traceparent])
        if !trace.state.isEmpty { fields.values["tracestate"] = trace.state }
        instrument.extract(fields, into: &context, using: TraceFieldsAccess())
        return context
    }
}
