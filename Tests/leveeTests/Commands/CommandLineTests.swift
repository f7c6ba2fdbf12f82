// `levee` as a real process: exit statuses and what is printed where.

import Testing

@testable import levee

@Suite("The command line")
struct CommandLineTests {
    @Test("levee alone, --help and --version end well and print to standard output")
    func help() throws {
        for arguments in [[], ["--help"], ["help"]] {
            let run = try arguments.isEmpty ? runLevee() : runLevee(arguments[0])
            #expect(run.status == 0)
            #expect(run.output.contains("USAGE: levee <subcommand>"))
            #expect(run.errors.isEmpty)
        }
        let version = try runLevee("--version")
        #expect(version.status == 0)
        #expect(version.output == "\(Version.current)\n")
    }

    @Test("a wrong command line ends with 2 and one line that names the help")
    func usage() throws {
        let option = try runLevee("serve", "--prot", "1")
        #expect(option.status == 2)
        #expect(option.output.isEmpty)
        #expect(option.errors == "levee: Unknown option '--prot'. Did you mean '--port'? (see levee serve --help)\n")
        let command = try runLevee("dance")
        #expect(command.status == 2)
        #expect(command.errors == "levee: Unexpected argument 'dance' (see levee --help)\n")
        let value = try runLevee("work", "--slots")
        #expect(value.status == 2)
        #expect(value.errors == "levee: Missing value for '--slots <slots>' (see levee work --help)\n")
    }

    @Test("check shows a valid configuration")
    func valid() throws {
        let folder = try TemporaryFolder()
        try folder.write(validJobs, to: "levee.yaml")
        let run = try runLevee(
            "check",
            "--port",
            "9000",
            "--redis",
            "unix:///nowhere/redis.sock",
            environment: ["LEVEE_SLOTS": "7"],
            in: folder.path
        )
        #expect(run.status == 0)
        #expect(run.errors.isEmpty)
        #expect(run.output.hasPrefix("redis\n  url "))
        #expect(run.output.contains(/port +9000 +--port\n/))
        #expect(run.output.contains(/slots +7 +LEVEE_SLOTS\n/))
        #expect(run.output.contains(/handler\.builtin +echo +levee\.yaml:1\n/))
        #expect(run.output.contains("\nlevee.yaml is valid.\n"))
        #expect(run.output.hasSuffix("does not answer, so its settings were not checked.\n"))
    }

    @Test(
        "a wrong configuration ends every command with 2 and all that is wrong",
        arguments: ["check", "serve", "work", "doctor"]
    )
    func invalid(command: String) throws {
        let folder = try TemporaryFolder()
        try folder.write("log: {level: loud}\nserver: {prot: 1}\n" + validJobs, to: "levee.yaml")
        let run = try runLevee(command, environment: ["LEVEE_REDIS": "localhost"], in: folder.path)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        let lines = run.errors.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("levee.yaml:1:14: log.level: \"loud\" is not allowed; write one of trace, "))
        #expect(lines[1].hasPrefix("levee.yaml:2:10: server.prot: unknown key; did you mean port? the keys here are "))
        #expect(lines[2].hasPrefix("LEVEE_REDIS: a Redis URL is redis://"))
    }

    @Test("check names a program that is not there")
    func program() throws {
        let folder = try TemporaryFolder()
        try folder.write("jobs: {a: {handler: {exec: {command: [./none]}}}}\n", to: "levee.yaml")
        let run = try runLevee("check", in: folder.path)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("levee.yaml:1:39: jobs.a.handler.exec.command[0]: there is no program \""))
    }

    @Test("a worker without anything to do does not start")
    func nothingToDo() throws {
        let folder = try TemporaryFolder()
        try folder.write("jobs: {a: {}}\n", to: "levee.yaml")
        let run = try runLevee("work", in: folder.path)
        #expect(run.status == 2)
        #expect(run.errors.hasPrefix("levee.yaml: no job type has a handler, so there is nothing for a worker to do"))
    }

    @Test("a missing file is named, by default levee.yaml")
    func missing() throws {
        let folder = try TemporaryFolder()
        let unnamed = try runLevee("check", in: folder.path)
        #expect(unnamed.status == 2)
        #expect(unnamed.errors == "levee.yaml: there is no such file; name another with --config or LEVEE_CONFIG\n")
        let run = try runLevee("serve", "--config", "/nowhere/levee.yaml")
        #expect(run.status == 2)
        #expect(
            run.errors
                == "/nowhere/levee.yaml: there is no such file; name another with --config or LEVEE_CONFIG\n"
        )
    }

    #if DEBUG
        @Test("an order to die at a point that there is not ends every command with 2", arguments: ["serve", "work"])
        func crashPoint(command: String) throws {
            let run = try runLevee(command, environment: ["LEVEE_CRASH_AT": "lunch"])
            #expect(run.status == 2)
            #expect(
                run.errors.hasPrefix("LEVEE_CRASH_AT: there is no crash point \"lunch\"; give one of submit.sending, ")
            )
            #expect(run.errors.split(separator: "\n").count == 1)
        }
    #endif
}
