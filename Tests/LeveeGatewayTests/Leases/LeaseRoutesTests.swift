// Tests of what outside workers do: claim by long polls, hold leases, say how it ended.

import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeGateway

@Suite("Outside workers")
struct LeaseRoutesTests {
    private static let start = Timestamp(milliseconds: 1_795_300_985_000)
    private static let json: HTTPFields = [.contentType: "application/json"]
    private static let types = [
        "echo": JobType(name: "echo", queue: "small", maxResultBytes: 10, timeout: .seconds(60))
    ]

    /// A door with a store behind it, and a worker at the door.
    private struct Scene: Sendable {
        let client: any TestClientProtocol
        let store: InMemoryStore
        let clock: ManualClock

        func submit(
            _ payload: String = "hello",
            queue: String = "small",
            trace: TraceContext? = nil
        ) async throws -> JobID {
            let job = NewJob(
                id: store.newID(),
                type: "echo",
                queue: queue,
                payload: Content(mediaType: "text/plain", bytes: Array(payload.utf8)),
                maxAttempts: 2,
                trace: trace
            )
            _ = try await store.submit(job, rules: QueueRules(name: queue))
            return job.id
        }

        func claim(_ body: String = #"{"queues":["small"],"wait":0}"#) async throws -> [[String: Any]] {
            let answer = try await client.send(.post, "/leases", LeaseRoutesTests.json, body: body)
            #expect(answer.status == .ok, "\(answer.string)")
            return try #require(try answer.json["leases"] as? [[String: Any]])
        }

        /// Submits a job and leases it.
        func lease() async throws -> (id: JobID, links: [String: String]) {
            let id = try await submit()
            let leases = try await claim()
            #expect(leases.first?["id"] as? String == id.text)
            return (id, try #require(leases.first?["links"] as? [String: String]))
        }

        func post(
            _ path: String?,
            _ headers: HTTPFields = LeaseRoutesTests.json,
            body: String? = nil
        ) async throws -> TestResponse {
            try await client.send(.post, try #require(path), headers, body: body)
        }

        func record(_ id: JobID) async throws -> JobRecord { try #require(try await store.job(id)) }

        /// Lets time pass, as long as leases last and longer.
        func outlive() async throws {
            for _ in 0..<14 {
                clock.advance(by: .seconds(1))
                try await store.tick(lease: .seconds(5))
            }
        }

        func workers() async throws -> [String] { try await store.overview().workers.map(\.name) }
    }

    private func withDoor(
        keys: APIKeyRing = APIKeyRing(),
        _ body: @escaping @Sendable (Scene) async throws -> Void
    ) async throws {
        let clock = ManualClock(Self.start)
        let store = InMemoryStore(clock: { clock.now })
        let door = AdminDoor(
            testing: store,
            leases: LeaseConfiguration(
                jobTypes: Self.types,
                queues: ["small": QueueRules(name: "small"), "other": QueueRules(name: "other")]
            ),
            keys: keys,
            now: { clock.now }
        )
        try await door.application().test(.live) { client in
            try await body(Scene(client: DescribedClient(client), store: store, clock: clock))
        }
    }

    // MARK: Claiming

    @Test("a claim answers all there is to know, and the result is stored as it came")
    func roundTrip() async throws {
        try await withDoor { scene in
            let id = try await scene.submit("h\u{0}llo")
            let leases = try await scene.claim(
                #"{"queues":["small"],"wait":0,"lease":7,"worker":"py","host":"box","pid":3}"#
            )
            let lease = try #require(leases.first)
            #expect(lease["fence"] as? Int == 1 && lease["attempt"] as? Int == 1 && lease["maxAttempts"] as? Int == 2)
            #expect(lease["type"] as? String == "echo" && lease["queue"] as? String == "small")
            #expect(lease["contentType"] as? String == "text/plain" && lease["alone"] as? Bool == false)
            #expect(lease["leaseSeconds"] as? Int == 7 && lease["timeoutSeconds"] as? Int == 60)
            #expect(Data(base64Encoded: lease["payload"] as? String ?? "") == Data("h\u{0}llo".utf8))
            let name = try #require(lease["worker"] as? String)
            #expect(name.hasPrefix("py-") && name != "py-")
            let place = try await scene.store.place(of: id)
            #expect(place?.worker == name && place?.leaseUntil == Self.start + .seconds(7))
            let shown = try #require(try await scene.store.overview().workers.first)
            #expect(shown.name == name && shown.host == "box" && shown.processID == 3)
            #expect(shown.slots == 1 && shown.queues == ["small"] && shown.running == [id])

            let links = try #require(lease["links"] as? [String: String])
            let path = try #require(links["succeed"]) + "&status=201"
            let answer = try await scene.post(path, [.contentType: "image/png"], body: "bytes")
            #expect(answer.status == .ok && answer.string == #"{"id":"\#(id)","fence":1,"outcome":"settled"}"#)
            let record = try await scene.record(id)
            #expect(record.state == .succeeded && record.result?.status == 201)
            #expect(record.result?.mediaType == "image/png" && record.result?.inline == Array("bytes".utf8))
            #expect(try await scene.workers() == [])
            let again = try await scene.post(path, [.contentType: "image/png"], body: "bytes")
            #expect(try again.text("outcome") == "repeated")
        }
    }

    @Test("a lease names the trace of its job, and what others have added to it where there is anything")
    func trace() async throws {
        try await withDoor { scene in
            let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            for (trace, shown) in [
                (TraceContext(traceparent: parent, tracestate: "a=1"), [parent, "a=1"]),
                (TraceContext(traceparent: parent), [parent, nil]), (nil, [nil, nil]),
            ] {
                _ = try await scene.submit(trace: trace)
                let lease = try #require(try await scene.claim().first)
                #expect([lease["traceparent"] as? String, lease["tracestate"] as? String] == shown)
            }
        }
    }

    @Test("who does not want to wait is told at once that there is nothing")
    func nothing() async throws {
        try await withDoor { scene in
            let leases = try await scene.claim()
            #expect(leases.isEmpty)
            #expect(try await scene.workers() == [])
        }
    }

    @Test("a poll waits for a job of any of its queues, and shows its worker meanwhile")
    func longPoll() async throws {
        try await withDoor { scene in
            for queue in ["small", "other"] {
                async let poll = scene.claim(#"{"queues":["small","other"],"wait":60,"max":3,"worker":"a"}"#)
                try await eventually("it waits") { try await scene.workers().count == 1 }
                let shown = try #require(try await scene.store.overview().workers.first)
                #expect(shown.slots == 3 && shown.queues == ["small", "other"] && shown.running.isEmpty)
                let id = try await scene.submit(queue: queue)
                let lease = try #require(try await poll.first)
                #expect(lease["id"] as? String == id.text && lease["worker"] as? String == shown.name)
                let links = try #require(lease["links"] as? [String: String])
                #expect(try await scene.post(links["succeed"], body: "1").status == .ok)
                #expect(try await scene.workers() == [])
            }
        }
    }

    @Test("each lease of a claim has a name of its own, so that each worker lost counts")
    func several() async throws {
        try await withDoor { scene in
            for _ in 0..<3 { _ = try await scene.submit() }
            let leases = try await scene.claim(#"{"queues":["small"],"max":2,"wait":0}"#)
            #expect(Set(leases.compactMap { $0["id"] as? String }).count == 2)
            #expect(Set(leases.compactMap { $0["worker"] as? String }).count == 2)
            #expect(try await scene.claim(#"{"queues":["small"],"max":2,"wait":0}"#).count == 1)
        }
    }

    @Test("a job that may be poison goes to an idle worker only, and alone")
    func suspect() async throws {
        try await withDoor { scene in
            let id = try await scene.submit()
            for _ in 0..<2 {
                #expect(try await scene.claim().count == 1)
                try await scene.outlive()
            }
            #expect(try await scene.record(id).stalls == 2)
            _ = try await scene.submit()
            let busy = try await scene.claim(#"{"queues":["small"],"wait":0,"idle":false}"#)
            #expect(busy.allSatisfy { $0["id"] as? String != id.text })
            let leases = try await scene.claim(#"{"queues":["small"],"max":5,"wait":0}"#)
            #expect(leases.count == 1 && leases.first?["id"] as? String == id.text)
            #expect(leases.first?["alone"] as? Bool == true)
        }
    }

    @Test(
        "a body that makes no sense is refused, with the place",
        arguments: [
            ("{}", ""), (#"{"queues":[]}"#, "/queues"), (#"{"queues":["nowhere"]}"#, "/queues/0"),
            (#"{"queues":["small"],"wait":61}"#, "/wait"), (#"{"queues":["small"],"max":0}"#, "/max"),
            (#"{"queues":["small"],"lease":1}"#, "/lease"), (#"{"queues":["small"],"worker":"a b"}"#, "/worker"),
            (#"{"queues":["small"],"slots":4}"#, "/slots"), ("[1", ""),
        ]
    )
    func badOrder(body: String, pointer: String) async throws {
        try await withDoor { scene in
            let answer = try await scene.client.send(.post, "/leases", Self.json, body: body)
            try answer.expectProblem(400, "invalid-body")
            let errors = try #require(try answer.json["errors"] as? [[String: Any]])
            #expect(errors.first?["pointer"] as? String == pointer)
        }
    }

    @Test("other bodies are refused")
    func badBody() async throws {
        try await withDoor { scene in
            let order = #"{"queues":["small"]}"#
            let plain = try await scene.client.send(.post, "/leases", [.contentType: "text/plain"], body: order)
            try plain.expectProblem(415, "unsupported-media-type")
            let long = try await scene.client.send(
                .post,
                "/leases",
                Self.json,
                body: String(repeating: " ", count: JSONBody.limit) + order
            )
            try long.expectProblem(413, "payload-too-large")
        }
    }

    @Test("leases ask for a key with the scope work, which an operator's has not")
    func scopes() async throws {
        func key(_ name: String, _ scope: Scope) -> APIKey {
            APIKey(name: name, digest: APIKey.digest(of: name), scopes: [scope])
        }
        try await withDoor(keys: APIKeyRing([key("worker", .work), key("operator", .admin)])) { scene in
            let body = #"{"queues":["small"],"wait":0}"#
            func claim(_ key: String?) async throws -> TestResponse {
                var headers = Self.json
                headers[.authorization] = key.map { "Bearer \($0)" }
                return try await scene.client.send(.post, "/leases", headers, body: body)
            }
            #expect(try await claim("worker").status == .ok)
            try await claim("operator").expectProblem(403, "forbidden")
            try await claim(nil).expectProblem(401, "unauthorized")
        }
    }

    // MARK: Holding

    @Test("a heartbeat prolongs the lease")
    func heartbeat() async throws {
        try await withDoor { scene in
            let (id, links) = try await scene.lease()
            for _ in 0..<4 {
                for _ in 0..<4 {
                    scene.clock.advance(by: .seconds(1))
                    try await scene.store.tick(lease: .seconds(5))
                }
                let answer = try await scene.post(links["heartbeat"])
                #expect(answer.string == #"{"id":"\#(id)","fence":1,"cancel":false,"leaseSeconds":5}"#)
            }
            #expect(try await scene.record(id).state == .running)
        }
    }

    @Test("progress is stored, and what is not said stays as it was")
    func progress() async throws {
        try await withDoor { scene in
            let (id, links) = try await scene.lease()
            let first = try await scene.post(links["progress"], body: #"{"percent":40,"stage":"reading","log":"a\nb"}"#)
            #expect(first.status == .ok)
            _ = try await scene.post(links["progress"], body: #"{"message":"half of it"}"#)
            let progress = try await scene.record(id).progress
            #expect(progress == Progress(percent: 40, stage: "reading", message: "half of it"))
            let bad = try await scene.post(links["progress"], body: #"{"percent":101}"#)
            try bad.expectProblem(400, "invalid-body")
        }
    }

    @Test("a worker is told that the end of its job was asked for, and the job ends as canceled")
    func canceling() async throws {
        try await withDoor { scene in
            let (id, links) = try await scene.lease()
            _ = try await scene.store.cancel(id)
            let answer = try await scene.post(links["heartbeat"])
            #expect(try answer.member("cancel") as? Bool == true)
            #expect(try await scene.post(links["release"]).status == .ok)
            #expect(try await scene.record(id).state == .canceled)
        }
    }

    @Test("with an old fence nothing is changed, whatever is sent", arguments: LeaseAction.allCases)
    func staleFence(action: LeaseAction) async throws {
        try await withDoor { scene in
            let (id, links) = try await scene.lease()
            try await scene.outlive()
            let leases = try await scene.claim()
            #expect(leases.first?["fence"] as? Int == 2)
            let before = try await scene.record(id)
            let answer = try await scene.post(links[action.rawValue], body: action == .heartbeat ? nil : "{}")
            try answer.expectProblem(409, "lease-lost")
            #expect(try await scene.record(id) == before)
        }
    }

    @Test("a lease whose worker is silent runs out, and its worker counts as lost")
    func silence() async throws {
        try await withDoor { scene in
            let (id, links) = try await scene.lease()
            _ = try await scene.post(links["heartbeat"])
            try await scene.outlive()
            let record = try await scene.record(id)
            #expect(record.state == .queued && record.stalls == 1 && record.failures == 0)
        }
    }

    @Test("leases of jobs that there are not")
    func unknown() async throws {
        try await withDoor { scene in
            try await scene.post("/leases/x/heartbeat?fence=1").expectProblem(404, "unknown-job")
            let (id, links) = try await scene.lease()
            try await scene.post("/leases/\(id)/heartbeat").expectProblem(400, "invalid-query")
            try await scene.post("/leases/\(id)/heartbeat?fence=0").expectProblem(400, "invalid-query")
            try await scene.post("/leases/\(id)/heartbeat?fence=1&worker=a%20b").expectProblem(400, "invalid-query")
            #expect(try await scene.post("/leases/\(id)/heartbeat?fence=1").status == .ok)
            _ = try await scene.post(links["succeed"], body: "1")
            try await scene.post(links["heartbeat"]).expectProblem(409, "lease-lost")
            _ = try await scene.store.remove(id)
            try await scene.post(links["heartbeat"]).expectProblem(410, "gone")
        }
    }

    @Test("an attempt that takes longer than its type allows has failed")
    func timeout() async throws {
        try await withDoor { scene in
            let (id, links) = try await scene.lease()
            for _ in 0..<15 {
                scene.clock.advance(by: .seconds(4))
                #expect(try await scene.post(links["heartbeat"]).status == .ok)
            }
            scene.clock.advance(by: .seconds(1))
            try await scene.post(links["heartbeat"]).expectProblem(409, "attempt-too-long")
            let record = try await scene.record(id)
            #expect(record.state == .scheduled && record.failures == 1)
        }
    }

    // MARK: Ending

    @Test("a failure is tried again, or not, or later, as the worker says")
    func failures() async throws {
        try await withDoor { scene in
            let (again, first) = try await scene.lease()
            let body = #"{"retryable":true,"error":"no luck"}"#
            #expect(try await scene.post(first["fail"], body: body).text("outcome") == "settled")
            #expect(try await scene.post(first["fail"], body: body).text("outcome") == "repeated")
            let retried = try await scene.record(again)
            #expect(retried.state == .scheduled && retried.failures == 1)

            let (never, second) = try await scene.lease()
            let final = #"{"retryable":false,"error":{"code":"bad-input","message":"too small","status":422}}"#
            #expect(try await scene.post(second["fail"], body: final).text("outcome") == "settled")
            let failed = try await scene.record(never)
            #expect(failed.state == .failed)
            let stored = JobRecord.StoredFailure(code: "bad-input", detail: "too small", status: 422)
            #expect(failed.failure == stored)

            let (later, third) = try await scene.lease()
            #expect(try await scene.post(third["fail"], body: #"{"later":true,"retryAfter":90}"#).status == .ok)
            let putOff = try await scene.record(later)
            #expect(putOff.state == .scheduled && putOff.failures == 0)
            #expect(putOff.dueAt == scene.clock.now + .seconds(90))

            let (_, fourth) = try await scene.lease()
            let bad = try await scene.post(fourth["fail"], body: #"{"error":{"status":200}}"#)
            try bad.expectProblem(400, "invalid-body")
        }
    }

    @Test("a job that is given back is the next one, and its worker is not lost")
    func release() async throws {
        try await withDoor { scene in
            let (id, links) = try await scene.lease()
            #expect(try await scene.post(links["release"]).text("outcome") == "released")
            let record = try await scene.record(id)
            #expect(record.state == .queued && record.stalls == 0)
            #expect(try await scene.claim().first?["fence"] as? Int == 2)
        }
    }

    @Test("a result that is too large fails the job; one that is malformed changes nothing")
    func badResult() async throws {
        try await withDoor { scene in
            let (id, links) = try await scene.lease()
            let path = try #require(links["succeed"])
            let type = try await scene.post(path, [.contentType: "no type"], body: "1")
            try type.expectProblem(400, "invalid-content-type")
            let coding = try await scene.post(path, [.contentEncoding: "gzip"], body: "1")
            try coding.expectProblem(415, "unsupported-content-encoding")
            try await scene.post(path + "&status=203", body: "1").expectProblem(400, "invalid-query")
            #expect(try await scene.record(id).state == .running)
            try await scene.post(path, body: "01234567890").expectProblem(413, "result-too-large")
            let record = try await scene.record(id)
            #expect(record.state == .failed && record.failure?.code == JobFailure.resultTooLargeCode)
        }
    }

    // MARK: Leaving

    @Test("a worker that hangs up while it waits is forgotten, and takes no job along")
    func hangUp() async throws {
        try await withDoor { scene in
            let port = try #require(scene.client.port)
            try await RawConnection.open(port: port) { connection in
                let body = #"{"queues":["small"],"wait":60}"#
                try await connection.send(
                    "POST /leases HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                )
                try await eventually("it waits") { try await scene.workers().count == 1 }
                connection.closeOutput()
                let answer = try await connection.receiveAll()
                #expect(answer.hasSuffix(#"{"leases":[]}"#), "\(answer)")
            }
            try await eventually("it is forgotten") { try await scene.workers().isEmpty }
            let id = try await scene.submit()
            #expect(try await scene.claim().first?["id"] as? String == id.text)
        }
    }
}
