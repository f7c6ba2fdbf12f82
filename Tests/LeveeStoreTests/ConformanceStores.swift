// The two stores that have to behave alike, each with a clock that the test moves.

import LeveeCore
import LeveeRedis
import LeveeTestSupport
import LeveeTesting
import Synchronization

@testable import LeveeStore

/// Everything that a store can do.
typealias AnyStore = any JobSubmission & JobInspection & JobLeasing & JobUpkeep & JobFeed & FleetInspection
    & ScalingLead & DeadLetters & JobCatalog & JobDeliveries & UndeliveredFollowUps & MessageLists & JobBlobs
    & JobDossiers

/// A store and the time it lives in.
struct StoreUnderTest: Sendable {
    let store: AnyStore
    private let move: @Sendable (Duration) async throws -> Void

    init(store: AnyStore, move: @escaping @Sendable (Duration) async throws -> Void) {
        self.store = store
        self.move = move
    }

    func advance(by duration: Duration) async throws { try await move(duration) }
}

/// Which store a test runs on.
enum StoreKind: String, CaseIterable, Sendable {
    case memory
    case redis
}

/// The time of a test. Redis counts the life of keys by its own clock, so it begins an hour ahead: however slow the machine,
/// no key is gone before its time. Only a test that wants keys to go begins at the real time.
final class TestTime: Sendable {
    static let ahead = Duration.seconds(3_600)

    private let time: Mutex<Timestamp>

    init(ahead: Duration = TestTime.ahead) { time = Mutex(InMemoryStore.systemTime() + ahead) }

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}

func withStore(
    _ kind: StoreKind,
    ahead: Duration = TestTime.ahead,
    _ body: @Sendable (StoreUnderTest) async throws -> Void
) async throws {
    switch kind {
    case .memory:
        let time = TestTime(ahead: ahead)
        let store = InMemoryStore(clock: { time.now })
        try await body(StoreUnderTest(store: store, move: { time.advance(by: $0) }))
    case .redis:
        try await withRedisStore(ahead: ahead) { redis in
            try await body(StoreUnderTest(store: redis.store, move: { try await redis.advance(by: $0) }))
        }
    }
}

/// A store on a Redis of its own, whose scripts read the time from a key.
struct RedisUnderTest: Sendable {
    static let clock = Array(
        "local function clock() return tonumber(redis.call('GET', 'test:clock')) end\n".utf8
    )

    let server: RedisServerProcess
    let client: RedisClient
    let store: RedisStore
    let time: TestTime

    func advance(by duration: Duration) async throws {
        time.advance(by: duration)
        try await Self.set(time.now, client)
    }

    static func set(_ time: Timestamp, _ client: RedisClient) async throws {
        _ = try await client.send(RedisCommand("SET", "test:clock", Int(time.milliseconds)))
    }

    func keys(_ pattern: String) async throws -> [String] {
        try await client.send(RedisCommand("KEYS", pattern)).array?.compactMap(\.string).sorted() ?? []
    }

    /// Empties the server, but for the time of the test.
    func empty() async throws {
        _ = try await client.send(["FLUSHALL"])
        try await Self.set(time.now, client)
    }

    func command(_ name: String, _ arguments: String...) async throws -> RESPValue {
        var command = RedisCommand(name)
        for argument in arguments { command.append(argument) }
        return try await client.send(command)
    }
}

func withRedisStore(
    options: [String] = [],
    queues: [String] = ["default", "other"],
    secret: String? = nil,
    ahead: Duration = TestTime.ahead,
    _ body: @Sendable (RedisUnderTest) async throws -> Void
) async throws {
    try await RedisServerProcess.run(options) { server in
        try await withClient(server.unix) { client in
            let time = TestTime(ahead: ahead)
            try await RedisUnderTest.set(time.now, client)
            if let secret {
                let meta = RedisCommand("HSET", "levee:{00}:meta", "layout", RedisStore.layout, "secret", secret)
                _ = try await client.send(meta)
            }
            let store = try await RedisStore.open(
                on: client,
                queues: queues,
                scripts: Scripts(clock: RedisUnderTest.clock),
                logger: quietLogger()
            )
            try await body(RedisUnderTest(server: server, client: client, store: store, time: time))
            await store.close()
        }
    }
}
