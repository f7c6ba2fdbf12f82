// POST /jobs/{type}: checks a job, stores it, and says where to ask for it.

import HTTPTypes
import Hummingbird
import LeveeCore
import Logging

/// Takes jobs in. Whatever is wrong with one is found before anything is queued.
struct SubmitRoute: Sendable {
    let configuration: GatewayConfiguration
    let submission: any JobSubmission
    let inspection: any JobInspection
    let representation: JobRepresentation
    let memory: MemoryWatch

    var endpoints: [Endpoint] {
        [Endpoint(method: .post, path: "/jobs/:name", handler: submit)]
    }

    @Sendable
    private func submit(_ request: Request, context: GatewayContext) async throws -> Response {
        guard let type = configuration.jobTypes[try context.parameters.require("name")] else {
            throw Problem.unknownType(known: configuration.jobTypes.keys)
        }
        guard !memory.isFull else { throw Problem.storeNearlyFull }
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let mediaType = try mediaType(of: request, for: type)
        let terms = try SubmitTerms(request.headers, for: type, at: representation.now())
        let bytes = try await PayloadReader(limit: configuration.maxPayloadBytes(of: type)).read(request)
        if Content.isJSON(mediaType) {
            do throws(JSONSyntaxError) {
                try JSONSyntax.validate(bytes)
            } catch {
                throw Problem.invalidJSON(error)
            }
        }
        let job = newJob(Content(mediaType: mediaType, bytes: bytes), of: type, on: terms)
        let record = try await store(job, links: links, context)
        let monitor = links.url(.monitor, of: record.id)
        return await representation.accepted(record, links: links, headers: [.contentLocation: monitor])
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

    private func newJob(_ payload: Content, of type: JobType, on terms: SubmitTerms) -> NewJob {
        NewJob(
            id: submission.newID(),
            type: type.name,
            queue: type.queue,
            priority: terms.priority,
            payload: payload,
            maxAttempts: type.retry.maxAttempts,
            delay: terms.delay,
            ageLimit: terms.ageLimit,
            retention: type.retention,
            deadline: terms.deadline
        )
    }

    private func store(_ job: NewJob, links: Links, _ context: GatewayContext) async throws -> JobRecord {
        let rules = await rules(for: job)
        let reply: SubmitReply
        do throws(StoreError) {
            reply = try await submission.submit(job, rules: rules)
        } catch {
            guard case .unknownOutcome(let reason) = error else { throw error }
            context.logger.error("A submit without an answer", metadata: ["job": "\(job.id)", "error": "\(reason)"])
            throw Problem.unknownOutcome(job.id, monitor: links.url(.monitor, of: job.id))
        }
        switch reply {
        case .accepted(let record):
            return record
        case .duplicate:
            // The store has sent the job twice, since the first answer was lost: the first one has arrived.
            return try await JobLookup(inspection: inspection).record(job.id)
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
