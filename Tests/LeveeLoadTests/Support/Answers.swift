// The answers of a front end, as bytes and as values.

import NIOCore

@testable import LeveeLoad

/// The media type of problem documents, as a header field.
let problemType = "Content-Type: application/problem+json"

/// The bytes of a refusal: a 503 with a problem document and a time to come back.
func refusal(_ seconds: Int) -> String {
    http(503, problemType, "Retry-After: \(seconds)", body: #"{"type":"urn:levee:problem:queue-full","status":503}"#)
}

/// The bytes of a response.
func http(_ status: Int, _ fields: String..., body: String = "") -> String {
    (["HTTP/1.1 \(status) Some Reason", "Content-Length: \(body.utf8.count)"] + fields).joined(separator: "\r\n")
        + "\r\n\r\n" + body
}

/// The bytes of a stream of events that goes on.
func stream(_ events: String...) -> String {
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        + events.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
}

/// The end of a stream of events.
let streamEnd = "0\r\n\r\n"

/// A status body of a job that ended 12 s after its submit.
func ended(_ id: String) -> String {
    #"{"createdAt":"2026-11-22T01:22:06.900Z","completedAt":"2026-11-22T01:22:18.900Z","#
        + #""links":{"result":"/resources/\#(id)"}}"#
}

extension ScriptedServer {
    /// What a front end answers that runs each job in the time between two polls; jobs are named by their payload.
    static func wellBehaved(_ request: SeenRequest, pendingPolls: Int, seenBefore: Int) -> Answer {
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.first, parts.count) {
        case ("POST", "jobs", 3):
            return .raw(http(200, body: #"{"status":"canceled"}"#))
        case ("POST", "jobs", 2):
            return .raw(http(202, "Location: /jobs/\(number(in: request.body))", "Retry-After: 1"))
        case ("GET", "jobs", 2) where seenBefore < pendingPolls:
            return .raw(http(202, "Location: /jobs/\(parts[1])", "Retry-After: 1"))
        case ("GET", "jobs", 2):
            return .raw(http(302, "Location: /resources/\(parts[1])"))
        case ("GET", "jobs", 3):
            return .raw(http(200, body: history))
        case ("GET", "resources", 2):
            let operand = Int(parts[1]) ?? 0
            return .raw(http(200, body: #"{"square": \#(operand * operand)}"#))
        default:
            return .raw(http(404))
        }
    }

    /// The digits of a payload such as `{"number":12}`.
    static func number(in body: String) -> Int { Int(body.filter(\.isNumber)) ?? 0 }

    /// Queued for 5 ms, in service for 20 ms.
    static let history = """
        {"history":[{"version":1,"status":"queued","at":"2026-11-22T01:22:06.935Z","cause":"submit","note":null},
        {"version":2,"status":"running","at":"2026-11-22T01:22:06.940Z","cause":"claim","note":"1 w1"},
        {"version":3,"status":"succeeded","at":"2026-11-22T01:22:06.960Z","cause":"finish","note":null}]}
        """
}

extension LoadPlan {
    /// A plan for tests: squares, polled every millisecond.
    static func forTests(_ urls: String..., clients: Int = 1, jobs: Int) throws -> LoadPlan {
        let targets = try urls.map { url throws(LoadPlanError) in try LoadTarget(url) }
        var plan = LoadPlan(targets: targets, kinds: [LoadKind(type: "square")])
        plan.pacing = .closedLoop(clients: clients)
        plan.jobs = jobs
        plan.pollInterval = .fixed(.milliseconds(1))
        plan.timeLimit = .seconds(60)
        return plan
    }
}

extension Response {
    /// A response as a journey gets it.
    static func of(
        _ status: Int,
        location: String? = nil,
        retryAfter: Int? = nil,
        isProblem: Bool = false,
        body: String = ""
    ) -> Response {
        Response(
            status: status,
            retryAfter: retryAfter,
            location: location,
            isProblem: isProblem,
            closes: false,
            body: ByteBuffer(string: body)
        )
    }
}
