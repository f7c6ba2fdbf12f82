// Waits for work while there is room for it: one blocking call for the whole process.

import LeveeCore
import Logging

/// Waits for wake-ups and answers each with a claim, until the worker drains.
struct Waker: Sendable {
    /// By how much waits differ, so that workers do not all come at once.
    static let spread = 0.8...1.2

    let session: Session

    func run() async {
        var backoff = Backoff()
        while !session.withState({ $0.isDraining }) {
            guard session.withState({ $0.beginAsking(at: .now) }) else {
                await session.room.wait()
                continue
            }
            do throws(StoreError) {
                if let wakeUp = try await wait() { try await Claimer(session: session).answer(wakeUp) }
                session.withState { $0.asksSince = nil }
                session.succeeded(.wait)
                backoff.reset()
            } catch {
                // Never end for an error: a worker that lives but does not take jobs is the worst of all.
                let pause = backoff.next()
                session.failed(.wait, error, metadata: ["pause": "\(pause)"])
                await canceled(by: session.draining) { try? await Task.sleep(for: pause) }
            }
        }
    }

    private func wait() async throws(StoreError) -> WakeUp? {
        let configuration = session.configuration
        let queues = configuration.queues.map(\.name)
        let timeout = configuration.wakeTimeout * Double.random(in: Self.spread)
        let heard = await canceled(by: session.draining) { [leasing = session.leasing] in
            await Result { () async throws(StoreError) in try await leasing.awaitWork(in: queues, timeout: timeout) }
        }
        let wakeUp = try heard?.get() ?? nil
        session.withState { $0.lastContact = .now }
        return wakeUp
    }
}
