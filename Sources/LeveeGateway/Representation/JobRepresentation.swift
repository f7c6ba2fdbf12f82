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

    /// Answers 202, or another status, with the status body and the addresses at which to go on.
    func pending(
        _ record: JobRecord,
        as status: HTTPResponse.Status = .accepted,
        links: Links,
        headers: HTTPFields = [:]
    ) async -> Response {
        var headers = headers
        headers[.location] = links.url(.job, of: record.id)
        headers[.operationLocation] = links.url(.monitor, of: record.id)
        headers[.link] = "<\(links.url(.events, of: record.id))>; rel=\"related\"; type=\"text/event-stream\""
        return await self.status(of: record, as: status, links: links, headers: headers)
    }

    /// That there is no result yet, as a problem.
    func notReady(_ record: JobRecord, links: Links) async -> Problem {
        let seconds = await outlook(for: record).hint.seconds
        return .notReady(record.state, seconds: seconds, monitor: links.url(.monitor, of: record.id))
    }

    /// One event of an event stream: the status on one line.
    func event(_ name: String, of record: JobRecord, links: Links) async -> ByteBuffer {
        let outlook = await outlook(for: record)
        let document = StatusDocument(record: record, figures: outlook.figures, hint: outlook.hint, links: links)
        var buffer = ByteBuffer(string: "id: \(record.version)\nevent: \(name)\ndata: ")
        buffer.writeBytes(document.bytes)
        buffer.writeString("\n\n")
        return buffer
    }

    /// Answers 200 with the status body, or 304 if the client has this version already.
    func monitor(_ record: JobRecord, request: Request, links: Links, headers: HTTPFields = [:]) async -> Response {
        var headers = headers
        headers[.eTag] = EntityTag.status(of: record)
        guard isNews(record, to: request) else {
            describeStatus(of: record, outlook: await outlook(for: record), in: &headers)
            return Response(status: .notModified, headers: headers)
        }
        return await status(of: record, as: .ok, links: links, headers: headers)
    }

    /// Whether a client that has some version by its `If-None-Match` has another one than this.
    func isNews(_ record: JobRecord, to request: Request) -> Bool {
        EntityTag.isNoneMatch(request.headers, tag: EntityTag.status(of: record))
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
}
