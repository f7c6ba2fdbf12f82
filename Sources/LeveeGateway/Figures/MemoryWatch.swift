// Whether the store has room for more jobs, looked at once a second.

import LeveeCore
import Logging
public import ServiceLifecycle
import Synchronization

/// Watches the memory of the store, and says in the log when it gets short and when there is room again.
public final class MemoryWatch: Service {
    private static let interval = Duration.seconds(1)

    private struct State {
        var guardian: MemoryGuard
        var last: StoreMemory?
        /// Whether the store does not let itself be asked.
        var isBlind = false
    }

    private let upkeep: any JobUpkeep
    private let logger: Logger
    private let state: Mutex<State>

    init(upkeep: any JobUpkeep, threshold: Int, logger: Logger) {
        self.upkeep = upkeep
        self.logger = logger
        state = Mutex(State(guardian: MemoryGuard(threshold: threshold)))
    }

    /// Whether jobs are to be refused for want of memory.
    var isFull: Bool { state.withLock { $0.guardian.isFull } }

    /// The last reading; `nil` before the first.
    var last: StoreMemory? { state.withLock { $0.last } }

    /// Looks once a second until the process shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.look()
                try? await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Looks once. A store that is away is the upkeep's to tell of; what was seen before holds until it is back.
    func look() async {
        do throws(StoreError) {
            note(try await upkeep.memory())
        } catch {
            switch error {
            case .unavailable, .unknownOutcome: return
            case .refused, .incompatibleLayout, .unexpectedReply:
                let isNews = state.withLock { state in
                    defer { state.isBlind = true }
                    return !state.isBlind
                }
                guard isNews else { return }
                logger.warning("The memory of the store cannot be watched", metadata: ["error": "\(error)"])
            }
        }
    }

    private func note(_ memory: StoreMemory) {
        let (hasChanged, isFull, threshold) = state.withLock { state in
            state.last = memory
            state.isBlind = false
            return (state.guardian.observe(memory), state.guardian.isFull, state.guardian.threshold)
        }
        guard hasChanged else { return }
        let facts: Logger.Metadata = [
            "used": "\(memory.used)", "limit": "\(memory.limit ?? 0)", "threshold": "\(threshold) %",
        ]
        if isFull {
            logger.warning("The store is nearly full: no more jobs are taken in", metadata: facts)
        } else {
            logger.notice("The store has room again: jobs are taken in", metadata: facts)
        }
    }
}
