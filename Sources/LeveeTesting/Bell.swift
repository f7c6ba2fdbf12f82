// Wake-ups in memory: what BRPOP on the wake lists is to Redis.

import LeveeCore
import Synchronization

/// At most one wake-up lies at each queue; the worker that waits longest gets it.
final class Bell: Sendable {
    private struct State {
        var lying: [String: String] = [:]
        var waiting: [(ticket: Int, queues: [String], stream: AsyncStream<WakeUp>.Continuation)] = []
        var tickets = 0
    }

    private let state = Mutex(State())

    func ring(_ queue: String, hint: String) {
        state.withLock { state in
            while let index = state.waiting.firstIndex(where: { $0.queues.contains(queue) }) {
                let stream = state.waiting.remove(at: index).stream
                let wasHeard: Bool
                // Who has been canceled hears nothing, although it stands here until it has left.
                if case .enqueued = stream.yield(WakeUp(queue: queue, hint: hint)) {
                    wasHeard = true
                } else {
                    wasHeard = false
                }
                stream.finish()
                if wasHeard { return }
            }
            if state.lying[queue] == nil { state.lying[queue] = hint }
        }
    }

    /// Takes back a wake-up that nobody has heard yet.
    func silence(_ queue: String) {
        state.withLock { _ = $0.lying.removeValue(forKey: queue) }
    }

    func wait(for queues: [String], timeout: Duration) async -> WakeUp? {
        let (stream, continuation) = AsyncStream<WakeUp>.makeStream()
        let ticket = state.withLock { state in
            state.tickets += 1
            if let queue = queues.first(where: { state.lying[$0] != nil }),
                let hint = state.lying.removeValue(forKey: queue)
            {
                continuation.yield(WakeUp(queue: queue, hint: hint))
                continuation.finish()
            } else {
                state.waiting.append((state.tickets, queues, continuation))
            }
            return state.tickets
        }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await Task.sleep(for: timeout)
                self.giveUp(ticket)
            }
            var wakeUp: WakeUp?
            for await heard in stream { wakeUp = heard }
            group.cancelAll()
            return wakeUp
        }
    }

    private func giveUp(_ ticket: Int) {
        state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
            state.waiting.remove(at: index).stream.finish()
        }
    }
}
