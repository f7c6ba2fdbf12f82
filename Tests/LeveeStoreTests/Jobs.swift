// Jobs, workers and settlements as the tests of the stores need them.

import LeveeCore

let leaseTime = Duration.seconds(5)

extension NewJob {
    static func sample(
        _ id: JobID,
        type: String = "echo",
        queue: String = "default",
        priority: Priority = .normal,
        payload: [UInt8] = Array("{}".utf8),
        maxAttempts: Int = 3,
        delay: Duration = .zero,
        ageLimit: Duration = JobType.defaultAgeLimit,
        retention: Duration? = nil,
        deadline: Duration? = nil,
        tenant: Tenant = .standard,
        key: IdempotencyKey? = nil,
        followUps: [FollowUp] = [],
        request: RequestHead? = nil,
        trace: TraceContext? = nil
    ) -> NewJob {
        NewJob(
            id: id,
            type: type,
            queue: queue,
            priority: priority,
            payload: Content(mediaType: "application/json", bytes: payload),
            maxAttempts: maxAttempts,
            delay: delay,
            ageLimit: ageLimit,
            retention: retention,
            deadline: deadline,
            tenant: tenant,
            idempotencyKey: key,
            followUps: followUps,
            request: request,
            trace: trace
        )
    }
}

extension Blob {
    /// A reference to bytes that are the same for all that have as many; no store looks at them.
    static func sample(_ name: BlobName, length: Int) -> Blob {
        Blob(name: name, length: length, digest: String(repeating: "0a", count: 32))
    }
}

extension ClaimRequest {
    static func by(_ worker: String, limit: Int = 10, idle: Bool = false, queues: [QueueRules]? = nil) -> ClaimRequest {
        ClaimRequest(
            worker: worker,
            queues: queues ?? [QueueRules(name: "default"), QueueRules(name: "other")],
            limit: limit,
            lease: leaseTime,
            isIdle: idle
        )
    }
}

extension Settlement {
    static func success(
        _ lease: Lease,
        bytes: [UInt8] = Array("done".utf8),
        fields: [HeaderField] = []
    ) -> Settlement {
        let result = JobResult(content: Content(mediaType: "text/plain", bytes: bytes), fields: fields)
        return Settlement(lease: lease, outcome: .succeeded(result), busy: .milliseconds(20))
    }

    static func success(_ lease: Lease, blob: Blob) -> Settlement {
        let result = JobResult(content: Content(mediaType: "video/mp4", blob: blob))
        return Settlement(lease: lease, outcome: .succeeded(result), busy: .milliseconds(20))
    }

    static func failure(
        _ lease: Lease,
        _ disposition: JobFailure.Disposition = .retry(),
        after delay: Duration = .seconds(1),
        answer: JobFailure.Answer? = nil
    ) -> Settlement {
        let failure = JobFailure(
            code: "exit-status",
            detail: "it broke\nbadly",
            status: 418,
            disposition: disposition,
            answer: answer
        )
        return Settlement(lease: lease, outcome: .failed(failure, retryAfter: delay), busy: .milliseconds(7))
    }
}

extension JobFailure.Answer {
    static let sample = JobFailure.Answer(
        status: 404,
        content: Content(mediaType: "text/html", bytes: Array("<p>no".utf8)),
        fields: [HeaderField("Link", "<a>")]
    )
}

extension Heartbeat {
    static func of(_ worker: String, _ running: [(lease: Lease, progress: Progress?)] = []) -> Heartbeat {
        Heartbeat(
            worker: worker,
            host: "test",
            processID: 1,
            slots: 10,
            queues: ["default"],
            lease: leaseTime,
            running: running
        )
    }
}

extension JobSubmission {
    /// Submits a job and returns its id.
    func put(
        type: String = "echo",
        queue: String = "default",
        priority: Priority = .normal,
        payload: [UInt8] = Array("{}".utf8),
        maxAttempts: Int = 3,
        delay: Duration = .zero,
        ageLimit: Duration = JobType.defaultAgeLimit,
        retention: Duration? = nil,
        deadline: Duration? = nil,
        tenant: Tenant = .standard,
        key: IdempotencyKey? = nil,
        followUps: [FollowUp] = []
    ) async throws -> JobID {
        let job = NewJob.sample(
            newID(),
            type: type,
            queue: queue,
            priority: priority,
            payload: payload,
            maxAttempts: maxAttempts,
            delay: delay,
            ageLimit: ageLimit,
            retention: retention,
            deadline: deadline,
            tenant: tenant,
            key: key,
            followUps: followUps
        )
        guard case .accepted(let record) = try await submit(job, rules: QueueRules(name: queue)) else {
            throw NotAccepted()
        }
        return record.id
    }
}

struct NotAccepted: Error {}
