// What a worker says in its heartbeat, and what it learns from the answer.

import LeveeCore

extension WorkerState {
    /// Every lease to prolong: what runs, with its news, what waits to be settled, and what waits to be handed back.
    mutating func takeNews() -> [(lease: Lease, progress: Progress?)] {
        var held = running.filter { $0.value.stopReason != .lost }.map { (lease: $0.key, progress: $0.value.progress) }
        for (lease, _) in held { note(nil, of: lease) }
        for lease in (inFlight + pending).map(\.lease) + handBack { held.append((lease, nil)) }
        return held
    }

    /// Keeps the news of a heartbeat that was not heard, unless there are newer ones.
    mutating func putBack(_ news: [(lease: Lease, progress: Progress?)]) {
        for (lease, progress) in news {
            guard let progress, let run = running[lease], run.progress == nil else { continue }
            note(progress, of: lease)
        }
    }

    /// Takes in the answer to a heartbeat.
    ///
    /// An outcome in the call under way is left to that call: it may have been stored after the heartbeat was sent.
    ///
    /// - Returns: The attempts that have to be told.
    mutating func judge(_ verdicts: [Lease: LeaseVerdict]) -> [Lease] {
        var told: [Lease] = []
        for (lease, verdict) in verdicts {
            switch verdict {
            case .cancel: if stop(lease, for: .cancel) { told.append(lease) }
            case .lost:
                pending.removeAll { $0.lease == lease }
                handBack.removeAll { $0 == lease }
                if stop(lease, for: .lost) { told.append(lease) }
            }
        }
        return told
    }
}
