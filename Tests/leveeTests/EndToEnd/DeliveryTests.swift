// Follow-ups of ended jobs, with real processes: `examples/webhook.yaml`, a worker that dies, and `levee destinations`.

import Foundation
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct DeliveryTests {
    private static let example = URL(filePath: #filePath).appending(path: "../../../../examples/webhook.yaml")
        .standardizedFileURL

    private func levee(_ admin: HTTPDoor, _ arguments: String...) async throws -> LeveeRun {
        try await Task.detached {
            try runLevee(arguments: arguments, environment: ["LEVEE_ADMIN_URL": admin.base], in: "/")
        }.value
    }

    private func submit(_ door: HTTPDoor, _ body: String, callback: String? = nil) async throws -> String {
        let answer = try await door.send(
            .POST,
            "/jobs/square",
            headers: [("Content-Type", "application/json")] + (callback.map { [("Callback-Url", $0)] } ?? []),
            body: Array(body.utf8)
        )
        try #require(answer.status == 202, "\(String(decoding: answer.body, as: UTF8.self))")
        return try answer.text("id")
    }

    @Test func theExampleIsValid() throws {
        let run = try runLevee("check", "--config", Self.example.path, "--redis", "unix:///nowhere/redis.sock")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("examples/webhook.yaml is valid.") || run.output.contains("webhook.yaml is valid."))
        #expect(!run.output.contains("whsec_"))
    }

    @Test func theExampleDelivers() async throws {
        let text = try String(contentsOf: Self.example, encoding: .utf8)
        try await Receiver.run(answer: { _, number in (number == 0 ? .internalServerError : .ok, [:]) }) { receiver in
            try await Fleet.run(text.replacing("http://127.0.0.1:9000/failed", with: receiver.url)) { fleet in
                let (door, admin) = try await fleet.doors()
                let refused = try await door.send(
                    .POST,
                    "/jobs/square",
                    headers: [("Content-Type", "application/json"), ("Callback-Url", "http://10.0.0.1/")],
                    body: Array("{\"number\": 1}".utf8)
                )
                #expect(refused.status == 400)
                _ = try await fleet.worker("w1")
                let good = try await submit(door, #"{"number": 12}"#, callback: receiver.url)
                try await eventually("the callback") { receiver.deliveries.count == 2 }
                #expect(Set(receiver.deliveries.map { $0.fields["webhook-id"] }) == ["\(good).4"])
                let event = try JSONSerialization.jsonObject(with: Data(receiver.deliveries[1].body)) as? [String: Any]
                #expect(event?["type"] as? String == "job.succeeded")
                #expect((event?["data"] as? [String: Any])?["result"] as? [String: Int] == ["square": 144])

                let read = try await levee(admin, "destinations", "read", "squares", "--hide", "0")
                #expect(read.output.contains(#""responsePayload":{"square":144}"#), "\(read)")
                #expect(try await levee(admin, "destinations").output.contains("squares"))
                #expect(try await levee(admin, "destinations", "ack", "squares", "\(good).1").status == 0)
                #expect(try await levee(admin, "destinations", "ack", "squares", "\(good).1").status == 5)

                let bad = try await submit(door, #"{"number": "twelve"}"#)
                try await eventually("the failure") { receiver.deliveries.count == 3 }
                #expect(receiver.deliveries[2].fields["webhook-id"] == "\(bad).2")
                try await eventually("the dead letter") {
                    try await levee(admin, "destinations", "read", "broken", "--hide", "0").output.contains(bad)
                }
                let doctor = try await fleet.levee("doctor")
                #expect(doctor.status == 0, "\(doctor.output)")
            }
        }
    }

    @Test func whatCouldNotBeDeliveredIsDeliveredAfterAll() async throws {
        try await Receiver.run(answer: { _, number in (number < 1 ? .gone : .ok, [:]) }) { receiver in
            let text = """
                webhooks: {allow: [127.0.0.0/8]}
                jobs: {square: {handler: {builtin: square}, onSuccess: {webhook: "\(receiver.url)"}}}
                """
            try await Fleet.run(text) { fleet in
                let (door, admin) = try await fleet.doors()
                _ = try await fleet.worker("w1")
                let id = try await submit(door, #"{"number": 2}"#)
                try await eventually("a dead delivery") {
                    try await levee(admin, "destinations", "dead").output.contains("\(id).1")
                }
                #expect(try await levee(admin, "destinations", "redeliver", "\(id).1").status == 0)
                try await eventually("its delivery") { receiver.deliveries.count == 2 }
                #expect(Set(receiver.deliveries.map { $0.fields["webhook-id"] }) == ["\(id).1"])
                #expect(try await levee(admin, "destinations", "redeliver", "\(id).1").status == 5)
                #expect(try await levee(admin, "destinations", "purge").output == "0 removed\n")
            }
        }
    }

    #if DEBUG
        @Test func aWorkerThatDiesRightAfterTheEndLosesNoFollowUp() async throws {
            try await Receiver.run { receiver in
                let text = """
                    webhooks: {allow: [127.0.0.0/8]}
                    worker: {lease: 2s}
                    jobs: {square: {handler: {builtin: square}}}
                    """
                try await Fleet.run(text) { fleet in
                    let door = try await fleet.frontEnd()
                    let doomed = try fleet.start("doomed", ["work"], environment: ["LEVEE_CRASH_AT": "finish.answered"])
                    let id = try await submit(door, #"{"number": 3}"#, callback: receiver.url)
                    #expect(try await fleet.signalThatEnds(doomed) == SIGKILL)
                    _ = try await fleet.worker("w2")
                    try await eventually("the callback") { !receiver.deliveries.isEmpty }
                    #expect(receiver.deliveries.first?.fields["webhook-id"] == "\(id).1")
                }
            }
        }
    #endif
}
