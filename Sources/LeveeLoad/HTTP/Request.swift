// What the generator asks of a front end.

import NIOCore

/// A request, small enough to wait in line by the thousand; its bytes are made when a connection is free.
enum Request: Equatable {
    /// Submits a job, by its number.
    case submit(job: Int)
    /// Cancels the job that lies under a path that stands after the base URL.
    case cancel(path: String)
    /// Reads what lies under a path that stands after the base URL.
    case get(path: String)
    /// Reads the job that lies under a path, as soon as it has ended or a while has passed.
    case wait(path: String)
    /// Reads the events of the job that lies under a path, those after a version.
    case events(path: String, after: Int)

    /// Whether it may be sent again when its answer was lost (RFC 9110 section 9.2.2).
    var isIdempotent: Bool {
        switch self {
        case .submit: false
        case .cancel, .get, .wait, .events: true
        }
    }

    /// How long the server may hold the answer back, since it was asked to.
    var wait: TimeAmount {
        if case .wait = self { .seconds(Int64(LoadPlan.longestWait)) } else { .zero }
    }
}

/// Writes requests to one target. What is the same in all of them is put together once.
struct RequestWriter {
    private let submitHeads: [ByteBuffer]
    private let postStart: ByteBuffer
    private let emptyEnd: ByteBuffer
    private let getStart: ByteBuffer
    private let getEnd: ByteBuffer
    private let waitEnd: ByteBuffer
    private let eventsEnd: ByteBuffer
    private let plan: LoadPlan

    init(target: LoadTarget, plan: LoadPlan) {
        let access = plan.apiKey.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        let common = "Host: \(target.authority)\r\nUser-Agent: levee-load\r\n\(access)"
        submitHeads = plan.kinds.map { kind in
            ByteBuffer(
                string: "POST \(target.path)/jobs/\(kind.type) HTTP/1.1\r\n\(common)"
                    + "Content-Type: \(kind.payload.mediaType)\r\nContent-Length: "
            )
        }
        postStart = ByteBuffer(string: "POST \(target.path)")
        emptyEnd = ByteBuffer(string: " HTTP/1.1\r\n\(common)Content-Length: 0\r\n\r\n")
        getStart = ByteBuffer(string: "GET \(target.path)")
        getEnd = ByteBuffer(string: " HTTP/1.1\r\n\(common)\r\n")
        waitEnd = ByteBuffer(string: " HTTP/1.1\r\n\(common)Prefer: wait=\(LoadPlan.longestWait)\r\n\r\n")
        eventsEnd = ByteBuffer(string: "/events HTTP/1.1\r\n\(common)Accept: text/event-stream\r\n")
        self.plan = plan
    }

    func write(_ request: Request, to buffer: inout ByteBuffer) {
        switch request {
        case .submit(let job):
            let kind = plan.kind(ofJob: job)
            let body = plan.kinds[kind].payload.bytes(ofJob: job)
            buffer.writeImmutableBuffer(submitHeads[kind])
            buffer.writeString("\(body.count)\r\n\r\n")
            buffer.writeBytes(body)
        case .cancel(let path):
            buffer.writeImmutableBuffer(postStart)
            buffer.writeString(path + "/cancel")
            buffer.writeImmutableBuffer(emptyEnd)
        case .get(let path):
            buffer.writeImmutableBuffer(getStart)
            buffer.writeString(path)
            buffer.writeImmutableBuffer(getEnd)
        case .wait(let path):
            buffer.writeImmutableBuffer(getStart)
            buffer.writeString(path)
            buffer.writeImmutableBuffer(waitEnd)
        case .events(let path, let version):
            buffer.writeImmutableBuffer(getStart)
            buffer.writeString(path)
            buffer.writeImmutableBuffer(eventsEnd)
            buffer.writeString(version > 0 ? "Last-Event-ID: \(version)\r\n\r\n" : "\r\n")
        }
    }
}
