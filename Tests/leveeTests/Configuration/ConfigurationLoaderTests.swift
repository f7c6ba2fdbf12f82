// What a configuration comes to: defaults, the file, the environment, the command line.

import LeveeCore
import LeveeHandlers
import LeveeRedis
import Logging
import Testing

@testable import levee

@Suite("Loading the configuration")
struct ConfigurationLoaderTests {
    @Test("what the file leaves out has its default")
    func defaults() throws {
        let configuration = try load(validJobs)
        #expect(configuration.redis == RedisSettings())
        #expect(configuration.server == ServerSettings())
        #expect(configuration.worker == WorkerSettings())
        #expect(configuration.log == LogSettings())
        #expect(configuration.queues == ["default": QueueRules(name: "default")])
        #expect(configuration.jobTypes == ["echo": JobType(name: "echo")])
    }

    @Test("everything that the file says is taken over")
    func everything() throws {
        let configuration = try load(
            """
            redis: {url: "unix:///run/r.sock?db=3", clientName: mine}
            server: {host: "::", port: 1, publicUrl: https://a.b/, drainDelay: 5s}
            worker: {slots: 9, lease: 10s, drainGrace: 1m, queues: [images]}
            log: {level: trace}
            queues:
              images: {maxReady: 1, maxBytes: 2KiB, concurrency: 3}
              idle:
            jobs:
              resize:
                handler:
                  exec:
                    command: [./resize, -x, 5]
                    resultType: image/png
                    environment: {DEBUG: yes, N: 1}
                    workingDirectory: work
                    killGrace: 1s
                    memory: 64MiB
                    cpuTime: 90s
                queue: images
                accepts: [image/*, Application/JSON]
                maxPayload: 1kB
                maxResult: 2kB
                timeout: 1h30m
                retries: {maxAttempts: 7, base: 2s, cap: 4s}
                maxWait: 2d
                deadline: 4d
                retention: 3d
            """
        )
        let folder = FilePath.folder(of: configuration.file)
        #expect(configuration.redis.endpoint == RedisEndpoint(address: .unix(path: "/run/r.sock"), database: 3))
        #expect(configuration.redis.clientName == "mine")
        #expect(
            configuration.server
                == ServerSettings(host: "::", port: 1, publicURL: "https://a.b", drainDelay: .seconds(5))
        )
        #expect(
            configuration.worker
                == WorkerSettings(slots: 9, lease: .seconds(10), drainGrace: .seconds(60), queues: ["images"])
        )
        #expect(configuration.log.level == .trace)
        #expect(
            configuration.queues == [
                "images": QueueRules(name: "images", maxReady: 1, maxBytes: 2_048, concurrency: 3),
                "idle": QueueRules(name: "idle"),
            ]
        )
        let program = ExecDefinition(
            command: [folder + "/resize", "-x", "5"],
            resultType: "image/png",
            environment: ["DEBUG": "yes", "N": "1"],
            workingDirectory: folder + "/work",
            killGrace: .seconds(1),
            limits: ProgramLimits(memoryBytes: 64 << 20, cpuTime: .seconds(90))
        )
        let type = JobType(
            name: "resize",
            queue: "images",
            accepts: ["image/*", "application/json"],
            maxPayloadBytes: 1_000,
            maxResultBytes: 2_000,
            timeout: .seconds(5_400),
            retry: RetryPolicy(maxAttempts: 7, base: .seconds(2), cap: .seconds(4)),
            ageLimit: .seconds(172_800),
            retention: .seconds(259_200),
            deadline: .seconds(345_600)
        )
        #expect(configuration.jobs == ["resize": JobDefinition(type: type, handler: .exec(program))])
    }

    @Test("the environment stands above the file, the command line above the environment")
    func precedence() throws {
        let text = "server: {host: a, port: 1}\n" + validJobs
        let environment = ["LEVEE_HOST": "b", "LEVEE_PORT": "2", "LEVEE_SLOTS": "3", "LEVEE_LOG_LEVEL": ""]
        let configuration = try load(text, environment: environment, flags: [.host: "c"])
        #expect(configuration.server == ServerSettings(host: "c", port: 2))
        #expect(configuration.worker.slots == 3)
        #expect(configuration.log.level == .info)
        #expect(configuration.sources[SettingPath("server", "host")] == .flag("--host"))
        #expect(configuration.sources[SettingPath("server", "port")] == .variable("LEVEE_PORT"))
        #expect(configuration.sources[SettingPath("log", "level")] == nil)
        #expect(
            try load(text).sources[SettingPath("server", "port")] == .file(YAMLMark(line: 1, column: 25))
        )
    }

    @Test("every override reaches its setting, from either side")
    func overrides() throws {
        let folder = try TemporaryFolder()
        let secret = try folder.write("opensesame", to: "secret")
        let values: [SettingOverride: String] = [
            .redis: "redis://r:1/2", .passwordFile: secret, .host: "h", .port: "0", .adminHost: "a", .adminPort: "7",
            .publicURL: "http://p", .insecure: "true", .slots: "5", .workerName: "w1", .healthHost: "0.0.0.0",
            .healthPort: "8", .logLevel: "error", .logFormat: "json",
        ]
        #expect(Set(values.keys) == Set(SettingOverride.allCases))
        let variables = values.compactMap { override, value in override.variable.map { ($0, value) } }
        for var configuration in [
            try load(validJobs, flags: values),
            try load(
                validJobs,
                environment: Dictionary(uniqueKeysWithValues: variables),
                flags: [.insecure: "true", .workerName: "w1"]
            ),
        ] {
            var endpoint = RedisEndpoint(address: .tcp(host: "r", port: 1), database: 2)
            endpoint.password = "opensesame"
            #expect(configuration.redis.endpoint == endpoint)
            #expect(
                configuration.server
                    == ServerSettings(
                        host: "h",
                        port: 0,
                        adminHost: "a",
                        adminPort: 7,
                        isInsecure: true,
                        publicURL: "http://p"
                    )
            )
            #expect(
                configuration.worker == WorkerSettings(name: "w1", slots: 5, healthHost: "0.0.0.0", healthPort: 8)
            )
            #expect(configuration.log == LogSettings(level: .error, format: .json))
            #expect(configuration.sources.removeValue(forKey: SettingPath("worker", "name")) == .flag("--name"))
        }
    }

    @Test(
        "the admin door is a thousand above the port, unless it is told otherwise",
        arguments: [(8_080, 9_080), (64_535, 65_535), (64_536, 63_536), (0, 0)]
    )
    func adminPort(port: Int, admin: Int) {
        #expect(ServerSettings(port: port).effectiveAdminPort == admin)
        #expect(ServerSettings(port: port, adminPort: 7).effectiveAdminPort == 7)
    }

    @Test("the file is the one of the command line, else that of the environment")
    func file() throws {
        let folder = try TemporaryFolder()
        let first = try folder.write(validJobs, to: "first.yaml")
        let second = try folder.write(validJobs, to: "second.yaml")
        let environment = ["LEVEE_CONFIG": first]
        #expect(try ConfigurationLoader(environment: environment).load().file == first)
        #expect(try ConfigurationLoader(environment: environment, file: second).load().file == second)
        let unnamed = #expect(throws: ConfigurationError.self) {
            try ConfigurationLoader(environment: environment, file: "").load()
        }
        #expect(unnamed?.description == "--config: names no file; write a path such as levee.yaml")
    }

    @Test("a password may stand in a file of its own")
    func password() throws {
        let folder = try TemporaryFolder()
        try folder.write("opensesame\n", to: "secret")
        try folder.write("\n", to: "empty")
        func load(_ text: String, _ environment: [String: String] = [:]) throws -> Configuration {
            let file = try folder.write(text + validJobs, to: "levee.yaml")
            return try ConfigurationLoader(environment: environment, file: file).load()
        }
        let text = "redis: {url: 'redis://user@h', passwordFile: secret}\n"
        #expect(try load(text).redis.endpoint.password == "opensesame")
        #expect(try load(text, ["LEVEE_REDIS": "redis://:other@h"]).redis.endpoint.password == "other")
        let variable = ["LEVEE_REDIS_PASSWORD_FILE": "secret"]
        #expect(try load("", variable).redis.endpoint.password == "opensesame")
        let twice = variable.merging(["LEVEE_REDIS": "redis://:other@h"]) { $1 }
        let both = #expect(throws: ConfigurationError.self) { try load("", twice) }
        #expect(try #require(both).description.hasPrefix("LEVEE_REDIS_PASSWORD_FILE: the URL holds a password already"))
        for (name, said) in [("nowhere", "\": there is no such file"), ("empty", "\" is empty; write the password")] {
            let error = #expect(throws: ConfigurationError.self) { try load("redis: {passwordFile: \(name)}\n") }
            #expect(try #require(error).description.contains(":1:23: redis.passwordFile: \""))
            #expect(try #require(error).description.contains(said))
        }
    }

    @Test("a base above the usual cap lifts the cap")
    func liftedCap() throws {
        let configuration = try load("jobs: {a: {handler: {builtin: echo}, retries: {base: 10m}}}\n")
        #expect(configuration.jobs["a"]?.type.retry.cap == .seconds(600))
    }

    @Test("a worker serves all queues but those whose every type is handled elsewhere")
    func servedQueues() throws {
        let text = """
            queues: {unused: {}, own: {concurrency: 2}}
            jobs: {a: {handler: {builtin: echo}}, b: {queue: foreign}, c: {queue: own, handler: {builtin: echo}}}

            """
        #expect(try load(text).servedQueues.map(\.name) == ["default", "own", "unused"])
        #expect(try load(text + "worker: {queues: [own]}\n").servedQueues == [QueueRules(name: "own", concurrency: 2)])
        #expect(
            try problems(text + "worker: {queues: [foreign]}\n").map { $0.prefix { $0 != "," } } == [
                "levee.yaml:2:39: jobs.b: has no handler"
            ]
        )
        #expect(try load("jobs: {a: {}}").servedQueues.isEmpty)
    }
}
