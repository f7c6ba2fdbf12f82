// Everything that can be wrong in a file, with its line, column and key.

import Testing

@testable import levee

@Suite("Errors in the file")
struct SectionErrorTests {
    /// A text that is wrong, and the beginning of what is said about it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var text: String
        var said: String
        var testDescription: String { said }

        init(_ text: String, _ said: String) {
            self.text = text
            self.said = said
        }
    }

    private static let hash = String(repeating: "aB", count: 32)

    private static let sections = [
        Mistake("job: 1\n", "1:1: job: unknown key; did you mean jobs? the keys here are redis, server,"),
        Mistake("redis: 1\n", "1:8: redis: a single value does not fit here; write keys below it: url, passwordFile,"),
        Mistake("redis: [a]\n", "1:8: redis: a list does not fit here; write keys below it:"),
        Mistake("redis: {URL: x}\n", "1:9: redis.URL: unknown key; did you mean url? the keys here are url,"),
        Mistake("redis: {url: http://x}\n", "1:14: redis.url: a Redis URL is redis://"),
        Mistake("redis: {clientName: a b}\n", "1:21: redis.clientName: \"a b\" is not allowed; write 1 to 64 letters"),
        Mistake(
            "redis: {url: 'redis://:x@h', passwordFile: f}\n",
            "1:44: redis.passwordFile: the URL holds a password"
        ),
        Mistake(
            "server:\n  port: 65536\n",
            "2:9: server.port: \"65536\" is out of range; write a whole number from 0 to"
        ),
        Mistake("server:\n  port: [1]\n", "2:9: server.port: a list does not fit here; write a whole number from 0"),
        Mistake("server:\n  port:\n", "2:3: server.port: has no value; write a whole number from 0 to 65535"),
        Mistake("server: {host: 'a:1'}\n", "1:16: server.host: \"a:1\" is not allowed; write a host name"),
        Mistake("server: {adminHost: 'a:1'}\n", "1:21: server.adminHost: \"a:1\" is not allowed; write a host name"),
        Mistake("server: {insecure: yes}\n", "1:20: server.insecure: \"yes\" is not allowed; write one of true, false"),
        Mistake("keys: {k: {}}\n", "1:8: keys.k: has no sha256; `levee key` makes a key"),
        Mistake("keys: {k: {sha256: levee_secret}}\n", "1:20: keys.k.sha256: this is no SHA-256; write the 64"),
        Mistake("keys: {k: {sha256: \(hash)00}}\n", "1:20: keys.k.sha256: this is no SHA-256; write the 64"),
        Mistake("keys: {k: {sha256: \(hash), tenant: a b}}\n", "1:94: keys.k.tenant: \"a b\" is not allowed; write"),
        Mistake("keys: {k: {sha256: \(hash), scopes: []}}\n", "1:94: keys.k.scopes: names no scope; leave it out"),
        Mistake(
            "keys: {k: {sha256: \(hash), scopes: [reed]}}\n",
            "1:95: keys.k.scopes[0]: \"reed\" is not allowed; did you mean read? write one of submit, read, work, admin"
        ),
        Mistake(
            "keys: {k: {sha256: \(hash)}, l: {sha256: \(hash)}}\n",
            "1:87: keys.l: is the same key as k; give each"
        ),
        Mistake("server: {publicUrl: x}\n", "1:21: server.publicUrl: \"x\" is not allowed; write http:// or https://"),
        Mistake(
            "server: {cors: {origins: [https://a.example/]}}\n",
            "1:27: server.cors.origins[0]: \"https://a.example/\" is not allowed; write http:// or https:// with a host"
        ),
        Mistake(
            "server: {cors: {origins: [a.example]}}\n",
            "1:27: server.cors.origins[0]: \"a.example\" is not allowed"
        ),
        Mistake(
            "server: {cors: {origins: x}}\n",
            "1:26: server.cors.origins: a single value does not fit here; write a"
        ),
        Mistake("server: {cors: {adminOrigins: ['*']}}\n", "1:32: server.cors.adminOrigins[0]: \"*\" is not allowed"),
        Mistake("server: {limits: 5}\n", "1:18: server.limits: a single value does not fit here; write keys below it:"),
        Mistake(
            "server: {limits: {idle: 5s}}\n",
            "1:19: server.limits.idle: unknown key; the keys here are requestTimeout,"
        ),
        Mistake(
            "server: {limits: {maxConnections: 0}}\n",
            "1:35: server.limits.maxConnections: \"0\" is out of range; write a whole number from 1 to 1000000"
        ),
        Mistake(
            "server: {limits: {requestTimeout: 2h}}\n",
            "1:35: server.limits.requestTimeout: \"2h\" is out of range; write a duration from 1s to 1h"
        ),
        Mistake(
            "worker: {slots: 0}\n",
            "1:17: worker.slots: \"0\" is out of range; write a whole number from 1 to 1000"
        ),
        Mistake("worker: {lease: 5}\n", "1:17: worker.lease: \"5\" has no unit; write a duration from 2s to 1h, such"),
        Mistake("worker: {lease: 1ms}\n", "1:17: worker.lease: \"1ms\" is out of range; write a duration from 2s"),
        Mistake(
            "worker: {drainGrace: 2h}\n",
            "1:22: worker.drainGrace: \"2h\" is out of range; write a duration from 0s"
        ),
        Mistake("worker: {queues: default}\n", "1:18: worker.queues: a single value does not fit here; write a list"),
        Mistake("worker: {queues: []}\n", "1:18: worker.queues: names no queue; leave it out to serve all"),
        Mistake(
            "worker: {queues: [default, defualt]}\n",
            "1:28: worker.queues[1]: there is no queue defualt; did you mean default? the queues are default"
        ),
        Mistake("log: {level: warn}\n", "1:14: log.level: \"warn\" is not allowed; did you mean warning? write one of"),
        Mistake("queues: 1\n", "1:9: queues: a single value does not fit here; write names with their values below it"),
        Mistake("queues:\n  -a: {}\n", "2:3: queues.-a: \"-a\" is not allowed; write 1 to 64 letters, digits"),
        Mistake("queues:\n  q: {maxReady: 0}\n", "2:17: queues.q.maxReady: \"0\" is out of range; write a whole"),
        Mistake(
            "queues:\n  q: {maxBytes: 1X}\n",
            "2:17: queues.q.maxBytes: \"1X\" is not allowed; write a size from 1B"
        ),
        Mistake(
            "queues:\n  q: {maxExpectedWait: 60}\n",
            "2:24: queues.q.maxExpectedWait: \"60\" has no unit; write a duration from 1s to 7d, such"
        ),
        Mistake(
            "redis: {maxMemoryPercent: 0}\n",
            "1:27: redis.maxMemoryPercent: \"0\" is out of range; write a whole number from 1 to 100"
        ),
        Mistake("queues:\n  q: {concurrency: x}\n", "2:20: queues.q.concurrency: \"x\" is not allowed; write a whole"),
        Mistake(
            "queues:\n  q: {limit: 1}\n",
            "2:7: queues.q.limit: unknown key; the keys here are maxReady, maxBytes,"
        ),
        Mistake("queues: {q: {}}\nqueues: {r: {}}\n", "2:1: queues: this key stands here twice (first in line 1)"),
    ]

    private static let types = [
        Mistake("a/b: {}", "1:8: jobs.\"a/b\": \"a/b\" is not allowed; write 1 to 64 letters, digits"),
        Mistake("a: 1", "1:11: jobs.a: a single value does not fit here; write keys below it: handler, queue, accepts"),
        Mistake("a: {}", "1:8: jobs.a: has no handler, but this worker serves its queue default, where ok waits too"),
        Mistake("a: {timout: 1s, queue: x}", "1:12: jobs.a.timout: unknown key; did you mean timeout? the keys here"),
        Mistake("a: {queue: a b}", "1:19: jobs.a.queue: \"a b\" is not allowed; write 1 to 64 letters"),
        Mistake("a: {queue: x, accepts: a/b}", "1:31: jobs.a.accepts: a single value does not fit here; write a list"),
        Mistake(
            "a: {queue: x, accepts: [a/b, c]}",
            "1:37: jobs.a.accepts[1]: \"c\" is not allowed; write a media type"
        ),
        Mistake(
            "a: {queue: x, maxPayload: 2000GiB}",
            "1:34: jobs.a.maxPayload: \"2000GiB\" is out of range; write a size"
        ),
        Mistake(
            "a: {queue: x, maxPayload: 33MiB}",
            "1:34: jobs.a.maxPayload: 33MiB is more than the 32MiB that fit into Redis"
        ),
        Mistake("a: {queue: x, maxResult: -1}", "1:33: jobs.a.maxResult: \"-1\" is not allowed; write a size from 1B"),
        Mistake(
            "a: {queue: x, timeout: 0s}",
            "1:31: jobs.a.timeout: \"0s\" is out of range; write a duration from 1ms"
        ),
        Mistake("a: {queue: x, maxWait: 366d}", "1:31: jobs.a.maxWait: \"366d\" is out of range; write a duration"),
        Mistake("a: {queue: x, retention: 1}", "1:33: jobs.a.retention: \"1\" has no unit; write a duration from 1s"),
        Mistake("a: {queue: x, retries: 3}", "1:31: jobs.a.retries: a single value does not fit here; write keys"),
        Mistake("a: {queue: x, retries: {maxAttempts: 0}}", "1:45: jobs.a.retries.maxAttempts: \"0\" is out of range;"),
        Mistake("a: {queue: x, retries: {base: 2s, cap: 1s}}", "1:47: jobs.a.retries.cap: is less than base (2s)"),
        Mistake("a: {queue: x, retries: {max: 1}}", "1:32: jobs.a.retries.max: unknown key; did you mean"),
        Mistake("a: {handler: square}", "1:21: jobs.a.handler: a single value does not fit here; write keys below it:"),
        Mistake("a: {handler: {}}", "1:12: jobs.a.handler: names no handler; write exec with a command, upstream"),
        Mistake(
            "a: {handler: {builtin: squar}}",
            "1:31: jobs.a.handler.builtin: \"squar\" is not allowed; did you mean"
        ),
        Mistake(
            "a: {handler: {builtin: echo, exec: {}}}",
            "1:12: jobs.a.handler: has more than one form; remove exec or builtin"
        ),
        Mistake("a: {handler: {upstream: {}}}", "1:22: jobs.a.handler.upstream: has no url; write url: http://host"),
        Mistake(
            "a: {handler: {upstream: {url: localhost:80}}}",
            "1:38: jobs.a.handler.upstream.url: \"localhost:80\" is not allowed; write http:// or https://"
        ),
        Mistake(
            "a: {handler: {upstream: {url: 'http://h/?a'}}}",
            "1:38: jobs.a.handler.upstream.url: \"http://h/?a\" is"
        ),
        Mistake(
            "a: {handler: {upstream: {url: 'http://h', requestHeaders: [Host]}}}",
            "1:67: jobs.a.handler.upstream.requestHeaders[0]: \"Host\" is not allowed; write the name of a header field"
        ),
        Mistake(
            "a: {handler: {upstream: {url: 'http://h', outcomes: {200: retry}}}}",
            "1:61: jobs.a.handler.upstream.outcomes.200: \"200\" is not allowed; write a status from 300 to 599"
        ),
        Mistake(
            "a: {handler: {upstream: {url: 'http://h', outcomes: {5xx: again}}}}",
            "1:66: jobs.a.handler.upstream.outcomes.5xx: \"again\" is not allowed; write one of fail, retry, later"
        ),
        Mistake("a: {handler: {exec: {}}}", "1:22: jobs.a.handler.exec: has no command; write command: [program,"),
        Mistake("a: {handler: {exec: {command: ls -l}}}", "1:38: jobs.a.handler.exec.command: a single value does not"),
        Mistake("a: {handler: {exec: {command: []}}}", "1:38: jobs.a.handler.exec.command: names no program; write ["),
        Mistake(
            "a: {handler: {exec: {command: ['']}}}",
            "1:38: jobs.a.handler.exec.command: names no program; write ["
        ),
        Mistake("a: {handler: {exec: {command: [a, [b]]}}}", "1:42: jobs.a.handler.exec.command[1]: a list does not"),
        Mistake("a: {handler: {exec: {command: [a, \"\\0\"]}}}", "1:42: jobs.a.handler.exec.command[1]: \"\\u{0}\" is"),
        Mistake(
            "a: {handler: {exec: {command: [a], resultType: b}}}",
            "1:55: jobs.a.handler.exec.resultType: \"b\" is"
        ),
        Mistake(
            "a: {handler: {exec: {command: [a], killGrace: 1h}}}",
            "1:54: jobs.a.handler.exec.killGrace: \"1h\" is"
        ),
        Mistake(
            "a: {handler: {exec: {command: [a], memory: 1KiB}}}",
            "1:51: jobs.a.handler.exec.memory: \"1KiB\" is"
        ),
        Mistake(
            "a: {handler: {exec: {command: [a], cpuTime: 10ms}}}",
            "1:52: jobs.a.handler.exec.cpuTime: \"10ms\" is"
        ),
        Mistake(
            "a: {handler: {exec: {command: [a], environment: {A: 1, LEVEE_A: 1}}}}",
            "1:63: jobs.a.handler.exec.environment.LEVEE_A: \"LEVEE_A\" is not allowed; write letters, digits"
        ),
        Mistake(
            "a: {handler: {exec: {command: [a], environment: {A: [1]}}}}",
            "1:60: jobs.a.handler.exec.environment.A: a list does not fit here; write a text without NUL characters"
        ),
        Mistake("a: {handler: {builtin: echo}}, a: {}", "1:39: jobs.a: this key stands here twice (first in line 1)"),
        Mistake("a: *b", "1:11: jobs.a: aliases (*name) are not supported; write the value out"),
    ]

    @Test("outside job types name line, column and key", arguments: sections)
    func section(mistake: Mistake) throws {
        let said = try problems(mistake.text + validJobs)
        #expect(said.count == 1, "\(said)")
        #expect(said.first?.hasPrefix("levee.yaml:\(mistake.said)") == true, "\(said)")
    }

    @Test("in job types name line, column and key", arguments: types)
    func type(mistake: Mistake) throws {
        let said = try problems("jobs: {\(mistake.text), ok: {handler: {builtin: echo}}}\n")
        #expect(said.count == 1, "\(said)")
        #expect(said.first?.hasPrefix("levee.yaml:\(mistake.said)") == true, "\(said)")
    }

    @Test("are told all at once, in the order of the file, environment and flags last")
    func allAtOnce() throws {
        let said = try problems(
            """
            jobs:
              a: {handler: {builtin: sqare}, timeout: 1}
              b: {timeout: soon, handler: {builtin: echo}}
            log: {level: loud}
            redis: {url: 5}
            """,
            environment: ["LEVEE_PORT": "http"],
            flags: [.slots: "many"]
        )
        #expect(
            said.map { $0.prefix { $0 != " " } } == [
                "levee.yaml:2:26:", "levee.yaml:2:43:", "levee.yaml:3:16:", "levee.yaml:4:14:", "levee.yaml:5:14:",
                "LEVEE_PORT:", "--slots:",
            ]
        )
    }

    @Test(
        "that concern the whole file are one line",
        arguments: [
            ("", "levee.yaml: this is empty; write at least one job type below jobs"),
            ("~\n", "levee.yaml: this is empty; write at least one job type below jobs"),
            ("log:\n", "levee.yaml:1:1: there is no job type; write at least one below jobs"),
            ("jobs:\n", "levee.yaml:1:1: jobs: there is no job type; write at least one below jobs"),
            ("jobs: {}\n", "levee.yaml:1:1: jobs: there is no job type; write at least one below jobs"),
            ("jobs: {a: b: c}\n", "levee.yaml:1:12: not valid YAML: "),
        ]
    )
    func whole(text: String, said: String) throws {
        let lines = try problems(text)
        #expect(lines.count == 1)
        #expect(lines.first?.hasPrefix(said) == true, "\(lines)")
    }

    @Test("are counted when they are too many to be shown")
    func tooMany() throws {
        let text = (1...150).map { "key\($0): 1\n" }.joined() + validJobs
        let error = #expect(throws: ConfigurationError.self) { try load(text) }
        let lines = try #require(error).description.split(separator: "\n")
        #expect(lines.count == 101)
        #expect(lines.last == "... and 50 more")
    }
}
