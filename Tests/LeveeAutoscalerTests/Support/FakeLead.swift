// The lead in memory: one name at a time, for a time.

import LeveeCore
import Synchronization

/// A lead that ends by the test's clock.
final class FakeLead: ScalingLead {
    private struct State {
        var holder: String?
        var end = Duration.zero
        var asked: [String] = []
        var announced: [ScalingVerdict] = []
        var resigned: [String] = []
        var isAway = false
    }

    private let clock: ManualClock
    private let state = Mutex(State())

    init(clock: ManualClock) {
        self.clock = clock
    }

    /// Who asked for the lead, each time.
    var asked: [String] { state.withLock { $0.asked } }
    /// What the leaders announced.
    var announced: [ScalingVerdict] { state.withLock { $0.announced } }
    /// Who gave the lead up.
    var resigned: [String] { state.withLock { $0.resigned } }
    /// Who leads now.
    var holder: String? { state.withLock { $0.end > clock.now.offset ? $0.holder : nil } }
    /// Whether the store does not answer.
    var isAway: Bool {
        get { state.withLock { $0.isAway } }
        set { state.withLock { $0.isAway = newValue } }
    }

    /// Gives the lead to somebody, whoever had it.
    func give(to name: String, for duration: Duration) {
        state.withLock { state in
            state.holder = name
            state.end = clock.now.offset + duration
        }
    }

    func lead(as name: String, for duration: Duration) async throws(StoreError) -> String {
        let now = clock.now.offset
        let leader = state.withLock { state -> String? in
            guard !state.isAway else { return nil }
            state.asked.append(name)
            if let holder = state.holder, holder != name, state.end > now { return holder }
            state.holder = name
            state.end = now + duration
            return name
        }
        guard let leader else { throw .unavailable("gone") }
        return leader
    }

    func announce(_ verdict: ScalingVerdict, as name: String) async throws(StoreError) {
        guard !isAway else { throw .unavailable("gone") }
        if holder == name { state.withLock { $0.announced.append(verdict) } }
    }

    func resign(as name: String) async throws(StoreError) {
        guard !isAway, !Task.isCancelled else { throw .unavailable("gone") }
        state.withLock { state in
            state.resigned.append(name)
            if state.holder == name { state.holder = nil }
        }
    }

    func setManualTarget(_ workers: Int?) async throws(StoreError) {}
}
