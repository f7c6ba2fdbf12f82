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
        let method = request.method.rawValue
        return try await withSpan(
            method,
            context: .continuing(request.headers.trace),
            ofKind: .server
        ) { span in
            let start = ContinuousClock.now
            let response = try await next(request, context)
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
                    "duration": .duration(.now - start),
                ]
            )
            return response
        }
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
