// POST /jobs/{type}: checks a job, stores it, and says where to ask for it.

import HTTPTypes
import Hummingbird
import LeveeCore
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
        guard !memory.isFull else { throw Problem.storeNearlyFull }
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let mediaType = try mediaType(of: request, for: type)
        let terms = try SubmitTerms(
            request.headers,
            for: type,
            at: representation.now(),
            webhooks: configuration.webhooks
        )
        let key = try IdempotencyField.key(in: request.headers)
        let id = submission.newID()
        let payload = try await payload(of: request, as: mediaType, for: type, id)
        var job = newJob(id, payload, of: type, on: terms)
        job.tenant = context.tenant
        job.idempotencyKey = key
        let (record, isReplay) = try await store(job, links: links, context)
        return try await answer(record, isReplay: isReplay, to: request, links: links, context)
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

    /// Reads and checks the payload. Where it is JSON it is checked in memory, and then as good as any other.
    private func payload(
        of request: Request,
        as mediaType: String,
        for type: JobType,
        _ id: JobID
    ) async throws -> Content {
        let isJSON = Content.isJSON(mediaType)
        let most = configuration.maxPayloadBytes(of: type)
        let reader = PayloadReader(limit: isJSON ? min(most, configuration.limits.maxJSONBytes) : most, budget: budget)
        let collector = ContentCollector(name: .payload(of: id), blobs: isJSON ? nil : blobs?.store)
        let payload = try await reader.read(request, as: mediaType, into: collector)
        try PayloadCheck.check(payload, for: type)
        return try await payload.stored(as: .payload(of: id), in: blobs?.store)
    }

    private func mediaType(of request: Request, for type: JobType) throws(Problem) -> String {
        guard (request.headers[.contentEncoding] ?? "identity").lowercased() == "identity" else {
            throw .unsupportedEncoding
        }
        let mediaType = request.headers[.contentType] ?? "application/octet-stream"
        guard MediaTypeSyntax.isValid(mediaType) else { throw .malformedContentType }
        let essence = Content.essence(of: mediaType)
        guard type.takes(essence) else { throw .unsupportedMediaType(essence, type: type) }
        return mediaType
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
                await discard(job.payload)
                throw error
            }
            context.logger.error("A submit without an answer", metadata: ["job": "\(job.id)", "error": "\(reason)"])
            let monitor = links.url(.monitor, of: job.id)
            throw Problem.unknownOutcome(job.id, monitor: monitor, hasKey: job.idempotencyKey != nil)
        }
        switch reply {
        case .accepted, .duplicate: break
        case .replayed, .conflict, .gone, .full: await discard(job.payload)
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

    /// Removes a payload of which nothing was stored.
    private func discard(_ payload: Content) async {
        await blobs?.discard(payload.blob.map { [$0.name] } ?? [])
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
