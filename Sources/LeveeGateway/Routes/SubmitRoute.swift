// POST /jobs/{type}: checks a job, stores it, and says where to ask for it.

import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeTracing
import Logging

/// Takes jobs in. Whatever is wrong with one is found before anything is queued.
struct SubmitRoute: Sendable {
    let configuration: GatewayConfiguration
    let submission: any JobSubmission
    let lookup: JobLookup
    let representation: JobRepresentation
    let outcome: OutcomeRepresentation
    let budget: PayloadBudget
    let blobs: BlobKeeper?
    let memory: MemoryWatch

    var endpoints: [Endpoint] {
        let types = configuration.jobTypes.values.sorted { $0.name < $1.name }
        return types.map { type in
            let operation = Operation.submit(type, in: configuration)
            return Endpoint(method: .post, path: "/jobs/\(type.name)", operation: operation) { request, context in
                try await submit(request, of: type, context)
            }
        } + [
            Endpoint(method: .post, path: "/jobs/{id}", operation: .submitUnknown) { _, _ in
                throw Problem.unknownType(known: configuration.jobTypes.keys)
            }
        ]
    }

    private func submit(_ request: Request, of type: JobType, _ context: GatewayContext) async throws -> Response {
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let (record, isReplay) = try await take(of: type, from: request, links: links, context)
        return try await answer(record, isReplay: isReplay, to: request, links: links, context)
    }

    /// Checks a job and stores it, unless it was stored before under the same key.
    ///
    /// - Parameters:
    ///   - type: Its type.
    ///   - request: What the client has sent.
    ///   - line: What its handler is to ask for in turn; `nil` if that is nobody's business.
    ///   - isCall: Whether the client waits for what it comes to. Such a job runs once, and the destinations of its type, which
    ///     stand in for an answer, are told nothing.
    ///   - links: The URLs of the client.
    ///   - context: Whose client it is.
    ///   - payload: Makes the payload of the body; `nil` takes the body as it came.
    /// - Returns: The job, and whether an earlier request has made it.
    /// - Throws: ``Problem`` if nothing was stored.
    func take(
        of type: JobType,
        from request: Request,
        line: RequestHead.Line? = nil,
        isCall: Bool = false,
        links: Links,
        _ context: GatewayContext,
        payload: ((Content, JobID) throws -> Content)? = nil
    ) async throws -> (record: JobRecord, isReplay: Bool) {
        do {
            let job = try await job(of: type, from: request, line: line, isCall: isCall, context, payload: payload)
            let (record, isReplay) = try await store(job, links: links, context)
            context.logger.info(isReplay ? "job submitted again" : "job accepted", metadata: record.logged)
            return (record, isReplay)
        } catch let problem as Problem {
            context.logger.info("job rejected", metadata: ["type": "\(type.name)", "code": "\(problem.token)"])
            throw problem
        }
    }

    /// Makes a job of a request, as ``take(of:from:line:isCall:links:_:payload:)`` says; its payload is where it stays.
    private func job(
        of type: JobType,
        from request: Request,
        line: RequestHead.Line?,
        isCall: Bool,
        _ context: GatewayContext,
        payload: ((Content, JobID) throws -> Content)?
    ) async throws -> NewJob {
        guard !memory.isFull else { throw Problem.storeNearlyFull }
        let mediaType = try request.bodyMediaType()
        if payload == nil { try check(mediaType, for: type) }
        var terms = try SubmitTerms(
            request.headers,
            for: type,
            at: representation.now(),
            webhooks: configuration.webhooks
        )
        if isCall { terms.followUps.removeAll { !$0.isCallback } }
        let key = try IdempotencyField.key(in: request.headers)
        let id = submission.newID()
        let body = try await body(of: request, as: mediaType, for: type, id, isWhole: payload != nil)
        var content = body
        if let payload {
            content = try await work(on: body.bytes.count) { try payload(body, id) }
            try check(content.mediaType, for: type)
        }
        try await PayloadCheck.check(content, for: type)
        content = try await content.stored(as: .payload(of: id), in: blobs?.store)
        var job = newJob(id, content, of: type, on: terms)
        if isCall { job.maxAttempts = 1 }
        job.tenant = context.tenant
        job.idempotencyKey = key
        job.sent = line.map { NewJob.Sent(line: $0, body: body) }
        job.request = type.requestFields.map { names in
            RequestHead(line: line, fields: request.headers.passing(names, besidesKey: !configuration.keys.isEmpty))
        }
        job.trace = TraceContext.current ?? request.headers.trace
        return job
    }

    /// The status of the new job; its outcome, if the client waits for it and it comes in time. The job is stored: a store
    /// that fails from here on is no reason to say that it is not.
    private func answer(
        _ record: JobRecord,
        isReplay: Bool,
        to request: Request,
        links: Links,
        _ context: GatewayContext
    ) async throws -> Response {
        let preferences = Preferences(request.headers)
        var record = record
        if let wait = preferences.wait, wait > 0 {
            do {
                record = try await lookup.end(of: record.id, within: wait, context)
            } catch is StoreError {}
        }
        let monitor = links.url(.monitor, of: record.id)
        if record.state.isTerminal, preferences.wait != nil {
            var headers = preferences.headers()
            headers[.operationLocation] = monitor
            headers[.contentLocation] = links.url(.result, of: record.id)
            if isReplay { headers[.idempotencyReplayed] = "true" }
            do {
                return try await outcome.response(of: record, to: request, headers: headers)
            } catch  where error is StoreError || error is BlobError {}
        }
        var headers = preferences.headers(isAsync: true, hasNoBody: true)
        if isReplay { headers[.idempotencyReplayed] = "true" }
        headers[.contentLocation] = monitor
        let status: HTTPResponse.Status = configuration.answersCreated ? .created : .accepted
        var response = await representation.pending(record, as: status, links: links, headers: headers)
        if preferences.isMinimal {
            response.headers[.contentType] = nil
            response.headers[.contentLocation] = nil
            response.body = ResponseBody()
        }
        return response
    }

    /// Reads the body: what somebody will look into, such as JSON, into memory, and anything else to where it stays.
    private func body(
        of request: Request,
        as mediaType: String,
        for type: JobType,
        _ id: JobID,
        isWhole: Bool
    ) async throws -> Content {
        let isWhole = isWhole || Content.isJSON(mediaType)
        let most = configuration.maxPayloadBytes(of: type)
        let reader = PayloadReader(limit: isWhole ? min(most, configuration.limits.maxJSONBytes) : most, budget: budget)
        let collector = ContentCollector(name: .payload(of: id), blobs: isWhole ? nil : blobs?.store)
        return try await reader.read(request, as: mediaType, into: collector)
    }

    private func check(_ mediaType: String, for type: JobType) throws(Problem) {
        let essence = Content.essence(of: mediaType)
        guard type.takes(essence) else { throw .unsupportedMediaType(essence, type: type) }
    }

    private func newJob(_ id: JobID, _ payload: Content, of type: JobType, on terms: SubmitTerms) -> NewJob {
        NewJob(
            id: id,
            type: type.name,
            queue: type.queue,
            priority: terms.priority,
            payload: payload,
            maxAttempts: type.retry.maxAttempts,
            delay: terms.delay,
            ageLimit: terms.ageLimit,
            retention: type.retention,
            deadline: terms.deadline,
            followUps: terms.followUps
        )
    }

    /// Stores a job, unless it was stored before under the same key.
    private func store(
        _ job: NewJob,
        links: Links,
        _ context: GatewayContext
    ) async throws -> (record: JobRecord, isReplay: Bool) {
        let rules = await rules(for: job)
        let reply: SubmitReply
        CrashPoint.submitSending.reach()
        do throws(StoreError) {
            reply = try await submission.submit(job, rules: rules)
            CrashPoint.submitStored.reach()
        } catch {
            guard case .unknownOutcome(let reason) = error else {
                await blobs?.discard(job.payload)
                throw error
            }
            context.logger.error("a submit without an answer", metadata: ["job": "\(job.id)", "error": "\(reason)"])
            let monitor = links.url(.monitor, of: job.id)
            throw Problem.unknownOutcome(job.id, monitor: monitor, hasKey: job.idempotencyKey != nil)
        }
        switch reply {
        case .accepted, .duplicate: break
        case .replayed, .conflict, .gone, .full: await blobs?.discard(job.payload)
        }
        switch reply {
        case .accepted(let record):
            return (record, false)
        case .replayed(let record):
            return (record, true)
        case .conflict:
            throw Problem.keyReused
        case .gone:
            throw Problem.keyedJobGone
        case .duplicate:
            // The store has sent the job twice, since the first answer was lost: the first one has arrived.
            return (try await lookup.record(job.id, of: job.tenant), false)
        case .full(let limit):
            throw await refusal(of: job, by: limit, rules: rules)
        }
    }

    /// The limits of a job's queue, that of the expected wait as the number of jobs that it comes to at the moment. A job
    /// that is not to start now has nobody before it yet.
    private func rules(for job: NewJob) async -> QueueRules {
        var rules = configuration.rules(ofQueue: job.queue)
        guard let limit = rules.maxExpectedWait, job.delay == .zero else { return rules }
        let outlook = await representation.queues.reading(of: job.queue)?.outlook
        rules.maxAhead = outlook?.room(for: job.priority, within: limit)
        return rules
    }

    private func refusal(
        of job: NewJob,
        by limit: SubmitReply.QueueLimit,
        rules: QueueRules
    ) async -> Problem {
        guard let outlook = await representation.queues.reading(of: job.queue)?.outlook else {
            return .queueFull(job.queue, limit: limit, retryAfter: RetryAfter.unknown.seconds)
        }
        let seconds = RetryAfter.refusal(of: job, by: limit, rules: rules, in: outlook)
        return .queueFull(job.queue, limit: limit, retryAfter: seconds)
    }
}

extension HTTPFields {
    /// What a job keeps of the header fields of its request: those that are wanted, but none that concern the connection, and no
    /// API key of this door; and always the idempotency key.
    fileprivate func passing(_ names: Set<String>, besidesKey hasKeys: Bool) -> [HeaderField] {
        let named = self[values: .connection].flatMap { $0.split(separator: ",") }
        let own = Set(named.map { $0.filter { $0 != " " }.lowercased() })
        return compactMap { field in
            let name = field.name.canonicalName
            guard field.name == .idempotencyKey || names.contains(name), !own.contains(name),
                !(hasKeys && field.name == .authorization)
            else {
                return nil
            }
            return HeaderField(field.name.rawName, field.value)
        }
    }
}
