// Between the trace that a job keeps and the instrument of the process, whichever that is.

public import LeveeCore
public import Tracing

/// The header fields of a trace, for instruments that write and read them.
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
        var fields = TraceFields()
        InstrumentationSystem.instrument.inject(context, into: &fields, using: TraceFieldsAccess())
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
        var fields = TraceFields(values: ["traceparent": trace.traceparent])
        if !trace.state.isEmpty { fields.values["tracestate"] = trace.state }
        InstrumentationSystem.instrument.extract(fields, into: &context, using: TraceFieldsAccess())
        return context
    }
}
