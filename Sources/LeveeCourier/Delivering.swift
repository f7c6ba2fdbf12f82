// One attempt at one delivery.

import LeveeCore
import LeveeTracing

/// Brings the end of a job to where it is to go.
struct Delivering: Sendable {
    let configuration: CourierConfiguration
    let deliveries: any JobDeliveries
    let submission: any JobSubmission
    let inspection: any JobInspection
    let blobs: (any BlobStore)?
    let sender: WebhookSender
    let describe: Courier.Description

    /// Makes an attempt.
    ///
    /// - Returns: What the store is to be told.
    /// - Throws: ``StoreError`` if the store cannot be asked for what it takes; the delivery comes back.
    func attempt(_ delivery: LeasedDelivery) async throws(StoreError) -> DeliveryOutcome {
        guard let job = delivery.job else { return .dead(reason: "nothing is left of the job") }
        switch delivery.destination {
        case .list: return .listed(message: try await record(of: job, delivery).invocation)
        case .deadLetters: return .listed(message: try await record(of: job, delivery).deadLetter)
        case .job(let type):
            let record = try await record(of: job, delivery)
            return try await chain(record.invocation, type, job, delivery)
        case .webhook(let url):
            let record = try await record(of: job, delivery)
            return outcome(await send(record.invocation, to: url, job, delivery), delivery)
        case .callback(let url):
            let body = JobEvent.body(of: job, status: describe(job))
            return outcome(await send(body, to: url, job, delivery), delivery)
        }
    }

    private func send(
        _ body: [UInt8],
        to url: String,
        _ job: JobRecord,
        _ delivery: LeasedDelivery
    ) async -> WebhookAnswer {
        await sender.send(body, to: url, id: delivery.id, trace: TraceContext.current ?? job.trace)
    }

    private func outcome(_ answer: WebhookAnswer, _ delivery: LeasedDelivery) -> DeliveryOutcome {
        switch answer {
        case .delivered: return .delivered
        case .never(let reason): return .dead(reason: reason)
        case .later(let asked, let reason): return again(delivery, after: asked, reason)
        }
    }

    /// Puts a delivery off by the policy, or as long as the receiver has asked for; for good after the last attempt.
    private func again(_ delivery: LeasedDelivery, after asked: Duration? = nil, _ reason: String) -> DeliveryOutcome {
        let failures = delivery.failures + 1
        guard failures < configuration.retry.maxAttempts else { return .dead(reason: reason) }
        var generator = SystemRandomNumberGenerator()
        let delay = configuration.retry.delay(afterFailures: failures, using: &generator)
        return .putOff(max(delay, min(asked ?? .zero, configuration.longestRetryAfter)), reason: reason)
    }

    private func record(of job: JobRecord, _ delivery: LeasedDelivery) async throws(StoreError) -> EndRecord {
        var payload = delivery.payload
        if payload == nil, let bytes = try await deliveries.payload(of: job.id) {
            payload = Content(mediaType: delivery.payloadType, bytes: bytes)
        }
        payload = try await loaded(payload)
        var result: Content?
        if let stored = job.result, stored.length <= EndRecord.maxContentBytes {
            if let blob = stored.blob {
                result = try await loaded(Content(mediaType: stored.mediaType, blob: blob))
            } else {
                result = try await inspection.bytes(of: stored, job.id)
                    .map { Content(mediaType: stored.mediaType, bytes: $0) }
            }
        }
        return EndRecord(job: job, payload: payload, result: result)
    }

    /// Content with its bytes; `nil` where it is too large for a record, or lost.
    private func loaded(_ content: Content?) async throws(StoreError) -> Content? {
        guard let content, content.length <= EndRecord.maxContentBytes else { return nil }
        do throws(BlobError) {
            return try await content.loaded(from: blobs)
        } catch {
            switch error {
            case .missing, .damaged: return nil
            case .full, .unavailable: throw .unavailable("\(error)")
            }
        }
    }

    /// A payload where the store can take it.
    private func stored(_ payload: Content, as name: BlobName) async throws(StoreError) -> Content {
        do throws(BlobError) {
            return try await payload.stored(as: name, in: blobs)
        } catch {
            throw .unavailable("\(error)")
        }
    }

    /// Makes a job of the record; the same one, however often this is repeated.
    private func chain(
        _ record: [UInt8],
        _ name: String,
        _ job: JobRecord,
        _ delivery: LeasedDelivery
    ) async throws(StoreError) -> DeliveryOutcome {
        guard let type = configuration.jobTypes[name] else { return .dead(reason: "there is no job type \(name)") }
        let payload = Content(mediaType: "application/json", bytes: record)
        if let fault = Self.fault(of: payload, for: type) { return .dead(reason: fault) }
        let id = deliveries.chainedID(of: delivery.id)
        let new = NewJob(
            id: id,
            type: type.name,
            queue: type.queue,
            priority: job.priority,
            payload: try await stored(payload, as: .payload(of: id)),
            maxAttempts: type.retry.maxAttempts,
            ageLimit: type.ageLimit,
            retention: type.retention,
            deadline: type.deadline,
            tenant: job.tenant,
            followUps: type.followUps,
            trace: TraceContext.current ?? job.trace
        )
        let rules = configuration.queues[type.queue] ?? QueueRules(name: type.queue)
        switch try await submission.submit(new, rules: rules) {
        case .accepted, .duplicate, .replayed, .conflict, .gone: return .delivered
        case .full(let limit): return again(delivery, "the queue \(type.queue) is full (\(limit.rawValue))")
        }
    }

    /// Why a payload is not one that the type takes, if it is not.
    private static func fault(of payload: Content, for type: JobType) -> String? {
        guard type.takes(payload.mediaType) else { return "the job type \(type.name) takes no JSON" }
        guard payload.bytes.count <= type.maxPayloadBytes else {
            return "the record has \(payload.bytes.count) bytes, more than the job type \(type.name) takes"
        }
        guard let schema = type.schema, let document = try? JSONDocument(payload.bytes) else { return nil }
        let violations = schema.violations(of: document, limit: 1)
        return violations.isEmpty ? nil : "the record does not fit the schema of the job type \(type.name)"
    }
}
