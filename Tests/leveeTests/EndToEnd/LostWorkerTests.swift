// Workers that are killed, stopped, or told to stop, in the middle of a job.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct LostWorkerTests {
    /// The first attempt writes down its process and that of a child, and sleeps; the next ones end at once.
    private static let script = """
        #!/bin/sh
        if [ "$LEVEE_FENCE" = 1 ]; then
            sleep 1000 &
            echo "$$ $!" > first.tmp
            mv first.tmp first
            wait
        fi
        printf 'attempt %s, fence %s' "$LEVEE_ATTEMPT" "$LEVEE_FENCE"
        """

    /// The first attempt writes down its process, and ends a second later.
    private static let lateScript = """
        #!/bin/sh
        if [ "$LEVEE_FENCE" = 1 ]; then
            echo $$ > first.tmp
            mv first.tmp first
            sleep 1
        fi
        printf 'fence %s' "$LEVEE_FENCE"
        """

    private static let jobs = """
        worker: {lease: 2s, drainGrace: 10s}
        jobs:
          late: {handler: {exec: {command: [./late], resultType: text/plain}}}
          stubborn: {handler: {exec: {command: [./stubborn], resultType: text/plain}}}
          sleep: {handler: {builtin: sleep}}
        """

    private func processes(of fleet: Fleet) async throws -> [pid_t] {
        let file = "\(fleet.folder.path)/first"
        try await eventually("the program has started") { FileManager.default.fileExists(atPath: file) }
        let text = String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
        return text.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
    }

    @Test func aKilledWorkersJobRunsElsewhereAndNoChildLivesOn() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            try fleet.folder.write(Self.script, to: "stubborn", isExecutable: true)
            let door = try await fleet.frontEnd()
            let first = try await fleet.worker("w1")
            let job = try await door.submit("stubborn", "", mediaType: "text/plain")
            let children = try await processes(of: fleet)
            #expect(children.count == 2)
            #expect(children.allSatisfy(ProcessTable.isAlive))
            _ = try await fleet.worker("w2")
            first.signal(SIGKILL)

            let answer = try await door.result(of: job)
            #expect(String(decoding: answer.body, as: UTF8.self) == "attempt 1, fence 2")
            let causes = try await door.history(of: job)
            #expect(causes == ["queued submit", "running claim", "queued lost", "running claim", "succeeded finish"])
            try await eventually("no child lives on") { !children.contains(where: ProcessTable.isAlive) }
            // Whose tick it was cannot be told.
            #expect(["frontend", "w2"].contains { fleet.member($0)?.text.contains("reaped=1") == true })
        }
    }

    @Test func aWorkerStoppedPastItsLeaseChangesNothing() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            try fleet.folder.write(Self.lateScript, to: "late", isExecutable: true)
            let door = try await fleet.frontEnd()
            let first = try await fleet.worker("w1")
            let job = try await door.submit("late", "", mediaType: "text/plain")
            // Stopped any earlier, it might not know of its claim yet, and never would.
            _ = try await processes(of: fleet)
            first.signal(SIGSTOP)
            _ = try await fleet.worker("w2")
            let end = try await door.end(of: job)
            let causes = try await door.history(of: job)
            first.signal(SIGCONT)
            try await eventually("the late worker hears that it is too late: \(first.text)") {
                first.text.contains("the lease was lost") || first.text.contains("told to stop a job")
            }
            #expect(try await door.history(of: job) == causes)
            #expect(try await door.end(of: job).body == end.body)
            #expect(causes == ["queued submit", "running claim", "queued lost", "running claim", "succeeded finish"])
        }
    }

    @Test func aWorkerThatIsToldToStopEndsWhatItRuns() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let worker = try await fleet.worker("w1")
            let job = try await door.submit("sleep", #"{"seconds": 1}"#)
            try await door.wait(for: job, toBe: "running")
            worker.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: worker) == 0)
            #expect(try await door.history(of: job) == ["queued submit", "running claim", "succeeded finish"])
        }
    }

    @Test func whatOutlivesTheGraceIsHandedBack() async throws {
        try await Fleet.run(Self.jobs.replacing("drainGrace: 10s", with: "drainGrace: 100ms")) { fleet in
            let door = try await fleet.frontEnd()
            let worker = try await fleet.worker("w1")
            let job = try await door.submit("sleep", #"{"seconds": 1000}"#)
            try await door.wait(for: job, toBe: "running")
            worker.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: worker) == 0)
            #expect(try await door.history(of: job) == ["queued submit", "running claim", "queued release"])
        }
    }

    @Test func aWorkerIsReadyWhileRedisAnswersIt() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let worker = try fleet.start("w1", ["work", "--health-port", "0"])
            let door = try await fleet.door("probes", of: worker)
            try await eventually("it is ready") { try await door.send(.GET, "/readyz").status == 200 }
            fleet.redis.stop()
            try await eventually("it is not") { try await door.send(.GET, "/readyz").status == 503 }
            #expect(try await door.send(.GET, "/livez").status == 200)
            try await fleet.redis.start()
            try await eventually("it is again") { try await door.send(.GET, "/readyz").status == 200 }
            #expect(worker.isAlive)
        }
    }

    @Test func aSecondOrderToStopDoesNotWaitForTheGrace() async throws {
        try await Fleet.run(Self.jobs.replacing("drainGrace: 10s", with: "drainGrace: 1h")) { fleet in
            let door = try await fleet.frontEnd()
            let worker = try await fleet.worker("w1")
            let job = try await door.submit("sleep", #"{"seconds": 1000}"#)
            try await door.wait(for: job, toBe: "running")
            worker.signal(SIGTERM)
            try await eventually("it drains: \(worker.text)") { worker.text.contains("draining") }
            #expect(worker.isAlive)
            worker.signal(SIGTERM)
            #expect(try await fleet.exitStatus(of: worker) == 0)
            #expect(try await door.history(of: job) == ["queued submit", "running claim", "queued release"])
        }
    }

    @Test func aJobThatKillsItsWorkersEndsAsPoisonAndItsNeighboursDoNot() async throws {
        let jobs = """
            worker: {lease: 2s}
            jobs:
              either: {handler: {exec: {command: [./either]}}}
            """
        // What runs the program is a guard, whose parent is the worker.
        let script = """
            #!/bin/sh
            read -r what
            [ "$what" = good ] || kill -9 "$(ps -o ppid= -p "$PPID" | tr -d ' ')"
            sleep 0.2
            """
        try await Fleet.run(jobs) { fleet in
            try fleet.folder.write(script, to: "either", isExecutable: true)
            let door = try await fleet.frontEnd()
            var good: [String] = []
            for _ in 0..<63 { good.append(try await door.submit("either", "good\n", mediaType: "text/plain")) }
            let bad = try await door.submit("either", "bad\n", mediaType: "text/plain")

            // All of them are taken together, again and again, by workers that die of the one.
            var deaths = 0
            var worker = try await fleet.worker("w0", slots: 64)
            try await eventually("the one ends: \(deaths) deaths") {
                if !worker.isAlive {
                    deaths += 1
                    worker = try await fleet.worker("w\(deaths)", slots: 64)
                }
                return try await door.send(.GET, bad).status != 202
            }
            let end = try await door.end(of: bad)
            #expect(try end.text("error", "code") == "poison")
            #expect(deaths >= 5, "a death whose claim may never have arrived does not count")
            for job in good { #expect(try await door.end(of: job).text("status") == "succeeded") }
        }
    }

    @Test func anIdleWorkerSendsItsWaitItsHeartbeatAndItsTick() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let worker = try await fleet.worker("w1")
            try await withClient(fleet.redis.unix) { client in
                try await eventually("it waits: \(worker.text)") {
                    try await client.send(["INFO", "clients"]).string?.contains("blocked_clients:1") == true
                }
                let before = try await calls(client)
                try await eventually("some beats and ticks have passed") {
                    try await calls(client)["evalsha", default: 0] >= before["evalsha", default: 0] + 8
                }
                let after = try await calls(client)
                let sent = after.filter { $0.value > before[$0.key, default: 0] }.keys
                let scripted: Set = [
                    "time", "hmget", "hset", "hget", "pexpireat", "zadd", "zrangebyscore", "zremrangebyscore", "info",
                ]
                #expect(Set(sent).subtracting(scripted).isSubset(of: ["evalsha", "brpop"]))
                // A working tick reads the queues by HGET, at most twice a second; the rest keeps pace with it.
                func more(_ command: String) -> Int { after[command, default: 0] - before[command, default: 0] }
                #expect(more("hget") > 0)
                #expect(more("evalsha") <= 5 * more("hget"))
                #expect(more("brpop") <= more("hget"))
            }
        }
    }

    /// How often each command was called.
    private func calls(_ client: RedisClient) async throws -> [String: Int] {
        let stats = try await client.send(["INFO", "commandstats"]).string ?? ""
        return Dictionary(
            stats.matches(of: /cmdstat_([^:]+):calls=(\d+)/).map { (String($0.output.1), Int($0.output.2) ?? 0) },
            uniquingKeysWith: { first, _ in first }
        )
    }
}
