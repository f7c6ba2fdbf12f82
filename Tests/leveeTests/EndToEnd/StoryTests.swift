// A job's whole story by one id: logs of front end and worker, its program, its receiver, its status, `levee explain`; and what no
// log may say.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct StoryTests {
    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private static let parent = "00-\(trace)-00f067aa0ba902b7-01"

    private static func configuration(level: String = "info", format: String = "json", more: String = "") -> String {
        """
        log: {level: \(level), format: \(format)}
        worker: {lease: 2s}
        webhooks: {allow: [127.0.0.0/8], retries: {maxAttempts: 2, base: 10ms}}
        \(more)
        jobs:
          tell: {handler: {exec: {command: [./tell], resultType: text/plain}}, onSuccess: {job: after}}
          after: {handler: {builtin: echo}}
          letter: {queue: letters}
          bounce: {handler: {exec: {command: [sh, -c, "exit 65"]}}}
        """
    }

    private static let program = """
        #!/bin/sh
        echo "$TRACEPARENT $TRACESTATE"
        """

    /// The log of a process: an object for each line.
    private func lines(_ member: Fleet.Member) throws -> [[String: Any]] {
        try member.text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(object as? [String: Any], "\(line)")
        }
    }

    /// What a process has logged of a job.
    private func story(of job: String, by member: Fleet.Member) throws -> [[String: Any]] {
        try lines(member).filter { $0["job"] as? String == job }
    }

    private func explain(_ job: String, _ fleet: Fleet) async throws -> [String: Any] {
        let run = try await fleet.levee("explain", job, "--json")
        try #require(run.status == 0, "\(run.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    /// The id of the trace in a `traceparent`.
    private func id(in parent: some StringProtocol) throws -> String {
        let parts = parent.split(separator: "-")
        try #require(parts.count == 4, "\(parent)")
        return String(parts[1])
    }

    /// Submits a job that is told of, and returns its id and its trace, which has to be the same wherever it is named.
    private func tell(
        _ fleet: Fleet,
        _ doors: (jobs: HTTPDoor, admin: HTTPDoor),
        _ receiver: Receiver,
        headers: [(String, String)]
    ) async throws -> (job: String, trace: String) {
        let (frontEnd, worker) = (try #require(fleet.member("frontend")), try #require(fleet.member("w1")))
        let headers = headers + [("Callback-Url", receiver.url)]
        let accepted = try await doors.jobs.send(.POST, "/jobs/tell", headers: headers, body: Array("hello".utf8))
        #expect(accepted.status == 202)
        let (job, trace) = (try accepted.text("id"), try accepted.text("traceId"))

        let said = String(decoding: try await doors.jobs.result(of: "/jobs/\(job)").body, as: UTF8.self)
        let words = said.split(separator: " ", omittingEmptySubsequences: false)
        #expect(try id(in: words[0]) == trace)
        #expect(words[1] == (headers.contains { $0.0 == "tracestate" } ? "a=1\n" : "\n"))
        #expect(try await doors.jobs.send(.GET, "/operations/\(job)").text("traceId") == trace)
        #expect(try await explain(job, fleet)["traceId"] as? String == trace)
        #expect(try await fleet.levee("explain", job).output.contains("Trace: \(trace)"))
        let listed = try await doors.admin.send(.GET, "/jobs?type=tell").json("jobs") as? [[String: Any]]
        #expect(listed?.first { $0["id"] as? String == job }?["traceId"] as? String == trace)

        try await eventually("the receiver is told of \(job)") {
            receiver.deliveries.contains { $0.fields["webhook-id"]?.hasPrefix(job) == true }
        }
        let delivery = receiver.deliveries.first { $0.fields["webhook-id"]?.hasPrefix(job) == true }
        #expect(try id(in: try #require(delivery?.fields["traceparent"])) == trace)
        let data = try JSONSerialization.jsonObject(with: Data(delivery?.body ?? [])) as? [String: Any]
        #expect((data?["data"] as? [String: Any])?["traceId"] as? String == trace)

        try await eventually("the deliveries of \(job) are logged: \(worker.text)") {
            try story(of: job, by: worker).filter { $0["message"] as? String == "delivered" }.count == 2
        }
        let taken = try story(of: job, by: frontEnd)
        #expect(taken.map { $0["message"] as? String } == ["job accepted"], "polls are not told")
        let done = try story(of: job, by: worker)
        #expect(done.compactMap { $0["message"] as? String }.sorted() == ["attempt ended", "delivered", "delivered"])
        #expect((taken + done).allSatisfy { $0["trace"] as? String == trace })
        let ended = try #require(done.first { $0["message"] as? String == "attempt ended" })
        #expect(ended["outcome"] as? String == "succeeded")
        #expect(ended["worker"] as? String != nil && ended["attempt"] as? Int == 1 && ended["fence"] as? Int == 1)
        #expect(ended["duration"] as? Double != nil)

        // The job that follows belongs to the same trace.
        try await eventually("the next job is logged: \(worker.text)") {
            try lines(worker).contains { $0["type"] as? String == "after" && $0["trace"] as? String == trace }
        }
        return (job, trace)
    }

    @Test func oneTraceFromTheClientToTheReceiver() async throws {
        try await Receiver.run { receiver in
            try await Fleet.run(Self.configuration()) { fleet in
                try fleet.folder.write(Self.program, to: "tell", isExecutable: true)
                let doors = try await fleet.doors()
                _ = try await fleet.worker("w1")
                let headers = [("traceparent", Self.parent), ("tracestate", "a=1")]
                let (_, trace) = try await tell(fleet, doors, receiver, headers: headers)
                #expect(trace == Self.trace)
                let one = try await tell(fleet, doors, receiver, headers: [])
                let other = try await tell(fleet, doors, receiver, headers: [("traceparent", "00-no-trace-01")])
                #expect(Set([one.trace, other.trace, Self.trace]).count == 3)
                #expect(try await fleet.levee("doctor").status == 0)
            }
        }
    }

    @Test(arguments: ["worker.py", "worker.sh"]) func anOutsideWorkersProgramIsInTheTrace(example: String) async throws
    {
        try await Fleet.run(Self.configuration(level: "debug")) { fleet in
            try fleet.folder.write(Self.program, to: "tell", isExecutable: true)
            let doors = try await fleet.doors()
            _ = try fleet.outsider("w", example, at: doors.admin, "letters", "./tell")
            let headers = [("traceparent", Self.parent)]
            let accepted = try await doors.jobs.send(.POST, "/jobs/letter", headers: headers, body: [1])
            let job = try accepted.text("id")
            let said = try await doors.jobs.result(of: "/jobs/\(job)").body
            #expect(try id(in: String(decoding: said, as: UTF8.self)) == Self.trace)
            let frontEnd = try #require(fleet.member("frontend"))
            let story = try story(of: job, by: frontEnd)
            #expect(story.map { $0["message"] as? String } == ["job accepted", "attempt started", "attempt ended"])
            #expect(story.allSatisfy { $0["trace"] as? String == Self.trace })
            #expect(story.last?["outcome"] as? String == "succeeded")
            let ends = try lines(frontEnd).filter { $0["route"] as? String == "/leases/{id}/succeed" }
            #expect(ends.map { $0["trace"] as? String } == [Self.trace], "its own requests are in the trace")
        }
    }

    @Test func whatAnOperatorDoesIsToldInTheTraceOfTheJob() async throws {
        try await Fleet.run(Self.configuration()) { fleet in
            let doors = try await fleet.doors()
            _ = try await fleet.worker("w1")
            let headers = [("traceparent", Self.parent)]
            let failed = try await doors.jobs.send(.POST, "/jobs/bounce", headers: headers, body: [1]).text("id")
            try await eventually("the job has failed") {
                try await doors.jobs.send(.GET, "/operations/\(failed)").text("status") == "failed"
            }
            let made = try await doors.admin.send(.POST, "/jobs/\(failed)/retry").text("id")
            #expect(try await doors.admin.send(.DELETE, "/jobs/\(failed)").status == 204)
            let frontEnd = try #require(fleet.member("frontend"))
            let retried = try story(of: made, by: frontEnd)
            #expect(retried.map { $0["message"] as? String } == ["job retried"])
            #expect(retried.first?["retry-of"] as? String == failed)
            let removed = try story(of: failed, by: frontEnd)
            #expect(removed.map { $0["message"] as? String } == ["job accepted", "job removed"])
            for line in retried + removed { #expect(line["trace"] as? String == Self.trace, "\(line)") }
        }
    }

    @Test("Whatever is logged, secrets, payloads and results are not", arguments: ["text", "json"])
    func noSecrets(format: String) async throws {
        let (password, webhookSecret) = ("r3dis-secret", "whsec_bG9ncyBtdXN0IG5vdCBzYXkgdGhpcyBhdCBhbGwh")
        let key = try runLevee("key", in: "/").output.split(separator: "\n")
            .map { $0.split(separator: " ").map(String.init) }
        let more = """
            keys: {all: {sha256: \(key[1][1]), scopes: [submit, read, admin, work]}}
            """
        let text =
            Self.configuration(level: "trace", format: format, more: more)
            .replacing("webhooks: {", with: "webhooks: {secrets: [\(webhookSecret)], ")
                + """

                  square: {handler: {builtin: square}, retries: {maxAttempts: 1}}
                  quote: {handler: {exec: {command: [sh, -c, "cat >&2; exit 1"]}}, retries: {maxAttempts: 1}}
                  answer: {handler: {exec: {command: [sh, -c, "cat; echo result-secret"]}}}
                """
        try await Receiver.run { receiver in
            try await Fleet.run(text, listensOnTCP: true) { fleet in
                try fleet.folder.write(Self.program, to: "tell", isExecutable: true)
                _ = try await withClient(fleet.redis.unix) { redis in
                    try await redis.send(
                        RedisCommand("ACL", "SETUSER", "levee", "on", ">\(password)", "~*", "&*", "+@all")
                    )
                }
                let redis = "redis://levee:\(password)@127.0.0.1:\(fleet.redis.port)/0"
                let door = try await fleet.frontEnd(redis: redis)
                let worker = try fleet.start("w1", ["work", "--redis", redis])
                let authorized = [("Authorization", "Bearer \(key[0][1])")]
                func post(_ type: String, _ body: String, _ more: [(String, String)] = []) async throws -> Answer {
                    let headers = authorized + [("Content-Type", "application/json")] + more
                    return try await door.send(.POST, "/jobs/\(type)", headers: headers, body: Array(body.utf8))
                }
                var jobs: [String] = []
                for (type, body) in [
                    ("square", #"{"number": "payload-secret"}"#), ("quote", #""payload-secret""#),
                    ("answer", #""payload-secret""#),
                ] {
                    let to = receiver.url + "?token=query-secret"
                    let answer = try await post(
                        type,
                        body,
                        [
                            ("Callback-Url", to), ("Idempotency-Key", "payload-secret-\(type)"),
                            ("Cookie", "payload-secret"),
                        ]
                    )
                    jobs.append(try answer.text("id"))
                }
                #expect(try await post("square", "payload-secret").status == 400)
                let bad = [("Callback-Url", "http://user-secret:p@10.0.0.1/?query-secret")]
                #expect(try await post("square", "{}", bad).status == 400)
                let stranger = [("Authorization", "Bearer payload-secret")]
                #expect(try await door.send(.POST, "/jobs/square", headers: stranger).status == 401)
                for job in jobs {
                    try await eventually("\(job) has ended: \(worker.text)") {
                        try await door.send(.GET, "/jobs/\(job)?token=query-secret", headers: authorized).status == 302
                    }
                    _ = try await door.send(.GET, "/resources/\(job)", headers: authorized)
                }
                try await eventually("all are told of") { receiver.deliveries.count == 3 }
                #expect(receiver.deliveries.contains { $0.fields["webhook-signature"] != nil })
                // Connections that break say so, at both ends.
                _ = try await withClient(fleet.redis.unix) { client in
                    try await client.send(RedisCommand("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))
                }
                try await eventually("it goes on") {
                    try await post("square", #"{"number": 2}"#).status == 202
                }
                let logs = [try #require(fleet.member("frontend")).text, worker.text]
                let trace = format == "json" ? #""level":"trace""# : " trace span ended"
                for log in logs {
                    #expect(log.contains(trace), "everything is logged")
                    for secret in [
                        password, webhookSecret, String(webhookSecret.dropFirst(6)), key[0][1], "payload-secret",
                        "result-secret", "query-secret", "user-secret",
                    ] {
                        #expect(
                            !log.contains(secret),
                            "\(log.split(separator: "\n").first { $0.contains(secret) } ?? "")"
                        )
                    }
                }
            }
        }
    }
}
