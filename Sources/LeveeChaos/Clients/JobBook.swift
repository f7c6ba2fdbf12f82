// The accepted jobs, and which of them have been seen to end.

import NIOConcurrencyHelpers

/// What all clients of a run know together.
final class JobBook: Sendable {
    private struct State {
        var all: [String] = []
        var known: Set<String> = []
        var pending: [String] = []
        var failed: [String] = []
        var places: [String: Int] = [:]
    }

    private let state = NIOLockedValueBox(State())

    var all: [String] { state.withLockedValue { $0.all } }
    var pending: [String] { state.withLockedValue { $0.pending } }

    /// Adds an accepted job, unless it is known.
    func add(_ id: String) {
        state.withLockedValue { state in
            guard state.known.insert(id).inserted else { return }
            state.places[id] = state.pending.count
            state.pending.append(id)
            state.all.append(id)
        }
    }

    /// Notes that a job was seen to have ended.
    func ended(_ id: String, hasFailed: Bool) {
        state.withLockedValue { state in
            guard let place = state.places.removeValue(forKey: id), let last = state.pending.popLast() else { return }
            if hasFailed { state.failed.append(id) }
            if last != id {
                state.pending[place] = last
                state.places[last] = place
            }
        }
    }

    /// A job that was seen to have failed.
    func failed(using generator: inout some RandomNumberGenerator) -> String? {
        state.withLockedValue { $0.failed.randomElement(using: &generator) }
    }

    /// Any job; mostly one that is not known to have ended.
    func random(using generator: inout some RandomNumberGenerator) -> String? {
        let wantsPending = Int.random(in: 0..<5, using: &generator) > 0
        return state.withLockedValue { state in
            (wantsPending && !state.pending.isEmpty ? state.pending : state.all).randomElement(using: &generator)
        }
    }
}
