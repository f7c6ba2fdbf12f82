// What can be done to a Redis from within: by commands.

package import LeveeRedis
import NIOConcurrencyHelpers

/// Has a Redis refuse what it is asked for, each time for another reason, and take it up again. Every fault is taken back before
/// its function returns, also when the task is canceled.
package struct RedisFaults: Sendable {
    /// How long Redis may take to be itself again.
    private static let patience = Duration.seconds(30)
    /// How much longer each command takes that is loaded, in microseconds: Redis looks up after a thousand of them.
    private static let loadDelay = 200

    private let client: RedisClient

    package init(client: RedisClient) {
        self.client = client
    }

    /// Has Redis run a script that does not end: it answers `-BUSY`, once `busy-reply-threshold` is over.
    package func keepBusy(for duration: Duration) async throws {
        let hasEnded = NIOLockedValueBox(false)
        // On the connection for large values, so that the one for commands stays free.
        async let script: Void = uncanceled {
            _ = try? await client.sendLarge(["EVAL", "while true do end", "0"], timeout: duration + Self.patience)
            hasEnded.withLockedValue { $0 = true }
        }
        try? await Task.sleep(for: duration)
        try await insist("the end of a script") {
            _ = try? await client.send(["SCRIPT", "KILL"])
            guard hasEnded.withLockedValue({ $0 }) else { return false }
            return await answers()
        }
        try await script
    }

    /// Has Redis load its append-only file anew, as after a restart: it answers `-LOADING`. A file that is short may be loaded
    /// before the time is over.
    package func reload(within duration: Duration) async throws {
        try await set("key-load-delay", Self.loadDelay)
        async let loading: Void = uncanceled {
            _ = try? await client.sendLarge(["DEBUG", "LOADAOF"], timeout: duration + Self.patience)
        }
        try? await Task.sleep(for: duration)
        try await set("key-load-delay", 0)
        try await loading
        try await insist("the end of loading") { await answers() }
    }

    private func answers() async -> Bool { (try? await client.send(["PING"])) != nil }

    /// Takes from Redis all memory that it has not used yet, and more, so that nothing which ends makes room; or gives it back.
    package func setFull(_ isFull: Bool) async throws {
        try await set("maxmemory", isFull ? 1 : 0)
    }

    private func set(_ parameter: String, _ value: Int) async throws {
        try await insist("\(parameter) \(value)") {
            (try? await client.send(RedisCommand("CONFIG", "SET", parameter, value))) != nil
        }
    }

    /// Tries until it is done, whatever becomes of the task.
    private func insist(_ what: String, _ attempt: @escaping @Sendable () async -> Bool) async throws {
        try await uncanceled {
            let deadline = ContinuousClock.now + Self.patience
            while await !attempt() {
                guard ContinuousClock.now < deadline else { throw ChaosFailure("Redis was asked in vain for \(what)") }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
