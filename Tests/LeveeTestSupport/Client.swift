// A client of Redis that runs for the length of a test.

package import LeveeRedis
package import Logging
package import NIOCore
import NIOPosix

package func quietLogger() -> Logger {
    Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}

/// Runs a client while `body` runs.
package func withClient<Result: Sendable>(
    _ endpoint: RedisEndpoint,
    adjust: (inout RedisConfiguration) -> Void = { _ in },
    group eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
    body: @Sendable (RedisClient) async throws -> Result
) async throws -> Result {
    var configuration = RedisConfiguration(endpoint: endpoint, clientName: "test")
    // The machine may be busy: only tests about deadlines set shorter ones.
    configuration.connectTimeout = .seconds(20)
    configuration.commandTimeout = .seconds(60)
    adjust(&configuration)
    let client = RedisClient(configuration: configuration, eventLoopGroup: eventLoopGroup, logger: quietLogger())
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await client.run() }
        do {
            let result = try await body(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }
}

/// Runs an operation and returns the error of the client that it throws.
package func redisError(_ operation: () async throws -> some Any) async -> RedisError? {
    do {
        _ = try await operation()
        return nil
    } catch {
        return error as? RedisError
    }
}
