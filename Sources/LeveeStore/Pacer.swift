// Rings for queues that their rate holds back, at the moment at which the next job may start.

import LeveeCore
import LeveeRedis
import Logging
import Synchronization

/// Keeps when to ring for which queue.
///
/// A claim that leaves jobs behind, since the rate of their queue does not let them start yet, is told when the next one may.
/// It is told so by one claim in the fleet for each such time; should that one's process die, the tick rings within a second.
struct Pacer: Sendable {
    private let calls: AsyncStream<(queue: String, wait: Duration)>
    private let continuation: AsyncStream<(queue: String, wait: Duration)>.Continuation

    init() { (calls, continuation) = AsyncStream.makeStream() }

    /// Takes in the calls of a claim's reply: queues and milliseconds, in turn.
    func note(_ reply: RESPValue) {
        let fields = reply.array ?? []
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard let queue = fields[index].string, let wait = fields[index + 1].int else { continue }
            continuation.yield((queue, .milliseconds(wait)))
        }
    }

    /// Does what `ring` does for each queue when its time has come, until the task is canceled.
    func run(_ ring: @escaping @Sendable (String) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for await (queue, wait) in calls {
                group.addTask {
                    guard (try? await Task.sleep(for: wait)) != nil else { return }
                    await ring(queue)
                }
            }
        }
    }
}

extension RedisStore {
    /// Runs `body` with the pacer beside it.
    func pacing<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await self.pacer.run { queue in
                    do {
                        try await self.release([], by: WakeUp(queue: queue, hint: "paced"))
                    } catch {
                        // The tick rings, a little later.
                        self.logger.debug("a queue could not be rung for", metadata: ["error": "\(error)"])
                    }
                }
            }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}
