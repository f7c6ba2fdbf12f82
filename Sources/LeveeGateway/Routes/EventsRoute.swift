// GET /jobs/{id}/events: the changes of a job as they happen, as server-sent events.

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

/// Serves event streams (WHATWG HTML, section 9.2). Each event is the whole status; its id is the version, so a client that
/// comes back with `Last-Event-ID` goes on with the current state if that is newer.
struct EventsRoute: Sendable {
    /// How often something is sent to a client for which there is nothing new, so that nobody in between takes the connection
    /// for dead.
    static let keepAlive = Duration.seconds(15)
    /// After how long to come back when the stream breaks off: not all at once when a front end has ended.
    private static let retryMilliseconds = 1_000...5_000
    private static let nothingNew = ByteBuffer(string: ": keep-alive\n\n")

    let configuration: GatewayConfiguration
    let lookup: JobLookup
    let representation: JobRepresentation

    var endpoints: [Endpoint] {
        [Endpoint(method: .get, path: "/jobs/{id}/events", operation: .events, handler: events)]
    }

    /// 204 if the client has seen the end: that stops it from coming back.
    @Sendable
    private func events(_ request: Request, context: GatewayContext) async throws -> Response {
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let record = try await lookup.record(context)
        let last = min(request.headers[.lastEventID].flatMap { Int($0) } ?? 0, record.version)
        if record.state.isTerminal, last >= record.version {
            return Response(status: .noContent, headers: [.cacheControl: "no-store"])
        }
        let client = await context.client()
        let headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no"]
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: "retry: \(Int.random(in: Self.retryMilliseconds))\n"))
                try await lookup.room.stay(for: record.id, hearing: .change, at: client, as: .events) { stay in
                    var stream = EventStream(record: record, last: last, at: .now)
                    // The job may have changed since it was read.
                    var calls = Waiter.Calls.news
                    while let record = stream.current {
                        if let event = stream.event {
                            try await writer.write(await representation.event(event, of: record, links: links))
                            stream.hasSent(at: .now)
                        }
                        guard !record.state.isTerminal, !client.hasLeft, !lookup.room.isClosed else { break }
                        guard calls.contains(.news) else {
                            calls = try await stay.calls(until: stream.keepAliveAt)
                            if calls == .late {
                                try await writer.write(Self.nothingNew)
                                stream.hasSent(at: .now)
                            }
                            continue
                        }
                        do throws(StoreError) {
                            stream.advance(to: try await lookup.room.job(record.id))
                            calls = []
                        } catch {
                            // The stream outlives an outage: browsers that were refused once do not come back.
                            try await writer.write(Self.nothingNew)
                            stream.hasSent(at: .now)
                            try await Task.sleep(for: WaitingRoom.outagePause)
                        }
                    }
                }
                try await writer.finish(nil)
            }
        )
    }
}

/// What has been sent on one event stream, and what is to be.
struct EventStream {
    /// The job as it was last read; `nil` once nothing of it is left.
    private(set) var current: JobRecord?
    /// The version that was sent last, or that the client had.
    private(set) var last: Int
    /// When something has to be sent, though there be nothing new. What was sent last sets it, and no news that changes nothing.
    private(set) var keepAliveAt: ContinuousClock.Instant
    private var isProgress = false

    init(record: JobRecord, last: Int, at now: ContinuousClock.Instant) {
        current = record
        self.last = last
        keepAliveAt = now + EventsRoute.keepAlive
    }

    /// The name of the event that is due, if one is.
    var event: String? {
        guard let current, current.version > last else { return nil }
        return isProgress ? "progress" : "state"
    }

    /// All that was due has been sent.
    mutating func hasSent(at now: ContinuousClock.Instant) {
        last = max(last, current?.version ?? last)
        keepAliveAt = now + EventsRoute.keepAlive
    }

    mutating func advance(to next: JobRecord?) {
        isProgress = next?.state == current?.state && next?.progress != current?.progress
        current = next
    }
}
