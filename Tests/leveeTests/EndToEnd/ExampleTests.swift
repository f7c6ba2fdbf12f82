// The examples that come with Levee, each run for real.

import Foundation
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct ExampleTests {
    static let folder = URL(filePath: #filePath).appending(path: "../../../../examples").standardizedFileURL.path

    /// Runs a front end and a worker on an example.
    static func run(
        _ name: String,
        workers: Int = 1,
        changing changes: [(String, String)] = [],
        _ body: (Fleet, HTTPDoor, HTTPDoor) async throws -> Void
    ) async throws {
        var text = try String(contentsOfFile: "\(folder)/\(name).yaml", encoding: .utf8)
        for (old, new) in changes + [("workingDirectory: .\n", "workingDirectory: \(folder)\n")] {
            text = text.replacing(old, with: new)
        }
        try await Fleet.run(text) { fleet in
            let (door, admin) = try await fleet.doors()
            for number in 1...workers { _ = try await fleet.worker("w\(number)") }
            try await body(fleet, door, admin)
        }
    }

    @Test(arguments: ["task", "square", "proxy"])
    func everyExampleIsValid(name: String) throws {
        let run = try runLevee(
            "check",
            "--config",
            "\(Self.folder)/\(name).yaml",
            environment: ProcessInfo.processInfo.environment
        )
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func whatCannotWorkIsRefusedWithItsLine() throws {
        let folder = try TemporaryFolder()
        let mistakes = [
            ("  GET /a/{x}: {job: echo}\n  GET /a/b: {job: echo}\n", 5, "collides with routes.\"GET /a/{x}\""),
            ("  GET /a//b: {job: echo}\n", 4, "no path would match"),
            ("  GET /a: {job: ecko}\n", 4, "did you mean echo?"),
        ]
        for (routes, line, words) in mistakes {
            let text = "jobs:\n  echo: {handler: {builtin: echo}}\nroutes:\n"
            let file = try folder.write(text + routes, to: "levee.yaml")
            let run = try runLevee("check", "--config", file, environment: [:])
            #expect(run.status == 2)
            #expect(run.errors.contains("levee.yaml:\(line):") && run.errors.contains(words), "\(run.errors)")
        }
        let text = try String(contentsOfFile: "\(Self.folder)/square.yaml", encoding: .utf8)
        let file = try folder.write(text.replacing("[python3,", with: "[no-such-python,"), to: "square.yaml")
        let run = try runLevee("check", "--config", file, environment: ProcessInfo.processInfo.environment)
        #expect(run.status == 2)
        let line = try #require(
            text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.contains("command:") }
        )
        #expect(
            run.errors.contains("square.yaml:\(line + 1):") && run.errors.contains("no-such-python"),
            "\(run.errors)"
        )
    }

    @Test func aTaskIsStartedPendingAndComplete() async throws {
        try await Self.run("task") { _, door, _ in
            let started = try await door.send(.POST, "/task", body: Array("to be done".utf8))
            #expect(started.status == 202)
            let id = try started.text("id")
            #expect(String(decoding: started.body, as: UTF8.self) == #"{"id":"\#(id)","status":"started"}"#)
            let pending = try await door.send(.GET, "/task/\(id)")
            #expect(try (pending.status, pending.text("status")) == (202, "pending"))
            var ended = pending
            try await eventually("the task ends") {
                ended = try await door.send(.GET, "/task/\(id)")
                return ended.status == 302
            }
            #expect(try ended.text("status") == "complete")
            let location = try #require(ended["Location"])
            #expect(location.hasSuffix("/resource/\(id)"))
            let resource = try await door.send(.GET, location)
            #expect(String(decoding: resource.body, as: UTF8.self) == "TO BE DONE")
            #expect(resource["Content-Type"] == "text/plain")
        }
    }

    /// What lies in a list, once there is anything.
    private func messages(in list: String, _ admin: HTTPDoor) async throws -> [[String: Any]] {
        var found: [[String: Any]] = []
        try await eventually("a message in \(list)") {
            let answer = try await admin.send(.GET, "/destinations/\(list)?hide=0").json("messages")
            found = try #require(answer as? [[String: Any]]).compactMap { $0["message"] as? [String: Any] }
            return !found.isEmpty
        }
        return found
    }

    @Test func aSquareIsCalledSynchronouslyAndAsynchronously() async throws {
        try await Self.run("square", changing: [("base: 1s", "base: 100ms")]) { fleet, door, admin in
            let sync = try await door.send(.GET, "/square/12", headers: [("User-Agent", "test/1")])
            #expect(sync.status == 200, "\(String(decoding: sync.body, as: UTF8.self))")
            #expect(sync["Content-Type"] == "application/json")
            let call: [String: String] = [
                "api_stage": "local", "api_resource_path": "/square/{number}", "http_method": "GET",
                "source_ip": "127.0.0.1", "user-agent": "test/1",
            ]
            for (name, value) in call { #expect(try sync.text(name) == value) }
            #expect(try sync.text("api_request_id").hasPrefix("00"))
            #expect(try sync.text("synchronous_invocation") == "true")
            #expect(try sync.json("square_of_your_number_is") as? Int == 144)
            let event = [("User-Agent", "test/1"), ("InvocationType", "Event")]
            let accepted = try await door.send(.GET, "/square/12", headers: event)
            #expect(accepted.status == 202)
            for (name, value) in call { #expect(try accepted.text(name) == value) }
            #expect(try accepted.text("asynchronous_invocation") == "true")
            #expect(try !accepted.text("message").isEmpty)
            let id = try accepted.text("api_request_id")
            let result = try await door.result(of: "/jobs/\(id)")
            #expect(try result.json("square_of_your_number_is") as? Int == 144)

            let failed = try await door.send(.GET, "/square/1000001")
            #expect(failed.status == 502)
            #expect(try failed.text("detail").contains("too large"))
            let once = try #require(failed["Operation-Location"]?.split(separator: "/").last)
            #expect(try await door.history(of: "/jobs/\(once)") == ["queued submit", "running claim", "failed fail"])
            let lost = try await door.send(.GET, "/square/1000001", headers: event).text("api_request_id")
            _ = try await door.end(of: "/jobs/\(lost)")
            let attempts = try await door.history(of: "/jobs/\(lost)").filter { $0 != "queued promote" }
            let delayed = ["running claim", "scheduled fail", "running claim", "scheduled fail", "running claim"]
            #expect(attempts == ["queued submit"] + delayed + ["failed fail"])
            #expect(try await door.send(.GET, "/square/twelve").status == 400)

            let results = try await messages(in: "squared", admin)
            #expect(results.count == 1, "only a call that nobody waits for is told to a destination")
            let context = results.first?["requestContext"] as? [String: Any]
            #expect(context?["requestId"] as? String == id)
            #expect(context?["condition"] as? String == "Success")
            let response = results.first?["responsePayload"] as? [String: Any]
            #expect(response?["square_of_your_number_is"] as? Int == 144)
            let letters = try await messages(in: "unsquared", admin)
            #expect(letters.count == 1)
            #expect((letters.first?["body"] as? [String: Any])?["number"] as? Int == 1_000_001)
            let attributes = letters.first?["attributes"] as? [String: Any]
            #expect(attributes?["RequestID"] as? String == lost)
            #expect((attributes?["ErrorMessage"] as? String)?.contains("too large") == true)
            let doctor = try await fleet.levee("doctor")
            #expect(doctor.status == 0, "\(doctor.output)")
        }
    }

    @Test func aProxyPassesRequestsOnAndAnswersBack() async throws {
        try await UpstreamServer.run({ request, server in
            if request.target.hasPrefix("/missing") {
                return .answer(404, headers: [("X-Request-ID", "9")], body: "not here")
            }
            if request.target.hasPrefix("/lie") { return .raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort") }
            if request.target.hasPrefix("/away") { return .answer(302, headers: [("Location", "/else")]) }
            if request.target.hasPrefix("/busy"), server.requests.count(where: { $0.target == "/busy" }) < 3 {
                return .answer(503, headers: [("Retry-After", "1")])
            }
            if request.target.hasPrefix("/never") { try await Task.sleep(for: .seconds(600)) }
            let type = request.values("Content-Type").first ?? "none"
            let body = "\(request.method) \(request.target) \(type) \(String(decoding: request.body, as: UTF8.self))"
            return .answer(200, headers: [("Content-Type", "text/x-test"), ("ETag", "\"1\"")], body: body)
        }) { upstream in
            let changes = [("http://127.0.0.1:9000", upstream.url), ("timeout: 30s", "timeout: 1s")]
            try await Self.run("proxy", changing: changes) { fleet, door, _ in
                let got = try await door.send(.GET, "/slow/films/7?full=1")
                #expect(String(decoding: got.body, as: UTF8.self) == "GET /films/7?full=1 none ")
                #expect((got.status, got["Content-Type"], got["ETag"]) == (200, "text/x-test", "\"1\""))
                let put = try await door.send(.PUT, "/slow/films/7", type: "text/plain", body: Array("x".utf8))
                #expect(String(decoding: put.body, as: UTF8.self) == "PUT /films/7 text/plain x")
                let missing = try await door.send(.GET, "/slow/missing")
                #expect((missing.status, missing["X-Request-ID"]) == (404, "9"))
                #expect(String(decoding: missing.body, as: UTF8.self) == "not here")
                let away = try await door.send(.GET, "/slow/away")
                #expect((away.status, away["Location"]) == (302, "/else"))
                let lie = try await door.send(.GET, "/slow/lie")
                #expect(lie.status == 502)
                #expect(try lie.text("code") == "upstream-broken")
                let never = try await door.send(.GET, "/slow/never")
                #expect(never.status == 504)
                #expect(try never.text("code") == "timeout")
                try await eventually("the request is closed") { upstream.current == 0 }
                let busy = try await door.send(.GET, "/slow/busy")
                #expect(busy.status == 200, "put off twice, and tried once")
                let job = try #require(busy["Operation-Location"]?.split(separator: "/").last)
                let delays = try await door.history(of: "/jobs/\(job)").filter { $0.hasPrefix("scheduled") }
                #expect(delays == ["scheduled throttle", "scheduled throttle"])
                let later = try await door.send(.POST, "/slow/films", headers: [("Prefer", "respond-async")], body: [1])
                #expect(later.status == 202)
                let resource = try await door.result(of: try #require(later["Location"]).replacing(door.base, with: ""))
                #expect((resource.status, resource["Content-Type"]) == (200, "text/x-test"))
                let key = upstream.requests.last?.values("Idempotency-Key").first
                #expect(key == (try later.text("id")))
                let doctor = try await fleet.levee("doctor")
                #expect(doctor.status == 0, "\(doctor.output)")
            }
        }
    }
}
