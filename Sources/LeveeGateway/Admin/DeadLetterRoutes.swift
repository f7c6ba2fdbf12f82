// GET, DELETE /queues/{queue}/dead, POST .../dead/retry and POST /jobs/{id}/retry: what becomes of failed jobs.

import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeTracing
import Logging
import NIOCore

/// Lists dead letters, makes new jobs of them, removes them.
struct DeadLetterRoutes: Sendable {
    private static let standardLimit = 100
    private static let mostListed = 1_000

    let deadLetters: any DeadLetters
    let submission: any JobSubmission
    let inspection: any JobInspection
    let blobs: BlobKeeper?

    var endpoints: [Endpoint] {
        let path = "/queues/{queue}/dead"
        let listed = Operation.listDeadLetters(standard: Self.standardLimit, most: Self.mostListed)
        let removed = Operation.change(
            "purgeDeadLetters",
            "Removes the dead letters of a queue",
            ["queue": Schemas.text, "removed": Schemas.count]
        )
        let retried = Operation.change(
            "retryDeadLetters",
            "Makes new jobs of all dead letters of a queue",
            ["queue": Schemas.text, "retried": Schemas.count, "left": Schemas.count]
        )
        return [
            Endpoint(method: .get, path: path, operation: listed, handler: list),
            Endpoint(method: .delete, path: path, operation: removed, handler: purge),
            Endpoint(method: .post, path: path + "/retry", operation: retried, handler: retryAll),
            Endpoint(method: .post, path: "/jobs/{id}/retry", operation: .retryJob, handler: retry),
        ]
    }

    /// One page, the last failures first; `next` is the cursor of the page after it.
    @Sendable
    private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let queue = try Self.queue(context)
        let query = AdminQuery(request: request)
        let cursor = try query["cursor"].map { try self.cursor($0) }
        let limit = try query.limit(standard: Self.standardLimit, most: Self.mostListed)
        let page = try await deadLetters.deadLetters(in: queue, after: cursor, limit: limit)
        return PassingAnswer.json { json in
            json.member("queue", queue)
            json.member("total", page.total)
            json.name("deadLetters")
            json.array { json in for record in page.jobs { Self.write(record, to: &json) } }
            json.member("next", page.next.map { "\($0.keptUntil.milliseconds).\($0.id.text)" })
        }
    }

    /// 201 with the new job, 200 if it had been made before.
    @Sendable
    private func retry(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try inspection.id(in: context)
        let (made, status): (JobID, HTTPResponse.Status) =
            switch try await retry(id, context) {
            case .retried(let made, _): (made, .created)
            case .again(let made): (made, .ok)
            case .missing: throw Problem.gone
            case .payloadMissing: throw Problem.payloadGone
            case .notFailed(let state): throw Problem.notFailed(state)
            }
        return PassingAnswer.json(status: status) { json in
            json.member("id", made.text)
            json.member("retryOf", id.text)
        }
    }

    /// Makes new jobs of all that are listed when it begins.
    @Sendable
    private func retryAll(_ request: Request, context: GatewayContext) async throws -> Response {
        let queue = try Self.queue(context)
        var (retried, left) = (0, 0)
        var cursor: DeadLetterCursor?
        repeat {
            let page = try await deadLetters.deadLetters(in: queue, after: cursor, limit: Self.mostListed)
            for record in page.jobs {
                switch try await retry(record.id, context) {
                case .retried: retried += 1
                case .again, .missing: break
                case .payloadMissing, .notFailed: left += 1
                }
            }
            cursor = page.next
        } while cursor != nil
        return PassingAnswer.json { json in
            json.member("queue", queue)
            json.member("retried", retried)
            json.member("left", left)
        }
    }

    /// The new job has its payload before it is there itself.
    private func retry(_ id: JobID, _ context: GatewayContext) async throws -> RetryReply {
        let newID = submission.newID()
        let copy: Blob?
        do {
            copy = try await blobs?.copyPayload(of: id, to: newID)
        } catch BlobError.missing {
            return .payloadMissing
        }
        let reply = try await deadLetters.retry(id, as: newID)
        CrashPoint.retryStored.reach()
        if case .retried(newID, let trace) = reply {
            context.logger.info("job retried", metadata: newID.logged(in: trace).merging(["retry-of": "\(id)"]) { $1 })
        } else if let copy {
            await blobs?.discard([copy.name])
        }
        return reply
    }

    /// Removes all, with their payloads.
    @Sendable
    private func purge(_ request: Request, context: GatewayContext) async throws -> Response {
        let queue = try Self.queue(context)
        var (removed, last) = (0, 0)
        repeat {
            last = try await deadLetters.purgeDeadLetters(in: queue)
            removed += last
        } while last > 0
        context.logger.info(
            "dead letters removed",
            metadata: ["queue": "\(queue)", "jobs": .stringConvertible(removed)]
        )
        return PassingAnswer.json { json in
            json.member("queue", queue)
            json.member("removed", removed)
        }
    }

    private static func write(_ record: JobRecord, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", record.id.text)
            json.member("type", record.type)
            json.member("createdAt", record.createdAt.rfc3339)
            json.member("failedAt", record.updatedAt.rfc3339)
            json.member("attempts", record.failures)
            json.member("maxAttempts", record.maxAttempts)
            json.member("workersLost", record.stalls)
            json.member(error: record.failure)
            json.member("expiresAt", record.expiresAt.rfc3339)
        }
    }

    private static func queue(_ context: GatewayContext) throws -> String {
        let name = try context.parameters.require("queue")
        guard Name.isValid(name) else { throw Problem.unknownQueue }
        return name
    }

    private func cursor(_ text: String) throws -> DeadLetterCursor {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let id = inspection.recognize(String(parts[1]))
        else { throw Problem.badQuery("cursor", "is not one that a page named as next") }
        return DeadLetterCursor(id: id, keptUntil: Timestamp(milliseconds: milliseconds))
    }
}
