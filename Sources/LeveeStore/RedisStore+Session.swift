// A store for the length of a piece of work: connected, opened, and closed again.

import LeveeCore
public import LeveeRedis
public import Logging

extension RedisStore {
    /// Connects to Redis, opens the store, and closes both when `body` has ended.
    ///
    /// - Parameters:
    ///   - redis: Where Redis is and how to speak to it.
    ///   - queues: The names of the queues that this process uses.
    ///   - founds: Whether to found the layout where there is none; an error otherwise.
    ///   - patience: How long to wait for Redis at the start; later outages are waited out, however long.
    ///   - logger: Where the store and its connections log to.
    ///   - body: The work.
    /// - Returns: What `body` returns.
    /// - Throws: ``StoreError`` if the store could not be opened, and what `body` throws.
    public static func withStore<Result: Sendable>(
        on redis: RedisConfiguration,
        queues: [String],
        founds: Bool = true,
        patience: Duration = .seconds(10),
        logger: Logger,
        _ body: @Sendable (RedisStore) async throws -> Result
    ) async throws -> Result {
        let client = RedisClient(configuration: redis, logger: logger)
        // Not a child of this task: whoever cancels the body still needs the connections to hand back what it holds.
        let connections = Task { await client.run() }
        do {
            do throws(RedisError) {
                try await client.waitUntilConnected(timeout: patience)
            } catch {
                throw StoreError(error)
            }
            let store = try await open(on: client, queues: queues, scripts: Scripts(), founds: founds, logger: logger)
            let result: Result
            do {
                result = try await store.pacing { try await body(store) }
            } catch {
                await store.close()
                throw error
            }
            await store.close()
            await client.shutdown()
            await connections.value
            return result
        } catch {
            await client.shutdown()
            await connections.value
            throw error
        }
    }
}
