// The outermost rim of every request: its span, and its line in the log.

import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeTracing
import Logging
import Tracing

/// Has each request run in a span: a child of the client's if it sent `traceparent`, else the first of a new trace.
struct TracingMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let (method, start) = (request.method.rawValue, ContinuousClock.now)
        // As `withSpan`, whose frames take more memory in each request that waits.
        let span = startSpan(method, context: .continuing(request.headers.trace), ofKind: .server)
        defer { span.end() }
        do {
            return try await InstrumentationContext.$current.withValue(span.context) {
                let response = try await next(request, context)
                tell(of: response, to: method, in: span, context, took: .now - start)
                return response
            }
        } catch {
            span.recordError(error)
            span.setStatus(SpanStatus(code: .error))
            throw error
        }
    }

    /// Tells of an answer. Not inlined: it would take up memory in each request that waits.
    @inline(never)
    private func tell(
        of response: Response,
        to method: String,
        in span: any Span,
        _ context: GatewayContext,
        took duration: Duration
    ) {
        let (route, status) = (context.endpointPath ?? "", Int(response.status.code))
        if span.isRecording {
            span.operationName = "\(method) \(route)"
            span.attributes["http.request.method"] = method
            span.attributes["http.route"] = route
            span.attributes["http.response.status_code"] = status
            if status >= 500 { span.setStatus(SpanStatus(code: .error)) }
        }
        context.logger.debug(
            "request answered",
            metadata: [
                "method": "\(method)", "route": "\(route)", "status": .stringConvertible(status),
                "duration": .duration(duration),
            ]
        )
    }
}

extension HTTPFields {
    /// The trace that a client is in; `nil` if it names none, or several (W3C Trace Context, section 3.2).
    var trace: TraceContext? {
        let parents = self[values: .traceparent]
        guard parents.count == 1 else { return nil }
        return TraceContext(traceparent: parents[0], tracestate: self[values: .tracestate].joined(separator: ","))
    }
}
