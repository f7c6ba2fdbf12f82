// One call on a connection: commands out, the caller asleep, replies back.

internal import NIOCore

extension RedisConnection {
    /// Sends the commands and waits for all replies, an error in place of each that does not come.
    ///
    /// A canceled caller returns at once; what it has sent is answered all the same, and those replies are dropped.
    func exchange(_ commands: [RedisCommand], timeout: Duration) async -> PendingReply.Replies {
        if Task.isCancelled { return commands.map { _ in .failure(.canceled) } }
        let canceler = Canceler()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let reply = post(commands, timeout: timeout) { continuation.resume(returning: $0) }
                canceler.arm { reply.fail(.canceled) }
            }
        } onCancel: {
            canceler.cancel()
        }
    }

    /// Sends the commands without waiting; `completion` gets their replies, on any thread.
    @discardableResult
    func post(
        _ commands: [RedisCommand],
        timeout: Duration,
        completion: @escaping @Sendable (PendingReply.Replies) -> Void
    ) -> PendingReply {
        let deadline = eventLoop.now + TimeAmount(timeout)
        let reply = PendingReply(count: commands.count, deadline: deadline, completion: completion)
        do throws(RedisError) {
            submit(Submission(bytes: try CommandEncoder.encode(commands), reply: reply))
        } catch {
            reply.fail(error)
        }
        return reply
    }
}
