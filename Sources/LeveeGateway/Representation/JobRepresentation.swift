// The one place where a job's record becomes a response.

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

/// Turns records into responses for one front end.
struct JobRepresentation: Sendable {
    let queues: QueueWatch
    let now: @Sendable () -> Timestamp

    /// When to ask for a job again, and what that rests on.
    struct Outlook {
        let hint: RetryAfter
        let figures: QueueFigures?
    }

    /// How long a client should wait for a job; costs nothing once the figures of its queue are at hand.
    func outlook(for record: JobRecord) async -> Outlook {
        guard !record.state.isTerminal, let reading = await queues.reading(of: record.queue) else {
            return Outlook(hint: .unknown, figures: nil)
        }
        let hint = RetryAfter.hint(for: record, in: reading.outlook, now: now() + reading.clockOffset)
        return Outlook(hint: hint, figures: reading.outlook.figures)
    }

    /// Answers with the status body.
    ///
    /// A pending job's answer carries `Retry-After` and is never stored by caches; an ended one's never says to retry.
    ///
    /// - Parameters:
    ///   - record: The job.
    ///   - status: The HTTP status.
    ///   - links: The URLs of the client.
    ///   - headers: What goes beside `Content-Type`, `Cache-Control` and `Retry-After`.
    /// - Returns: The response.
    func status(
        of record: JobRecord,
        as status: HTTPResponse.Status,
        links: Links,
        headers: HTTPFields = [:]
    ) async -> Response {
        let outlook = await outlook(for: record)
        let document = StatusDocument(record: record, figures: outlook.figures, hint: outlook.hint, links: links)
        var headers = headers
        describeStatus(of: record, outlook: outlook, in: &headers)
        headers[.contentType] = "application/json"
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: document.bytes))
        )
    }

    /// Answers 202 with the status body and the addresses at which to go on.
    func accepted(_ record: JobRecord, links: Links, headers: HTTPFields = [:]) async -> Response {
        var headers = headers
        headers[.location] = links.url(.job, of: record.id)
        headers[.operationLocation] = links.url(.monitor, of: record.id)
        return await status(of: record, as: .accepted, links: links, headers: headers)
    }

    /// Answers 200 with the status body, or 304 if the client has this version already.
    func monitor(_ record: JobRecord, request: Request, links: Links) async -> Response {
        var headers: HTTPFields = [.eTag: Self.weakTag(of: record)]
        guard EntityTag.isNoneMatch(request.headers, tag: Self.weakTag(of: record)) else {
            describeStatus(of: record, outlook: await outlook(for: record), in: &headers)
            return Response(status: .notModified, headers: headers)
        }
        return await status(of: record, as: .ok, links: links, headers: headers)
    }

    /// What is said of the freshness of a status, with or without its body.
    private func describeStatus(of record: JobRecord, outlook: Outlook, in headers: inout HTTPFields) {
        if record.state.isTerminal {
            headers[.cacheControl] = "private, no-cache"
        } else {
            headers[.cacheControl] = "no-store"
            headers[.retryAfter] = String(outlook.hint.seconds)
        }
    }

    /// A job's version as the validator of its status: weak, since its place in the queue changes without a new version.
    private static func weakTag(of record: JobRecord) -> String { "W/\"\(record.version)\"" }

    /// What is said of a stored outcome, which never changes while it exists (RFC 8246, RFC 9111 section 5.2.2).
    func outcomeHeaders(of record: JobRecord) -> HTTPFields {
        let life = max(0, (record.expiresAt - now()).milliseconds / 1_000)
        return [
            .eTag: "\"\(record.id.text)-\(record.version)\"",
            .cacheControl: "private, max-age=\(life), immutable",
        ]
    }
}
