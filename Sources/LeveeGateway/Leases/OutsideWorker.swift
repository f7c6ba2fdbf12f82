// Workers that speak HTTP, as the store knows them.

import LeveeCore
import Synchronization

/// What an outside worker says of itself with a claim.
///
/// Each lease is held under a name of its own, made of the worker's and some random characters. So a worker that comes back
/// under the name of the one that crashed does not pass for it, and what is said of a lease is said of that one only.
struct OutsideWorker: Sendable, Equatable {
    static let standardName = "outside"
    /// The most characters of a worker's own name: with what is added it is a ``Name``.
    static let longestName = 48
    static let standardHost = "unknown"

    var name: String
    var host: String
    /// 0 if it has not said.
    var processID: Int
    var queues: [String]

    /// The same under a name that nobody else has.
    func named() -> OutsideWorker {
        var worker = self
        worker.name = "\(name)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
        return worker
    }

    /// A sign of life while it waits, or while it runs one job.
    func heartbeat(_ running: [(lease: Lease, progress: Progress?)], slots: Int = 1, lease: Duration) -> Heartbeat {
        Heartbeat(
            worker: name,
            host: host,
            processID: processID,
            slots: slots,
            queues: queues,
            lease: lease,
            running: running
        )
    }
}

/// What outside workers have said of themselves at this front end, so that they need not say it with each heartbeat. A lease that
/// was claimed elsewhere is as good: only the host and the other queues of its worker are not known here.
final class OutsideWorkers: Sendable {
    /// How many are remembered; the oldest are forgotten.
    private static let most = 4_096

    private struct State {
        var workers: [String: OutsideWorker] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())

    func note(_ worker: OutsideWorker) {
        state.withLock { state in
            if state.workers.updateValue(worker, forKey: worker.name) == nil { state.order.append(worker.name) }
            guard state.order.count > 2 * Self.most else { return }
            let old = state.order.prefix(state.order.count - Self.most)
            for name in old { state.workers[name] = nil }
            state.order.removeFirst(old.count)
        }
    }

    /// The worker of a name, or one that serves the queue of its job only.
    func worker(named name: String, of record: JobRecord) -> OutsideWorker {
        state.withLock { $0.workers[name] }
            ?? OutsideWorker(name: name, host: OutsideWorker.standardHost, processID: 0, queues: [record.queue])
    }

    func forget(_ name: String) {
        state.withLock { $0.workers[name] = nil }
    }
}
