// API keys through real processes: front ends that ask for them, and commands that send them.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct KeyTests {
    private static let jobs = """
        jobs:
          square: {handler: {builtin: square}, accepts: [application/json]}
        """

    /// A key made by `levee key`.
    private struct Key: Sendable {
        let secret: String
        let hash: String

        init() throws {
            let run = try runLevee("key", in: "/")
            try #require(run.status == 0, "\(run.errors)")
            let lines = run.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
            try #require(lines.map(\.first) == ["key", "sha256"])
            (secret, hash) = (lines[0][1], lines[1][1])
        }
    }

    /// Runs a command with a fleet's front end in its environment.
    private func run(_ arguments: [String], _ environment: [String: String]) async throws -> LeveeRun {
        try await Task.detached { try runLevee(arguments: arguments, environment: environment, in: "/") }.value
    }

    @Test func commandsSendTheKeyAndTenantsAreApart() async throws {
        let (red, blue, operates) = (try Key(), try Key(), try Key())
        let keys = """
            keys:
              red: {sha256: \(red.hash), tenant: red}
              blue: {sha256: \(blue.hash.uppercased()), tenant: blue}
              operator: {sha256: \(operates.hash), scopes: [admin]}

            """
        try await Fleet.run(keys + Self.jobs) { fleet in
            let (door, admin) = try await fleet.doors()
            _ = try await fleet.worker("w1")
            func submit(_ environment: [String: String], _ more: String...) async throws -> LeveeRun {
                let arguments = ["submit", "square", "--url", door.base, "-j", #"{"number": 9}"#] + more
                return try await run(arguments, environment)
            }
            let bare = try await submit([:])
            #expect(bare.status == 2)
            #expect(bare.errors.contains("LEVEE_API_KEY"))
            let done = try await submit(["LEVEE_API_KEY": red.secret], "--wait")
            #expect(done.output == #"{"square":81}"#, "\(done.errors)")
            let made = try await submit(["LEVEE_API_KEY": red.secret], "--idempotency-key", #"a "quoted" \ key"#)
            let id = made.output.trimmingCharacters(in: .newlines)
            let again = try await submit(["LEVEE_API_KEY": red.secret], "--idempotency-key", #"a "quoted" \ key"#)
            #expect(again.output == made.output)

            try fleet.folder.write(blue.secret + "\n", to: "blue.key")
            let file = ["--key-file", fleet.folder.path + "/blue.key"]
            let foreign = try await run(["status", id, "--url", door.base] + file, [:])
            #expect(foreign.status == 5, "no such job: \(foreign.errors)")
            let own = try await run(["wait", id, "--url", door.base], ["LEVEE_API_KEY": red.secret])
            #expect(own.status == 0, "\(own.errors)")
            let missing = try await run(["status", id, "--url", door.base, "--key-file", "/nowhere"], [:])
            #expect(missing.status == 2 && missing.errors.contains("/nowhere"))

            let refused = try await run(["queues", "--url", admin.base], ["LEVEE_API_KEY": red.secret])
            #expect(refused.status == 2 && refused.errors.contains("scope admin"))
            let shown = try await run(["jobs", "--url", admin.base], ["LEVEE_API_KEY": operates.secret])
            #expect(shown.status == 0, "\(shown.errors)")
            #expect(shown.output.contains(id) && shown.output.contains("  red  "))
            let load = ["load", "--url", door.base, "--jobs", "20", "--pollers", "5", "--every", "20ms"]
            #expect(try await run(load, ["LEVEE_API_KEY": blue.secret]).status == 0)
            #expect(try await run(load, [:]).status == 1)
        }
    }

    @Test func anotherTenantsIdTakesAsManyCommandsAsOneThatIsGone() async throws {
        let (red, blue) = (try Key(), try Key())
        let keys = "keys: {red: {sha256: \(red.hash), tenant: red}, blue: {sha256: \(blue.hash), tenant: blue}}\n"
        try await Fleet.run(keys + Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            @Sendable func send(_ method: HTTPMethod, _ path: String, _ key: Key) async throws -> Answer {
                try await door.send(
                    method,
                    path,
                    type: "application/json",
                    headers: [("Authorization", "Bearer \(key.secret)")],
                    body: method == .POST ? Array(#"{"number":1}"#.utf8) : nil
                )
            }
            var made: [String] = []
            for _ in 0..<2 { made.append(try await send(.POST, "/jobs/square", red).text("id")) }
            let ids = made
            _ = try await send(.DELETE, "/jobs/\(ids[1])", red)
            #expect(try await send(.DELETE, "/jobs/\(ids[1])", red).status == 204)
            try await withClient(fleet.redis.unix) { client in
                func commands(_ path: String) async throws -> (status: Int, names: [String]) {
                    _ = try await client.send(["CONFIG", "SET", "slowlog-log-slower-than", "0"])
                    _ = try await client.send(["SLOWLOG", "RESET"])
                    let status = try await send(.GET, path, blue).status
                    _ = try await client.send(["CONFIG", "SET", "slowlog-log-slower-than", "-1"])
                    let log = try await client.send(["SLOWLOG", "GET", "-1"]).array ?? []
                    let commands = log.compactMap { $0.array?[3].array?.compactMap(\.string) }
                    let about = commands.filter { $0.contains { word in ids.contains { word.hasSuffix($0) } } }
                    return (status, about.compactMap(\.first))
                }
                let foreign = try await commands("/jobs/\(ids[0])")
                let gone = try await commands("/jobs/\(ids[1])")
                #expect(foreign.status == 404)
                #expect(gone.status == 410)
                #expect(foreign.names == ["HMGET"])
                #expect(gone.names == foreign.names)
            }
        }
    }

    @Test func aDoorToOtherMachinesWantsKeys() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            for arguments in [["--host", "0.0.0.0"], ["--admin-host", "::"]] {
                let member = try fleet.start("open", ["serve", "--port", "0"] + arguments)
                #expect(try await fleet.exitStatus(of: member) == 2)
                let lines = member.text.split(separator: "\n")
                #expect(lines.count == 1)
                #expect(lines.first?.hasPrefix("\(arguments[0]): ") == true)
                #expect(lines.first?.contains("--insecure") == true)
            }
            let check = try runLevee("check", "--host", "0.0.0.0", in: fleet.folder.path)
            #expect(check.status == 2 && check.errors.contains("levee key"))
        }
    }
}
