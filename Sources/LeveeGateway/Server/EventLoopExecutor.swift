// Runs tasks on an event loop.

import NIOCore

/// The executor of tasks that answer requests: each runs on the event loop of its connection, so nothing changes threads between
/// the socket, the routes and the connection to Redis of the same loop.
///
/// Whatever takes long or blocks has to be done elsewhere: it would hold up all connections of the loop.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Does what takes the longer the more bytes there are: of few at once, of many beside the event loop, where it holds up nobody.
func work<Value, Failure: Error>(
    on byteCount: Int,
    _ work: () throws(Failure) -> Value
) async throws(Failure) -> Value {
    guard byteCount > 16 << 10 else { return try work() }
    return try await withTaskExecutorPreference(globalConcurrentExecutor) { () async throws(Failure) in try work() }
}
