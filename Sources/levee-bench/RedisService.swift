// The connections to Redis as a service beside others.

import LeveeRedis
import ServiceLifecycle

/// Keeps the connections of a client up until the process is told to stop.
struct RedisService: Service {
    let client: RedisClient

    func run() async throws {
        await cancelWhenGracefulShutdown { await client.run() }
    }
}
