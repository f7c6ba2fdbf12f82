// Are the programs of exec handlers there?

import Testing

@testable import levee

@Suite("Programs of handlers")
struct ProgramCheckTests {
    @Test("that are there pass, by path and by PATH")
    func present() throws {
        let folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\n", to: "bin/tool", isExecutable: true)
        let text = """
            jobs:
              a: {handler: {exec: {command: [bin/tool], workingDirectory: bin}}}
              b: {handler: {exec: {command: [tool]}}}
              c: {handler: {exec: {command: [tool], environment: {PATH: "/nowhere:\(folder.path)/bin"}}}}

            """
        let file = try folder.write(text, to: "levee.yaml")
        let configuration = try ConfigurationLoader(environment: [:], file: file).load()
        #expect(ProgramCheck(environment: ["PATH": "/nowhere:\(folder.path)/bin"]).problems(in: configuration).isEmpty)
        let missing = ProgramCheck(environment: [:]).problems(in: configuration).map(\.path.description)
        #expect(missing == ["jobs.b.handler.exec.command[0]"])
    }

    @Test("with limits need what sets them")
    func limits() throws {
        let folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\n", to: "bin/tool", isExecutable: true)
        let text = """
            jobs:
              a: {handler: {exec: {command: [bin/tool], cpuTime: 5s}}}
              b: {handler: {exec: {command: [bin/tool], cpuTime: 5s, memory: 1GiB}}}

            """
        let file = try folder.write(text, to: "levee.yaml")
        let configuration = try ConfigurationLoader(environment: [:], file: file).load()
        let said = ProgramCheck(environment: ["PATH": "\(folder.path)/bin"]).problems(in: configuration)
        #expect(said.map(\.path.description) == ["jobs.a.handler.exec.cpuTime", "jobs.b.handler.exec.memory"])
        #expect(said.allSatisfy { $0.description.hasSuffix("is not in PATH; install util-linux") })
        try folder.write("#!/bin/sh\n", to: "bin/prlimit", isExecutable: true)
        #expect(ProgramCheck(environment: ["PATH": "\(folder.path)/bin"]).problems(in: configuration).isEmpty)
    }

    @Test("that are not there or cannot run are named with their line")
    func absent() throws {
        let folder = try TemporaryFolder()
        try folder.write("text", to: "bin/text")
        let text = """
            jobs:
              a: {handler: {exec: {command: [bin/none]}}}
              b: {handler: {exec: {command: [bin/text]}}}
              c: {handler: {exec: {command: [./bin]}}}
              d: {handler: {exec: {command: [text, none], workingDirectory: none}}}

            """
        let file = try folder.write(text, to: "levee.yaml")
        let configuration = try ConfigurationLoader(environment: [:], file: file).load()
        let said = ProgramCheck(environment: ["PATH": "\(folder.path)/bin"]).problems(in: configuration)
        let place = "F/levee.yaml"
        #expect(
            said.map { $0.description.replacing(folder.path, with: "F") } == [
                "\(place):2:34: jobs.a.handler.exec.command[0]: there is no program \"F/bin/none\"; "
                    + "a path in this file is relative to the folder of the file",
                "\(place):3:34: jobs.b.handler.exec.command[0]: \"F/bin/text\" is not executable; run chmod +x on it",
                "\(place):4:34: jobs.c.handler.exec.command[0]: \"F/bin\" is a folder; name the program in it",
                "\(place):5:34: jobs.d.handler.exec.command[0]: there is no program \"text\" in PATH; "
                    + "install it or write its path",
                "\(place):5:65: jobs.d.handler.exec.workingDirectory: there is no folder \"F/none\"",
            ]
        )
    }
}
