// A fleet in memory: it can be looked at and moved, and it can fail in the ways that fleets fail.

import LeveeCore
import Synchronization

/// Workers and one queue.
final class FakeFleet: FleetInspection, FleetControl {
    /// What comes of a call.
    enum Manner {
        /// The workers are there at once.
        case obedient
        /// The call does its work, but no worker comes up.
        case crashing
        /// The call fails.
        case failing
    }

    /// One call, and when it came.
    struct Call: Equatable {
        var workers: Int
        var second: Int64
    }

    private struct State {
        var workers: Int
        var draining = 0
        var ready = 0
        var manualTarget: Int?
        var manner = Manner.obedient
        var isAway = false
        var isMute = false
        var asking = 0
        var delay = Duration.zero
        var isHolding = false
        var inside = 0
        var mostInside = 0
        var calls: [Call] = []
    }

    private let clock: ManualClock
    private let state: Mutex<State>

    init(clock: ManualClock, workers: Int) {
        self.clock = clock
        state = Mutex(State(workers: workers))
    }

    /// How many workers take jobs.
    var workers: Int {
        get { state.withLock { $0.workers } }
        set { state.withLock { $0.workers = newValue } }
    }
    /// How many workers only end what they run.
    var draining: Int {
        get { state.withLock { $0.draining } }
        set { state.withLock { $0.draining = newValue } }
    }
    /// How many jobs wait.
    var ready: Int {
        get { state.withLock { $0.ready } }
        set { state.withLock { $0.ready = newValue } }
    }
    /// What an operator has set.
    var manualTarget: Int? {
        get { state.withLock { $0.manualTarget } }
        set { state.withLock { $0.manualTarget = newValue } }
    }
    /// What comes of calls.
    var manner: Manner {
        get { state.withLock { $0.manner } }
        set { state.withLock { $0.manner = newValue } }
    }
    /// Whether the store does not answer.
    var isAway: Bool {
        get { state.withLock { $0.isAway } }
        set { state.withLock { $0.isAway = newValue } }
    }
    /// How long the store takes to answer.
    var delay: Duration {
        get { state.withLock { $0.delay } }
        set { state.withLock { $0.delay = newValue } }
    }
    /// Whether calls are kept from ending.
    var isHolding: Bool {
        get { state.withLock { $0.isHolding } }
        set { state.withLock { $0.isHolding = newValue } }
    }
    /// Whether the store keeps everybody waiting who asks it.
    var isMute: Bool {
        get { state.withLock { $0.isMute } }
        set { state.withLock { $0.isMute = newValue } }
    }
    /// How many have asked a mute store.
    var asking: Int { state.withLock { $0.asking } }
    /// How many calls are under way.
    var inside: Int { state.withLock { $0.inside } }
    /// The most calls that were ever under way at once.
    var mostInside: Int { state.withLock { $0.mostInside } }
    /// All calls.
    var calls: [Call] { state.withLock { $0.calls } }
    /// The numbers of all calls.
    var told: [Int] { calls.map(\.workers) }

    func overview() async throws(StoreError) -> FleetOverview {
        if isMute {
            state.withLock { $0.asking += 1 }
            while !Task.isCancelled { await Task.yield() }
            throw .unknownOutcome("canceled")
        }
        if delay > .zero { clock.advance(by: delay) }
        let time = Timestamp(milliseconds: 1_000_000 + clock.now.offset.milliseconds)
        let overview = state.withLock { state -> FleetOverview? in
            guard !state.isAway else { return nil }
            let live = state.workers + state.draining
            return FleetOverview(
                time: time,
                queues: [QueueOverview(name: "default", figures: QueueFigures(entered: [state.ready, 0, 0]))],
                workers: (0..<live).map { worker($0, isDraining: $0 >= state.workers, at: time) },
                autoscaler: AutoscalerOverview(manualTarget: state.manualTarget)
            )
        }
        guard let overview else { throw .unavailable("gone") }
        return overview
    }

    func scale(to workers: Int) async throws(FleetControlError) {
        let second = clock.now.offset.components.seconds
        state.withLock { state in
            state.calls.append(Call(workers: workers, second: second))
            state.inside += 1
            state.mostInside = max(state.mostInside, state.inside)
        }
        while isHolding, !Task.isCancelled { await Task.yield() }
        let isCanceled = Task.isCancelled
        let isDone = state.withLock { state in
            state.inside -= 1
            guard !isCanceled, state.manner != .failing else { return false }
            if state.manner == .obedient { state.workers = workers }
            return true
        }
        guard isDone else { throw FleetControlError(isCanceled ? "canceled" : "no room") }
    }

    private func worker(_ number: Int, isDraining: Bool, at time: Timestamp) -> WorkerOverview {
        WorkerOverview(
            name: "w\(number)",
            host: "here",
            processID: 100 + number,
            slots: 1,
            queues: ["default"],
            isDraining: isDraining,
            startedAt: time,
            seenAt: time
        )
    }
}
