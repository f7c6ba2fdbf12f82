// Processes that cannot begin say so in one line.

import LeveeRedis
import LeveeTestSupport
import Testing

@Suite(.serialized) struct StartFailureTests {
    private static let jobs = "jobs: {echo: {handler: {builtin: echo}}}\n"

    @Test func aTakenPortIsNamed() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let port = try #require(try await fleet.frontEnd().base.split(separator: ":").last)
            let second = try fleet.start("second", ["serve", "--port", "\(port)"])
            #expect(try await fleet.exitStatus(of: second) == 2)
            let lines = second.text.split(separator: "\n").filter { $0.hasPrefix("levee: ") }
            #expect(lines.count == 1)
            #expect(lines.first?.contains("127.0.0.1:\(port)") == true)
            #expect(lines.first?.contains("--port") == true)
        }
    }

    @Test(arguments: ["serve", "work"])
    func redisThatIsNotThereIsNamed(command: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.jobs, to: "levee.yaml")
        let run = try runLevee(command, "--redis", "unix://\(folder.path)/nowhere.sock", in: folder.path)
        #expect(run.status == 1)
        let last = run.errors.split(separator: "\n").last ?? ""
        #expect(last.hasPrefix("levee: Redis at unix://\(folder.path)/nowhere.sock"))
        #expect(last.contains("--redis"))
    }

    @Test func anotherLayoutIsRefused() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            try await withClient(fleet.redis.unix) { client in
                _ = try await client.send(["HSET", "levee:{00}:meta", "layout", "99"])
            }
            let worker = try fleet.start("worker", ["work"])
            #expect(try await fleet.exitStatus(of: worker) == 1)
            #expect(worker.text.contains("version 99"))
        }
    }
}
