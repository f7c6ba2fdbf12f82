// What jobs and clients cost Redis, in counts that hardly depend on the machine: whoever makes the hot path dearer hears
// of it here. Rates and times are for `make bench`. Each test prints what it counted beside its bound; `make test` shows it.

import Foundation
import LeveeRedis
import LeveeTestSupport
import NIOHTTP1
import Testing

@Suite(.serialized) struct CostTests {
    private static let jobs = """
        jobs:
          square: {handler: {builtin: square}, accepts: [application/json]}
          echo: {handler: {builtin: echo}}
          lonely: {queue: nobody}
        """

    /// What clients of Redis send; all other commands are called by scripts.
    private static let roundTrips: Set = ["evalsha", "brpop"]

    /// How a hash is read: some of its fields, or all of them.
    private static let reads: Set = ["hmget", "hgetall"]

    /// What the test itself calls while it waits.
    private static let look = "hget"

    @Test func aJobCostsFourCallsAndAFewOfItsBatch() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            try await withClient(fleet.redis.unix) { client in
                let count = 2_000
                let filled = try await calls(client) { try await fleet.fill(door, "square", count) }
                let submitted = filled.total(without: Self.roundTrips)
                // Nine, and what a front end does once a second besides, of which there is more on a slow machine.
                hold("Redis calls per submit", submitted / Double(count), atMost: 12)
                hold("round trips per submit", filled.total(of: Self.roundTrips) / Double(count), atMost: 1.1)

                let drained = try await calls(client) {
                    _ = try await fleet.worker("w1", slots: 64)
                    try await eventually("all jobs have ended") { try await Self.ended(client) == count }
                }
                // Two reads and two writes a job; figures, leases, lists and messages come once per batch.
                let each = Self.reads.union(["hset"])
                let perJob = drained.total(of: each) / Double(count)
                hold("reads and writes per job, claim and finish", perJob, atMost: 4.5)
                let perBatch = drained.total(without: Self.roundTrips.union(each).union([Self.look])) / Double(count)
                hold("other Redis calls per job, once per batch", perBatch, atMost: 1)
                hold(
                    "round trips per job on the worker",
                    drained.total(of: Self.roundTrips) / Double(count),
                    atMost: 0.2
                )
            }
        }
    }

    @Test func aPollCostsOneRead() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            // Each client has a job of its own: those that ask for one at the same time share a read.
            let jobs = try await door.submit(8, "lonely")
            try await withClient(fleet.redis.unix) { client in
                let polls = 50 * jobs.count
                let asked = try await calls(client) {
                    try await Self.forEach(of: jobs) { job in
                        for _ in 0..<50 {
                            let answer = try await door.send(.GET, job)
                            #expect(answer.status == 202)
                        }
                    }
                }
                // A second one for each would show, whatever the front end does besides.
                hold("reads per status poll", asked.total(of: Self.reads) / Double(polls), atMost: 1.5)
                let others = asked.total(without: Self.reads) / Double(polls)
                hold("other Redis calls per status poll", others, atMost: 0.5)
            }
        }
    }

    @Test func aWaitCostsAReadAtItsBeginningAndOneAtItsEnd() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let jobs = try await door.submit(60, "square")
            try await withClient(fleet.redis.unix) { client in
                let waited = try await calls(client) {
                    try await whileWorking(fleet) {
                        try await Self.forEach(of: jobs) { job in
                            let answer = try await door.send(.GET, job, headers: [("Prefer", "wait=20")])
                            #expect(answer.status == 302)
                        }
                    }
                }
                // Two of these reads are the worker's.
                let reads = waited.total(of: Self.reads) / Double(jobs.count)
                hold("reads per job and client that waits", reads, atMost: 6)
            }
        }
    }

    @Test func aStreamOfEventsCostsAReadForEachEvent() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            let jobs = try await door.submit(60, "square")
            try await withClient(fleet.redis.unix) { client in
                let heard = try await calls(client) {
                    try await whileWorking(fleet) {
                        try await Self.forEach(of: jobs) { job in
                            let answer = try await door.send(.GET, job + "/events")
                            #expect(String(decoding: answer.body, as: UTF8.self).contains("succeeded"))
                        }
                    }
                }
                // Two of these reads are the worker's; told are the state at first, the start and the end. A tick, of which there
                // are more on a slow machine, reads too.
                let reads = heard.total(of: Self.reads) / Double(jobs.count)
                hold("reads per job and stream of its events", reads, atMost: 8)
            }
        }
    }

    @Test func aQueuedJobOfAHundredBytesTakesFiveHundredAtMost() async throws {
        try await Fleet.run(Self.jobs) { fleet in
            let door = try await fleet.frontEnd()
            try await withClient(fleet.redis.unix) { client in
                // As scripts/redis.conf.template has it.
                _ = try await client.send(["CONFIG", "SET", "hash-max-listpack-value", "1024"])
                try fleet.folder.write(String(repeating: "x", count: 100), to: "payload")
                try await fleet.fill(door, "echo", 64, "--payload", "payload")
                let count = 4_000
                let before = try await Self.memory(client)
                try await fleet.fill(door, "echo", count, "--payload", "payload")
                let bytes = Double(try await Self.memory(client) - before) / Double(count)
                hold("bytes of Redis per queued job of 100 bytes", bytes, atMost: 500)
            }
        }
    }

    /// Prints a count beside its bound, and fails when it is above.
    private func hold(
        _ what: String,
        _ count: Double,
        atMost bound: Double,
        at location: SourceLocation = #_sourceLocation
    ) {
        print("cost: \(what): \(String(format: "%.2f", count)), at most \(String(format: "%g", bound))")
        #expect(count <= bound, "\(what)", sourceLocation: location)
    }

    /// Runs `body` for each job, all at once.
    private static func forEach(
        of jobs: [String],
        _ body: @escaping @Sendable (String) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for job in jobs { group.addTask { try await body(job) } }
            try await group.waitForAll()
        }
    }

    /// Runs `body` while a worker starts and does what there is to do.
    private func whileWorking(_ fleet: Fleet, _ body: @escaping @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await body() }
            _ = try await fleet.worker("w1", slots: 64)
            try await group.waitForAll()
        }
    }

    private static func ended(_ client: RedisClient) async throws -> Int {
        try await client.figure(.succeeded)
    }

    private static func memory(_ client: RedisClient) async throws -> Int {
        let info = try await client.send(["INFO", "memory"]).string ?? ""
        return try #require(info.firstMatch(of: /used_memory:(\d+)/).flatMap { Int($0.output.1) })
    }
}

extension HTTPDoor {
    /// Submits so many jobs of a type, and returns the paths of their statuses.
    fileprivate func submit(_ count: Int, _ type: String) async throws -> [String] {
        var jobs: [String] = []
        for number in 1...count { jobs.append(try await submit(type, #"{"number": \#(number)}"#)) }
        return jobs
    }
}

extension Fleet {
    /// Submits so many jobs, 16 at a time, and leaves them alone.
    fileprivate func fill(_ door: HTTPDoor, _ type: String, _ count: Int, _ options: String...) async throws {
        let (redis, folder) = (redisURL, folder.path)
        let arguments =
            ["load", "--submit-only", "--url", door.base, "--type", type, "--jobs", "\(count)", "--pollers", "16"]
            + options
        let run = try await Task.detached {
            try runLevee(arguments: arguments, environment: ["LEVEE_REDIS": redis], in: folder)
        }.value
        try #require(run.status == 0, "\(run)")
    }
}

/// How often commands were called.
private struct Calls {
    private let counts: [String: Int]

    init(_ counts: [String: Int]) { self.counts = counts }

    func total(of kinds: Set<String>) -> Double { Double(kinds.reduce(0) { $0 + counts[$1, default: 0] }) }

    /// All but some kinds.
    func total(without kinds: Set<String>) -> Double {
        Double(counts.filter { !kinds.contains($0.key) && $0.key != "info" }.values.reduce(0, +))
    }
}

/// What was called while `body` ran.
private func calls(_ client: RedisClient, during body: () async throws -> Void) async throws -> Calls {
    let before = try await counts(client)
    try await body()
    return Calls(try await counts(client).merging(before) { $0 - $1 })
}

private func counts(_ client: RedisClient) async throws -> [String: Int] {
    let stats = try await client.send(["INFO", "commandstats"]).string ?? ""
    return Dictionary(
        stats.matches(of: /cmdstat_([^:]+):calls=(\d+)/).map { (String($0.output.1), Int($0.output.2) ?? 0) },
        uniquingKeysWith: { first, _ in first }
    )
}
