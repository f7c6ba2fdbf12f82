// The feed of events in memory: what PUBLISH is to Redis.

import LeveeCore
import Synchronization

/// Hands each event to everybody who listens.
final class Broadcast: Sendable {
    private let listeners = Mutex<[Int: AsyncStream<FeedEvent>.Continuation]>([:])
    private let tickets = Atomic(0)

    func send(_ event: FeedEvent) {
        for listener in listeners.withLock({ Array($0.values) }) { listener.yield(event) }
    }

    func listen(_ onEvent: @escaping @Sendable (FeedEvent) -> Void) async {
        let (stream, continuation) = AsyncStream<FeedEvent>.makeStream()
        let ticket = tickets.add(1, ordering: .relaxed).newValue
        listeners.withLock { $0[ticket] = continuation }
        onEvent(.listening)
        for await event in stream { onEvent(event) }
        listeners.withLock { $0[ticket] = nil }
    }
}
