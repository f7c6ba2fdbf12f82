// Tests of how outside workers take jobs: by claims that wait.

import Foundation
import HTTPTypes
import HummingbirdTesting
import LeveeCore
import LeveeTestSupport
import LeveeTesting
import Testing

@testable import LeveeGateway

@Suite("Claims of outside workers")
struct ClaimRouteTests {
    @Test("a claim answers all there is to know, and the result is stored as it came")
    func roundTrip() async throws {
        try await LeaseScene.run { scene in
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
            #expect(place?.worker == name && place?.leaseUntil == LeaseScene.start + .seconds(7))
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
        try await LeaseScene.run { scene in
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
        try await LeaseScene.run { scene in
            let leases = try await scene.claim()
            #expect(leases.isEmpty)
            #expect(try await scene.workers() == [])
        }
    }

    @Test("a poll waits for a job of any of its queues, and shows its worker meanwhile")
    func longPoll() async throws {
        try await LeaseScene.run { scene in
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
        try await LeaseScene.run { scene in
            for _ in 0..<3 { _ = try await scene.submit() }
            let leases = try await scene.claim(#"{"queues":["small"],"max":2,"wait":0}"#)
            #expect(Set(leases.compactMap { $0["id"] as? String }).count == 2)
            #expect(Set(leases.compactMap { $0["worker"] as? String }).count == 2)
            #expect(try await scene.claim(#"{"queues":["small"],"max":2,"wait":0}"#).count == 1)
        }
    }

    @Test("a job that may be poison goes to an idle worker only, and alone")
    func suspect() async throws {
        try await LeaseScene.run { scene in
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
        try await LeaseScene.run { scene in
            let answer = try await scene.client.send(.post, "/leases", LeaseScene.json, body: body)
            try answer.expectProblem(400, "invalid-body")
            let errors = try #require(try answer.json["errors"] as? [[String: Any]])
            #expect(errors.first?["pointer"] as? String == pointer)
        }
    }

    @Test("other bodies are refused")
    func badBody() async throws {
        try await LeaseScene.run { scene in
            let order = #"{"queues":["small"]}"#
            let plain = try await scene.client.send(.post, "/leases", [.contentType: "text/plain"], body: order)
            try plain.expectProblem(415, "unsupported-media-type")
            let long = try await scene.client.send(
                .post,
                "/leases",
                LeaseScene.json,
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
        try await LeaseScene.run(keys: APIKeyRing([key("worker", .work), key("operator", .admin)])) { scene in
            let body = #"{"queues":["small"],"wait":0}"#
            func claim(_ key: String?) async throws -> TestResponse {
                var headers = LeaseScene.json
                headers[.authorization] = key.map { "Bearer \($0)" }
                return try await scene.client.send(.post, "/leases", headers, body: body)
            }
            #expect(try await claim("worker").status == .ok)
            try await claim("operator").expectProblem(403, "forbidden")
            try await claim(nil).expectProblem(401, "unauthorized")
        }
    }

    @Test("a worker that hangs up while it waits is forgotten, and takes no job along")
    func hangUp() async throws {
        try await LeaseScene.run { scene in
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
