// GET /jobs: all jobs of the deployment, a page at a time.

import HTTPTypes
import Hummingbird
import LeveeCore

/// Lists the jobs of all tenants: those that live by where they are, of those that have ended the last of each queue.
struct JobListRoute: Sendable {
    private static let standardLimit = 100
    private static let mostListed = 500

    let catalog: any JobCatalog

    var endpoints: [Endpoint] {
        let operation = Operation.listJobs(standard: Self.standardLimit, most: Self.mostListed)
        return [Endpoint(method: .get, path: "/jobs", operation: operation, handler: list)]
    }

    /// A page may be short, even empty, and there may be more all the same: `next` tells, and so does `Link` (RFC 8288).
    @Sendable
    private func list(_ request: Request, context: GatewayContext) async throws -> Response {
        let query = AdminQuery(request: request)
        let filter = JobFilter(states: try query.states(), type: try query.name("type"), queue: try query.name("queue"))
        let limit = try query.limit(standard: Self.standardLimit, most: Self.mostListed)
        let page: JobPage
        switch try await catalog.jobs(filter, after: query["cursor"].map { JobCursor($0) }, limit: limit) {
        case .page(let listed): page = listed
        case .unknownQueue: throw Problem.badQuery("queue", "names none of those that GET /queues lists")
        case .unknownCursor: throw Problem.badQuery("cursor", "is not one that a page of this query named as next")
        }
        var response = PassingAnswer.json { json in
            json.name("jobs")
            json.array { json in for job in page.jobs { Self.write(job, to: &json) } }
            json.member("next", page.next?.text)
        }
        if let next = page.next {
            let kept = ["state", "type", "queue", "limit"].compactMap { name in query[name].map { "\(name)=\($0)" } }
            let target = "/jobs?" + (kept + ["cursor=\(next.text)"]).joined(separator: "&")
            response.headers[.link] = "<\(target)>; rel=\"next\""
        }
        return response
    }

    /// Writes what is said of a job wherever operators see it.
    ///
    /// - Parameters:
    ///   - record: The job.
    ///   - json: Where to write.
    ///   - more: What else there is to say of it.
    static func write(_ record: JobRecord, to json: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }) {
        json.object { json in
            json.member("id", record.id.text)
            json.member("type", record.type)
            json.member("tenant", record.tenant.name)
            json.member("queue", record.queue)
            json.member("priority", record.priority.name)
            json.member("status", record.state.rawValue)
            json.member("attempt", record.attempt)
            json.member("maxAttempts", record.maxAttempts)
            json.member("workersLost", record.stalls)
            json.member("createdAt", record.createdAt.rfc3339)
            json.member("updatedAt", record.updatedAt.rfc3339)
            json.member("dueAt", record.dueAt?.rfc3339)
            json.member("expiresAt", record.expiresAt.rfc3339)
            json.member(error: record.failure)
            json.member("traceId", record.trace?.traceID)
            more(&json)
        }
    }
}
