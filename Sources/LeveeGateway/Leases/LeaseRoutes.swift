// What an outside worker does with a job it holds: POST /leases/{id}/heartbeat, progress, succeed, fail and release, GET payload.

import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeTracing
import Logging

/// Holds leases of workers that speak HTTP, and takes their outcomes. What comes with an old fence changes nothing, and is told so.
struct LeaseRoutes: Sendable {
    static let progressBody = JSONBody([
        "type": "object",
        "additionalProperties": false,
        "properties": [
            "percent": ["type": "integer", "minimum": 0, "maximum": 100, "description": "How far it is."],
            "stage": ["type": "string", "description": "A short name of what is being done."],
            "message": ["type": "string", "description": "A sentence for people."],
            "log": ["type": "string", "description": "Lines for the log of the front end."],
        ],
    ])

    static let failureBody = JSONBody([
        "type": "object",
        "additionalProperties": false,
        "properties": [
            "retryable": ["type": "boolean", "default": true, "description": "Whether another attempt may succeed."],
            "later": [
                "type": "boolean", "default": false,
                "description": "Whether it is to be tried again later, without using up an attempt.",
            ],
            "retryAfter": [
                "type": "integer", "minimum": 0, "maximum": 604_800,
                "description": "Seconds until the next attempt, instead of what the type says.",
            ],
            "error": [
                "type": ["string", "object"],
                "additionalProperties": false,
                "properties": [
                    "code": ["type": "string", "description": "What went wrong, as a token for programs."],
                    "message": ["type": "string", "description": "What went wrong, in words."],
                    "status": ["type": "integer", "minimum": 400, "maximum": 599, "description": "An HTTP status."],
                ],
                "description": "What went wrong.",
            ],
        ],
    ])

    static let statuses = [200, 201, 204]

    let configuration: LeaseConfiguration
    let leasing: any JobLeasing
    let inspection: any JobInspection
    let workers: OutsideWorkers
    let blobs: BlobKeeper?
    let budget: PayloadBudget
    let maxRequestBytes: Int
    let now: @Sendable () -> Timestamp

    var endpoints: [Endpoint] {
        LeaseAction.allCases.map { action in
            let handler: Endpoint.Handler =
                switch action {
                case .heartbeat: heartbeat
                case .progress: progress
                case .succeed: succeed
                case .fail: fail
                case .release: release
                }
            return Endpoint(
                method: .post,
                path: "/leases/{id}/\(action)",
                scopes: [.work],
                operation: .lease(action),
                handler: handler
            )
        } + [
            Endpoint(
                method: .get,
                path: "/leases/{id}/payload",
                scopes: [.work],
                operation: .leasedPayload,
                handler: payload
            )
        ]
    }

    // MARK: While it runs

    /// The payload of a job where it is too large to stand in the lease.
    @Sendable
    private func payload(_ request: Request, context: GatewayContext) async throws -> Response {
        let (_, record) = try await held(request, context)
        guard let blobs, let payload = try await blobs.payload(of: record.id) else { throw Problem.payloadInLease }
        let reader = try await ContentReader(Content(mediaType: "", blob: payload), blobs: blobs.store)
        let body = ResponseBody(reader, length: payload.length)
        return Response(
            status: .ok,
            headers: [.contentType: "application/octet-stream", .cacheControl: "no-store"],
            body: body
        )
    }

    @Sendable
    private func heartbeat(_ request: Request, context: GatewayContext) async throws -> Response {
        let (address, record) = try await held(request, context)
        return try await beat(address, record, nil, context)
    }

    /// A heartbeat with news.
    @Sendable
    private func progress(_ request: Request, context: GatewayContext) async throws -> Response {
        let json = try await Self.progressBody.read(request, budget: budget)
        let (address, record) = try await held(request, context)
        let progress = Progress(
            percent: json.member("percent")?.integer ?? record.progress.percent,
            stage: json.member("stage")?.text ?? record.progress.stage,
            message: json.member("message")?.text ?? record.progress.message
        )
        let answer = try await beat(address, record, progress == record.progress ? nil : progress, context)
        for line in json.member("log")?.text.split(whereSeparator: \.isNewline) ?? [] {
            let words: Logger.Metadata = ["from": "program", "worker": "\(address.worker)"]
            context.logger.info("\(line)", metadata: record.logged.merging(words) { $1 })
        }
        return answer
    }

    private func beat(
        _ address: LeaseAddress,
        _ record: JobRecord,
        _ progress: Progress?,
        _ context: GatewayContext
    ) async throws -> Response {
        try await heedTimeout(address, record, context)
        let worker = workers.worker(named: address.worker, of: record)
        let verdicts = try await leasing.beat(
            worker.heartbeat([(address.lease, progress)], lease: address.duration)
        )
        let verdict = verdicts[address.lease]
        guard verdict != .lost else { throw Problem.leaseLost }
        return PassingAnswer.json { json in
            json.member("id", record.id.text)
            json.member("fence", address.lease.fence)
            json.member("cancel", verdict == .cancel)
            json.name("leaseSeconds")
            json.seconds(address.duration)
        }
    }

    /// Ends an attempt that takes longer than its type allows.
    private func heedTimeout(
        _ address: LeaseAddress,
        _ record: JobRecord,
        _ context: GatewayContext
    ) async throws {
        guard let since = address.since, let timeout = configuration.jobTypes[record.type]?.timeout,
            now() - since > timeout
        else { return }
        let failure = JobFailure.tooLong(timeout, type: record.type)
        try await settle(address, record, .failed(failure, retryAfter: delay(of: failure, address, record)), context)
        throw Problem.attemptTooLong(timeout)
    }

    // MARK: How it ends

    /// The body is the result.
    @Sendable
    private func succeed(_ request: Request, context: GatewayContext) async throws -> Response {
        let (address, record) = try await named(request, context)
        // Found out before the body is read, which may be long; and a result that is there is not written again.
        guard record.fence == address.lease.fence, record.state == .running || record.state == .succeeded else {
            throw Problem.leaseLost
        }
        guard record.state == .running else { return Self.answer(address, "repeated") }
        let status = try AdminQuery(request: request).number("status", 200...204) ?? 200
        guard Self.statuses.contains(status) else { throw Problem.badQuery("status", "is none of 200, 201 and 204") }
        let mediaType = try request.bodyMediaType()
        let limit = min(configuration.jobTypes[record.type]?.maxResultBytes ?? maxRequestBytes, maxRequestBytes)
        let collector = ContentCollector(name: .result(of: record.id, fence: address.lease.fence), blobs: blobs?.store)
        let content: Content
        do {
            content = try await PayloadReader(limit: limit, budget: budget).read(
                request,
                as: mediaType,
                into: collector
            )
        } catch let problem as Problem where problem.status == .contentTooLarge {
            let failure = JobFailure(
                code: JobFailure.resultTooLargeCode,
                detail: "the result has more bytes than the \(limit) that its type allows",
                disposition: .final
            )
            try await settle(address, record, .failed(failure, retryAfter: .zero), context)
            throw Problem.resultTooLarge(limit: limit)
        }
        do {
            return try await end(address, record, .succeeded(JobResult(status: status, content: content)), context)
        } catch let problem as Problem {
            // The lease was lost: nothing refers to what was written under its fence.
            await blobs?.discard(content)
            throw problem
        }
    }

    @Sendable
    private func fail(_ request: Request, context: GatewayContext) async throws -> Response {
        let json = try await Self.failureBody.read(request, budget: budget)
        let (address, record) = try await named(request, context)
        let after = json.member("retryAfter")?.integer.map { Duration.seconds($0) }
        let error = json.member("error")
        let words = error?.kind == .string ? error?.text : error?.member("message")?.text
        let failure = JobFailure(
            code: error?.member("code")?.text ?? JobFailure.handlerErrorCode,
            detail: words ?? "the worker said no more",
            status: error?.member("status")?.integer,
            disposition: json.member("later")?.isTrue == true
                ? .throttle(after: after) : json.member("retryable")?.isTrue == false ? .final : .retry(after: after)
        ).normalized()
        return try await end(
            address,
            record,
            .failed(failure, retryAfter: delay(of: failure, address, record)),
            context
        )
    }

    /// The job goes back to the front of its line.
    @Sendable
    private func release(_ request: Request, context: GatewayContext) async throws -> Response {
        let (address, record) = try await held(request, context)
        try await leasing.release([address.lease], by: nil)
        await forget(address)
        note("handed-back", address, record, context)
        return Self.answer(address, "released")
    }

    private func end(
        _ address: LeaseAddress,
        _ record: JobRecord,
        _ outcome: Settlement.Outcome,
        _ context: GatewayContext
    ) async throws -> Response {
        let verdict = try await settle(address, record, outcome, context)
        guard verdict != .stale else { throw Problem.leaseLost }
        return Self.answer(address, verdict.rawValue)
    }

    @discardableResult
    private func settle(
        _ address: LeaseAddress,
        _ record: JobRecord,
        _ outcome: Settlement.Outcome,
        _ context: GatewayContext
    ) async throws(StoreError) -> SettleReply.Verdict {
        let busy = address.since.map { max(.zero, now() - $0) } ?? .zero
        let settlement = Settlement(lease: address.lease, outcome: outcome, busy: busy)
        let reply = try await leasing.settle([settlement], claiming: nil)
        await forget(address)
        let verdict = reply.verdicts.first ?? .stale
        switch verdict {
        case .settled: note(outcome.name, address, record, context, busy: busy, code: outcome.code)
        case .stale: note("lost", address, record, context)
        case .repeated: break
        }
        return verdict
    }

    /// Tells of the end of an attempt, as the log of a worker does.
    private func note(
        _ outcome: String,
        _ address: LeaseAddress,
        _ record: JobRecord,
        _ context: GatewayContext,
        busy: Duration? = nil,
        code: String? = nil
    ) {
        guard context.logger.logLevel <= .info else { return }
        var metadata = record.logged
        metadata["attempt"] = .stringConvertible(record.attempt)
        metadata["fence"] = .stringConvertible(address.lease.fence)
        metadata["worker"] = "\(address.worker)"
        metadata["outcome"] = "\(outcome)"
        if let busy { metadata["duration"] = .duration(busy) }
        if let code { metadata["code"] = "\(code)" }
        context.logger.info("attempt ended", metadata: metadata)
    }

    /// The name of the lease is used up; what nobody signs off is forgotten by itself.
    private func forget(_ address: LeaseAddress) async {
        workers.forget(address.worker)
        try? await leasing.leave(worker: address.worker)
    }

    private func delay(of failure: JobFailure, _ address: LeaseAddress, _ record: JobRecord) -> Duration {
        var generator = SystemRandomNumberGenerator()
        let retry = configuration.jobTypes[record.type]?.retry ?? RetryPolicy()
        return retry.delay(
            after: failure,
            attempt: record.attempt,
            fence: address.lease.fence,
            using: &generator
        )
    }

    // MARK: Which one

    /// The lease that a request names, and its job.
    private func named(_ request: Request, _ context: GatewayContext) async throws -> (LeaseAddress, JobRecord) {
        let id = try inspection.id(in: context)
        let address = try LeaseAddress(id, request, standard: configuration.lease)
        guard let record = try await inspection.job(id) else { throw Problem.gone }
        return (address, record)
    }

    /// The same, if it still holds.
    private func held(_ request: Request, _ context: GatewayContext) async throws -> (LeaseAddress, JobRecord) {
        let (address, record) = try await named(request, context)
        guard record.state == .running, record.fence == address.lease.fence else { throw Problem.leaseLost }
        return (address, record)
    }

    private static func answer(_ address: LeaseAddress, _ outcome: String) -> Response {
        PassingAnswer.json { json in
            json.member("id", address.lease.id.text)
            json.member("fence", address.lease.fence)
            json.member("outcome", outcome)
        }
    }
}
