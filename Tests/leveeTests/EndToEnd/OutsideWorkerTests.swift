// The workers in `examples`, which know nothing but HTTP: real front ends, real programs.

import Foundation
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct OutsideWorkerTests {
    private static let examples = ["worker.py", "worker.sh"]

    /// No job type has a handler: nothing here runs them.
    private static let jobs = """
        worker: {lease: 2s}
        jobs:
          upper: {queue: letters}
          stubborn: {queue: letters}
          picky: {queue: letters, retries: {maxAttempts: 2, base: 20ms}}
        """

    /// Goes by the type of its job.
    private static let program = """
        #!/bin/sh
        case $LEVEE_JOB_TYPE in
            upper) tr a-z A-Z ;;
            picky)
                case $(cat) in
                    never) echo 'a "bad" input' >&2; exit 65 ;;
                    later) test "$LEVEE_FENCE" -gt 2 || exit 75; echo "$LEVEE_ATTEMPT" ;;
                    *) echo 'no luck' >&2; exit 1 ;;
                esac ;;
            stubborn)
                if [ "$LEVEE_FENCE" = 1 ]; then
                    echo "$$" >first.tmp
                    mv first.tmp first
                    exec sleep ${SLEEP:-1000}
                fi
                printf 'attempt %s, fence %s' "$LEVEE_ATTEMPT" "$LEVEE_FENCE" ;;
        esac
        """

    private func withFleet(_ body: (Fleet, _ jobs: HTTPDoor, _ admin: HTTPDoor) async throws -> Void) async throws {
        try await Fleet.run(Self.jobs) { fleet in
            try fleet.folder.write(Self.program, to: "work", isExecutable: true)
            let (jobs, admin) = try await fleet.doors()
            try await body(fleet, jobs, admin)
        }
    }

    /// The process that makes the first attempt at a stubborn job.
    private func first(_ fleet: Fleet) async throws -> pid_t {
        let file = "\(fleet.folder.path)/first"
        try await eventually("the program has started") { FileManager.default.fileExists(atPath: file) }
        let text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
        return try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    @Test(arguments: examples) func jobsAreDone(example: String) async throws {
        try await withFleet { fleet, door, admin in
            #expect(try await fleet.levee("check").status == 0)
            let worker = try fleet.outsider("w", example, at: admin, "letters", "./work")
            let job = try await door.submit("upper", "it's \"h\u{0}llo\"\n", mediaType: "text/plain")
            let answer = try await door.result(of: job)
            #expect(String(decoding: answer.body, as: UTF8.self) == "IT'S \"H\u{0}LLO\"\n")
            #expect(answer["Content-Type"] == "text/plain")
            let large = try await door.submit("upper", Array(repeating: 0x61, count: 1 << 20), mediaType: "text/plain")
            let end = try await door.result(of: large)
            let isWhole = end.body == Array(repeating: 0x41, count: 1 << 20)
            #expect(isWhole, "\(end.status), \(end.body.count) bytes")

            let never = try await door.submit("picky", "never", mediaType: "text/plain")
            let refused = try await door.result(of: never)
            #expect(refused.status == 422)
            #expect(try refused.text("error", "message") == "a \"bad\" input")
            #expect(try await door.history(of: never) == ["queued submit", "running claim", "failed fail"])
            let again = try await door.submit("picky", "again", mediaType: "text/plain")
            #expect(try await door.result(of: again).status == 424)
            let later = try await door.submit("picky", "later", mediaType: "text/plain")
            #expect(String(decoding: try await door.result(of: later).body, as: UTF8.self) == "1\n")
            #expect(try await door.history(of: later).contains("scheduled throttle"))

            worker.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: worker) == 0)
        }
    }

    @Test(arguments: examples, examples) func anothersJobIsTakenOver(killed: String, other: String) async throws {
        try await withFleet { fleet, door, admin in
            let worker = try fleet.outsider("one", killed, at: admin, "letters", "./work")
            let job = try await door.submit("stubborn", "", mediaType: "text/plain")
            let program = try await first(fleet)
            defer { kill(program, SIGKILL) }
            let id = String(job.dropFirst("/jobs/".count))
            let explained = try await fleet.levee("explain", id)
            #expect(explained.output.contains("It runs on worker one-"), "\(explained.output)")
            #expect(explained.output.contains("pid \(worker.pid)"), "\(explained.output)")
            worker.signal(SIGKILL)
            _ = try fleet.outsider("two", other, at: admin, "letters", "./work")

            let answer = try await door.result(of: job)
            #expect(String(decoding: answer.body, as: UTF8.self) == "attempt 1, fence 2")
            let log = ["queued submit", "running claim", "queued lost", "running claim", "succeeded finish"]
            #expect(try await door.history(of: job) == log)
            for action in ["heartbeat", "progress", "succeed", "fail", "release"] {
                let late = try await admin.send(
                    .POST,
                    "/leases/\(id)/\(action)?fence=1",
                    type: "application/json",
                    body: Array("{}".utf8)
                )
                #expect(late.status == 409, "\(action)")
                #expect(try late.text("type") == "urn:levee:problem:lease-lost")
            }
            #expect(try await door.result(of: job).body == answer.body)
            #expect(try await door.history(of: job) == log)
        }
    }

    @Test(arguments: examples) func toldToStopItEndsWhatItHas(example: String) async throws {
        try await withFleet { fleet, door, admin in
            let worker = try fleet.outsider("w", example, at: admin, "letters", "env", "SLEEP=3", "./work")
            let job = try await door.submit("stubborn", "", mediaType: "text/plain")
            _ = try await first(fleet)
            worker.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: worker) == 0)
            #expect(try await door.end(of: job).status == 302)
            #expect(try await door.history(of: job) == ["queued submit", "running claim", "succeeded finish"])
            let workers = try await admin.send(.GET, "/workers").json("workers") as? [[String: Any]]
            #expect(workers?.isEmpty == true)
        }
    }

    @Test(arguments: examples) func aJobThatIsCanceledEnds(example: String) async throws {
        try await withFleet { fleet, door, admin in
            _ = try fleet.outsider("w", example, at: admin, "letters", "./work")
            let job = try await door.submit("stubborn", "", mediaType: "text/plain")
            let program = try await first(fleet)
            #expect(try await door.send(.DELETE, job).status == 202)
            try await door.wait(for: job, toBe: "canceled")
            try await eventually("its program has ended") { !ProcessTable.isAlive(program) }
        }
    }

    @Test(arguments: examples) func anotherFrontEndIsAsked(example: String) async throws {
        try await withFleet { fleet, door, admin in
            let nobody = HTTPDoor(base: "http://127.0.0.1:9 \(admin.base)")
            _ = try fleet.outsider("w", example, at: nobody, "letters", "./work")
            let job = try await door.submit("upper", "x", mediaType: "text/plain")
            #expect(try await door.result(of: job).body == Array("X".utf8))
        }
    }
}
