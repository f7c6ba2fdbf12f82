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
    let budget: PayloadBudget

    var endpoints: [Endpoint] {
        [Endpoint(method: .post, path: "/jobs/:name", handler: submit)]
    }

    @Sendable
    private func submit(_ request: Request, context: GatewayContext) async throws -> Response {
        guard let type = configuration.jobTypes[try context.parameters.require("name")] else {
            throw Problem.unknownType(known: configuration.jobTypes.keys)
        }
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let mediaType = try mediaType(of: request, for: type)
        let terms = try SubmitTerms(request.headers, for: type, at: representation.now())
        let bytes = try await payload(of: request, for: type)
        let payload = Content(mediaType: mediaType, bytes: bytes)
        try PayloadCheck.check(payload, for: type)
        let job = newJob(payload, of: type, on: terms)
        let record = try await store(job, links: links, context)
        let monitor = links.url(.monitor, of: record.id)
        return await representation.accepted(record, links: links, headers: [.contentLocation: monitor])
    }

    private func payload(of request: Request, for type: JobType) async throws -> [UInt8] {
        try await PayloadReader(limit: configuration.maxPayloadBytes(of: type), budget: budget).read(request)
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
        let reply: SubmitReply
        do throws(StoreError) {
            reply = try await submission.submit(job, rules: configuration.rules(ofQueue: job.queue))
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
            let reading = await representation.queues.reading(of: job.queue)
            let seconds = reading.map { RetryAfter.toDrain($0.figures, rate: $0.drainRate) }
            throw Problem.queueFull(job.queue, limit: limit, retryAfter: seconds ?? RetryAfter.unknown.seconds)
        }
    }
}
