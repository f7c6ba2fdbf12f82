// Replays a job as a request to an HTTP service, and stores what that answers.

import AsyncHTTPClient
public import LeveeCore
public import LeveeWorker
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs jobs by an HTTP service that knows nothing of them.
///
/// A status of success makes the response the result: status, passing header fields and body. Any other is a failure that
/// keeps the response, and ``UpstreamRules`` say whether it is tried again, or later. Redirects are not followed. Connections
/// are kept for the next job; a canceled attempt closes its own.
public struct UpstreamHandler: PayloadHandler {
    /// How long a connection is kept that nothing is sent on: less than servers usually wait.
    private static let idleTime = TimeAmount.seconds(4)
    /// By so much the client's own end of patience is later than that of the worker, which knows why an attempt ends.
    private static let deadlineSlack = Duration.seconds(5)
    /// Methods that may be sent again without harm (RFC 9110 section 9.2.2).
    private static let repeatable: [HTTPMethod] = [.GET, .HEAD, .PUT, .DELETE, .OPTIONS, .TRACE]

    private let configuration: UpstreamConfiguration
    private let client: HTTPClient

    /// Creates a handler; ``shutdown()`` closes its connections.
    ///
    /// - Parameter configuration: Which service, and what passes.
    public init(_ configuration: UpstreamConfiguration) {
        self.configuration = configuration
        var settings = HTTPClient.Configuration()
        settings.redirectConfiguration = .disallow
        settings.decompression = .disabled
        settings.httpVersion = .http1Only
        settings.timeout = .init(connect: TimeAmount(configuration.connectTimeout))
        settings.connectionPool.idleTimeout = Self.idleTime
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = configuration.connections
        // The attempt is the span, and the client's own would have whole URLs in its attributes.
        settings.tracing.tracer = nil
        // When to try again is for the rules to say.
        settings.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    /// Closes all connections; no attempt may be under way or be made any more.
    public func shutdown() async throws { try await client.shutdown() }

    /// Makes one attempt at a job: sends its request once.
    public func handle(_ job: LeasedJob, payload: Content, context: JobContext) async throws -> JobResult {
        let request = configuration.request(for: job, payload: payload, trace: context.trace)
        let deadline = NIODeadline.now() + TimeAmount(context.deadline - .now + Self.deadlineSlack)
        do {
            let response = try await send(request, until: deadline)
            let bytes = try await body(of: response, to: request.method)
            return try result(of: response, to: request.method, bytes)
        } catch let failure as JobFailure {
            throw failure
        } catch {
            let isLate = context.deadline <= .now
            // A canceled attempt has failed of nothing, unless that was for its time.
            if !isLate { try Task.checkCancellation() }
            throw self.failure(of: isLate ? .timeout : UpstreamRules.Trouble(error), "\(error)")
        }
    }

    /// Sends a request, and once more if the service closed a kept connection at that moment and the method allows it.
    private func send(_ request: HTTPClientRequest, until deadline: NIODeadline) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, deadline: deadline)
        } catch  where Self.isClosed(error) {
            guard Self.repeatable.contains(request.method) else { throw error }
            return try await client.execute(request, deadline: deadline)
        }
    }

    /// Whether an error says that the connection was closed; which of the two comes depends on who notices first.
    private static func isClosed(_ error: any Error) -> Bool {
        error as? HTTPClientError == .remoteConnectionClosed || error as? ChannelError == .ioOnClosedChannel
    }

    private func body(of response: HTTPClientResponse, to method: HTTPMethod) async throws -> [UInt8] {
        guard method != .HEAD else { return [] }
        let announced = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        let limit = configuration.maxResponseBytes
        let tooLarge = failure(of: .tooLarge, "the response has more than the \(limit) bytes that the type allows")
        if let announced, announced > limit { throw tooLarge }
        var bytes: [UInt8] = []
        for try await part in response.body {
            guard bytes.count + part.readableBytes <= limit else { throw tooLarge }
            bytes += part.readableBytesView
        }
        if let announced, announced != bytes.count, ![204, 304].contains(response.status.code) {
            throw failure(of: .broken, "the response announced \(announced) bytes and had \(bytes.count)")
        }
        return bytes
    }

    private func result(
        of response: HTTPClientResponse,
        to method: HTTPMethod,
        _ bytes: [UInt8]
    ) throws(JobFailure) -> JobResult {
        let status = Int(response.status.code)
        let mediaType = response.headers.first(name: "Content-Type") ?? "application/octet-stream"
        let content = Content(mediaType: mediaType, bytes: bytes)
        var fields = configuration.passing(response.headers)
        if method == .HEAD, let length = response.headers.first(name: "Content-Length") {
            fields.append(HeaderField("Content-Length", length))
        }
        guard !(200...299).contains(status) else { return JobResult(status: status, content: content, fields: fields) }
        let retryAfter = response.headers.first(name: "Retry-After").flatMap(RetryAfterField.delay)
        let verdict = configuration.rules.verdict(on: status, hasRetryAfter: retryAfter != nil)
        throw JobFailure(
            code: JobFailure.upstreamStatusCode,
            detail: "the upstream answered \(status) \(response.status.reasonPhrase)",
            status: status,
            disposition: verdict.disposition(after: retryAfter),
            answer: JobFailure.Answer(status: status, content: content, fields: fields)
        )
    }

    private func failure(of trouble: UpstreamRules.Trouble, _ detail: String) -> JobFailure {
        JobFailure(
            code: trouble.code,
            detail: "\(trouble.words): \(detail)",
            disposition: configuration.rules.verdict(on: trouble).disposition(after: nil)
        )
    }
}

extension UpstreamRules.Verdict {
    fileprivate func disposition(after delay: Duration?) -> JobFailure.Disposition {
        switch self {
        case .fail: .final
        case .retry: .retry(after: delay)
        case .later: .throttle(after: delay)
        }
    }
}

extension UpstreamRules.Trouble {
    /// What an error of the client comes to.
    fileprivate init(_ error: any Error) {
        let unreachable: [HTTPClientError] = [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout]
        let timeouts: [HTTPClientError] = [.readTimeout, .writeTimeout, .deadlineExceeded]
        switch error {
        case is NIOConnectionError, ChannelError.connectTimeout: self = .unreachable
        case let error as HTTPClientError where unreachable.contains(error): self = .unreachable
        case let error as HTTPClientError where timeouts.contains(error): self = .timeout
        case let error as IOError where error.errnoCode == ECONNREFUSED || error.errnoCode == EHOSTUNREACH:
            self = .unreachable
        default: self = .broken
        }
    }

    fileprivate var code: String {
        switch self {
        case .unreachable: JobFailure.upstreamUnreachableCode
        case .timeout: JobFailure.timeoutCode
        case .broken: JobFailure.upstreamBrokenCode
        case .tooLarge: JobFailure.resultTooLargeCode
        }
    }

    fileprivate var words: String {
        switch self {
        case .unreachable: "the upstream cannot be reached"
        case .timeout: "the upstream did not answer in time"
        case .broken: "the upstream broke off its answer, or sent none that is HTTP"
        case .tooLarge: "the upstream answered too much"
        }
    }
}

/// The codes of failures of upstreams.
extension JobFailure {
    /// The upstream answered with a status that is not one of success.
    public static let upstreamStatusCode = "upstream-status"
    /// Nobody answers at the address of the upstream.
    public static let upstreamUnreachableCode = "upstream-unreachable"
    /// The answer of the upstream is not whole, or no HTTP.
    public static let upstreamBrokenCode = "upstream-broken"
}
