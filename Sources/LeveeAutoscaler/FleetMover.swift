// Tells the fleet how many workers there should be, beside the loop that decides it.

import LeveeCore
import Synchronization

/// Makes the calls to the fleet, one at a time: a call may take long, and the lead must be kept meanwhile.
final class FleetMover: Sendable {
    private let control: any FleetControl
    private let now: @Sendable () -> Duration
    private let report: @Sendable (AutoscalerReport) -> Void
    private let order = Mutex(ScalingOrder())
    private let call = Mutex<Task<Void, any Error>?>(nil)
    private let orders: AsyncStream<Int>
    private let inbox: AsyncStream<Int>.Continuation

    /// Creates a mover that has told the fleet nothing.
    ///
    /// - Parameters:
    ///   - control: What moves the fleet.
    ///   - now: The time, since any fixed moment.
    ///   - report: Told when a call begins and how it ended.
    init(
        control: any FleetControl,
        now: @escaping @Sendable () -> Duration,
        report: @escaping @Sendable (AutoscalerReport) -> Void
    ) {
        self.control = control
        self.now = now
        self.report = report
        (orders, inbox) = AsyncStream.makeStream()
    }

    /// Begins a call if it is time for one; does not wait for it.
    ///
    /// - Parameters:
    ///   - desired: The workers there should be.
    ///   - found: The workers there are.
    func consider(desired: Int, found: Int) {
        guard let workers = order.withLock({ $0.next(desired: desired, found: found, at: now()) }) else { return }
        report(.moving(found: found, desired: workers))
        inbox.yield(workers)
    }

    /// Forgets what the fleet was told.
    func forget() { order.withLock { $0.forget() } }

    /// Whether a call has begun and not ended.
    var isMoving: Bool { order.withLock { $0.isUnderWay } }

    /// Gives up the call under way: somebody else leads now, or may.
    func abandon() { call.withLock { $0?.cancel() } }

    /// Makes the calls until there will be no more, or the task is canceled.
    func run() async {
        for await workers in orders { await move(to: workers) }
    }

    /// Lets the call under way be the last.
    func finish() { inbox.finish() }

    private func move(to workers: Int) async {
        let task = Task { [control] in try await control.scale(to: workers) }
        call.withLock { $0 = task }
        do {
            try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
            order.withLock { _ = $0.end(isDone: true, at: now()) }
            report(.moved(desired: workers))
        } catch {
            let pause = order.withLock { $0.end(isDone: false, at: now()) }
            let reason = error as? FleetControlError ?? FleetControlError("\(error)")
            report(
                task.isCancelled ? .abandoned(desired: workers) : .failed(desired: workers, reason, pause: pause)
            )
        }
        call.withLock { $0 = nil }
    }
}
