// `levee doctor` and `levee explain` on a fleet: sound, damaged by hand, and mended.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct DoctorCommandTests {
    private static let jobs = """
        worker: {lease: 2s, drainGrace: 0s}
        jobs:
          square: {handler: {builtin: square}, queue: maths}
          sleep: {handler: {builtin: sleep}}
        """

    private static func document(_ run: LeveeRun) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    }

    @Test func aDamagedJobIsFoundExplainedMendedAndRuns() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let path = try await door.submit("square", #"{"number": 3}"#)
            let id = try #require(path.split(separator: "/").last.map(String.init))
            let sound = try await fleet.levee("doctor")
            #expect(sound.output == "looked at 1 job, 2 queues: nothing wrong\n")
            #expect((sound.status, sound.errors) == (0, ""))
            let waiting = try await fleet.levee("explain", path)
            #expect(waiting.output.contains("Where: It is queued in maths"))
            #expect(waiting.output.contains("there is none."))

            try await withClient(fleet.redis.unix) { client in
                _ = try await client.send(RedisCommand("LREM", "levee:{00}:q:maths:1", 0, id))
            }
            let ill = try await fleet.levee("doctor")
            #expect(ill.status == 1)
            #expect(
                ill.output.hasPrefix("job \(id) is queued but not in line: no worker would ever take it [not-in-line];")
            )
            #expect(ill.output.contains("; --repair would put it to the front of its line\n"))
            let json = try await fleet.levee("doctor", "--repair", "--json")
            let document = try Self.document(json)
            #expect(document["sound"] as? Bool == true)
            #expect(json.status == 0)
            #expect(try await fleet.levee("doctor").status == 0)

            _ = try await fleet.worker("w1")
            #expect(try await door.end(of: path).text("status") == "succeeded")
            let ended = try await fleet.levee("explain", id, "--json")
            let story = try Self.document(ended)
            #expect(story["state"] as? String == "succeeded")
            #expect((story["why"] as? String)?.contains("/resources/\(id)") == true)
        }
    }

    @Test func aRunningJobIsExplained() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let worker = try await fleet.worker("w1")
            let path = try await door.submit("sleep", #"{"seconds": 600}"#)
            try await door.wait(for: path, toBe: "running")
            let run = try await fleet.levee("explain", path)
            #expect(run.status == 0)
            #expect(run.output.contains("Where: It runs on worker w1-"))
            #expect(run.output.contains("pid \(worker.pid)"))
            #expect(run.output.contains("Its lease lasts another"))
            #expect(try await fleet.levee("doctor").status == 0, "beside a worker at work")
        }
    }

    @Test func whatIsNotThereIsSaid() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let empty = try await fleet.levee("doctor")
            #expect(empty.status == 1)
            #expect(empty.errors.contains("is it the right Redis"))
            let door = try await fleet.frontEnd()
            let forged = try await fleet.levee("explain", "00" + String(repeating: "a", count: 26))
            #expect(forged.status == 5)
            #expect(forged.errors.contains("no id that was ever given out"))
            let path = try await door.submit("square", #"{"number": 3}"#)
            for _ in 0..<2 { _ = try await door.send(.DELETE, path) }
            let gone = try await fleet.levee("explain", path)
            #expect(gone.status == 5)
            #expect(gone.errors.contains("is gone"))
        }
    }

    @Test func noFileIsNeededWhereRedisIsNamed() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let path = try await door.submit("square", #"{"number": 3}"#)
            let elsewhere = try TemporaryFolder()
            for command in [["doctor"], ["explain", path]] {
                let named = try runLevee(
                    arguments: command + ["--redis", fleet.redisURL],
                    environment: [:],
                    in: elsewhere.path
                )
                #expect(named.status == 0, "\(named.errors)")
                let variable = try runLevee(
                    arguments: command,
                    environment: ["LEVEE_REDIS": fleet.redisURL],
                    in: elsewhere.path
                )
                #expect(variable.output == named.output || command[0] == "explain")
                #expect(variable.status == 0, "\(variable.errors)")
                let none = try runLevee(arguments: command, environment: [:], in: elsewhere.path)
                #expect(none.status == 2)
                let file = ["--redis", fleet.redisURL, "--config", "other.yaml"]
                #expect(try runLevee(arguments: command + file, environment: [:], in: elsewhere.path).status == 2)
            }
        }
    }

    @Test func aRedisThatIsNotThereIsNamedInPlainWords() throws {
        let run = try runLevee("doctor", "--redis", "redis://127.0.0.1:1")
        #expect(run.status == 1)
        let line = try #require(run.errors.split(separator: "\n").last)
        #expect(
            line == """
                levee: Redis at redis://127.0.0.1:1/0 cannot be used: nobody listens there; start it, or name another with redis.url, \
                LEVEE_REDIS or --redis
                """
        )
    }
}
