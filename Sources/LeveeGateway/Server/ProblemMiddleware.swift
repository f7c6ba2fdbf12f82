// The rim of every request: checks what concerns all of them, and turns whatever goes wrong into a problem document.

import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeTracing
import Logging

/// Makes sure that every error leaves as a problem document, and every response in the form that its method and status
/// ask for. A class: a request that waits then holds one word of it.
final class ProblemMiddleware: RouterMiddleware {
    typealias Context = GatewayContext

    let limits: GatewayConfiguration.Limits
    let methods: MethodTable
    let unknownPath: Problem
    let origins: AllowedOrigins
    let metrics: HTTPMetrics
    private let failures = FailureLog("The store failed a request")

    init(
        limits: GatewayConfiguration.Limits,
        methods: MethodTable,
        unknownPath: Problem,
        origins: AllowedOrigins,
        metrics: HTTPMetrics
    ) {
        self.limits = limits
        self.methods = methods
        self.unknownPath = unknownPath
        self.origins = origins
        self.metrics = metrics
    }

    func handle(
        _ request: Request,
        context: GatewayContext,
        next: (Request, GatewayContext) async throws -> Response
    ) async throws -> Response {
        let begun = ContinuousClock.now
        var response: Response
        do {
            try check(request)
            response = try await next(request, context)
        } catch let error as CancellationError {
            throw error
        } catch {
            response = answer(error, request, context)
        }
        metrics.answered(request.head, at: context.endpointPath, response.status, took: .now - begun)
        finish(&response, of: request)
        origins.mark(&response, to: request)
        return response
    }

    /// Makes a problem of an error. Not inlined: it would take up memory in each request that waits.
    @inline(never)
    private func answer(_ error: any Error, _ request: Request, _ context: GatewayContext) -> Response {
        let problem = problem(for: error, request: request, context: context).traced
        metrics.rejected(with: problem)
        return problem.response(from: request, context: context)
    }

    private func check(_ request: Request) throws(Problem) {
        guard (request.head.path ?? "").utf8.count <= limits.maxTargetBytes else {
            throw .targetTooLong(limit: limits.maxTargetBytes)
        }
        guard request.headers[.repeatedHost] == nil else { throw .missingHost }
        if let authority = request.head.authority {
            guard Authority.isValid(authority) else { throw .missingHost }
        } else if request.uri.path != HealthRoutes.livePath, request.uri.path != HealthRoutes.readyPath {
            // Load balancers probe with HTTP/1.0, which has no Host; whoever follows links needs one.
            throw .missingHost
        }
    }

    private func problem(for error: any Error, request: Request, context: GatewayContext) -> Problem {
        switch error {
        case let problem as Problem:
            return problem
        case let error as StoreError:
            failures.note(error, ["path": "\(request.uri.path)"], in: context.logger)
            return Problem(error)
        case let error as BlobError:
            context.logger.error("A blob failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return Problem(error)
        case let error as HTTPError where error.status == .notFound:
            let allowed = methods.methods(at: request.uri.path)
            return allowed.isEmpty ? unknownPath : .methodNotAllowed(request.method, allowed: allowed)
        default:
            context.logger.error("A request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
            return .internalError
        }
    }

    /// A HEAD has the header fields of the GET and no content (RFC 9110 section 9.3.2); 204 and 304 have no length
    /// (section 8.6).
    private func finish(_ response: inout Response, of request: Request) {
        if request.method == .head { response = response.createHeadResponse() }
        if response.status == .noContent || response.status == .notModified { response.headers[.contentLength] = nil }
    }
}

extension Problem {
    /// The problem with the id under which operators find it in their logs, if it is theirs to solve.
    fileprivate var traced: Problem {
        guard status.code >= 500, let trace = TraceContext.current else { return self }
        var problem = self
        problem.members.append(Member("traceId", .string(trace.traceID)))
        return problem
    }
}
