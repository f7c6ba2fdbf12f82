// Who waits for the end of a process is told what that waits for.

import Foundation
import LeveeTestSupport
import Testing

@Suite(.serialized) struct DrainNoticeTests {
    private static let jobs = """
        worker: {lease: 2s, drainGrace: 60s}
        jobs: {sleep: {handler: {builtin: sleep}}}
        """

    @Test func `a worker says how many jobs run and how long it may take`() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let worker = try await fleet.worker("w1")
            for _ in 0..<2 { try await door.wait(for: door.submit("sleep", #"{"seconds": 600}"#), toBe: "running") }
            worker.signal(SIGUSR1)
            try await eventually("it says that it retires: \(worker.text)") {
                worker.text.contains(#/ retiring .*running=2/#)
            }
            worker.signal(SIGTERM)
            try await eventually("it says that it drains: \(worker.text)") {
                worker.text.contains(#/ draining .*left="\d+ s" .*running=2/#)
            }
            worker.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: worker) == 0)
        }
    }

    @Test func `a front end says how long requests under way may take`() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let port = try #require(URL(string: door.base)?.port)
            // A request that is invited to send its body, and does not.
            let request = "POST /jobs/sleep HTTP/1.1\\r\\nHost: 127.0.0.1:\(port)\\r\\n"
            let rest = #"Content-Length: 99\r\nExpect: 100-continue\r\n\r\n"#
            _ = try fleet.start(
                "client",
                [
                    "-c",
                    "exec 3<>/dev/tcp/127.0.0.1/\(port); printf '\(request)\(rest)' >&3; read -r <&3; echo $REPLY; sleep 100",
                ],
                program: URL(filePath: "/bin/bash"),
                keepsOutput: true
            )
            try await eventually("the request is under way") { fleet.member("client")?.text.contains("100") == true }
            let member = try #require(fleet.member("frontend"))
            member.signal(SIGTERM)
            try await eventually("it says what it waits for: \(member.text)") {
                member.text.contains(/draining: requests under way are answered left="\d+ s"/)
            }
            fleet.member("client")?.signal(SIGKILL)
            #expect(try await fleet.exitStatus(of: member) == 0)
        }
    }
}
