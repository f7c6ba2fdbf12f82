// What tests ask Redis of a queue.

import LeveeRedis

/// Counters of a queue, by their place in its figures (docs/redis-layout.md).
enum Figure: Int {
    case submitted = 4
    case succeeded = 5
}

extension RedisClient {
    /// A counter of the default queue.
    func figure(_ figure: Figure) async throws -> Int {
        let line = try await send(["HGET", "levee:{00}:stats:default", "figures"]).string ?? ""
        return line.split(separator: " ").dropFirst(figure.rawValue).first.flatMap { Int($0) } ?? 0
    }
}
