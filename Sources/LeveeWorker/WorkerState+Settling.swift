// Which outcomes go into the next call, and how many jobs may come back with it.

import LeveeCore

extension WorkerState {
    /// One call that settles, claims, or does both.
    struct Call {
        var settlements: [Settlement] = []
        /// The most jobs to claim; 0 to claim none.
        var limit = 0
        /// Whether nothing runs, so that a suspect job may be taken.
        var isIdle = false
    }

    /// Why no claim can be made.
    enum ClaimObstacle {
        /// Another claim is under way: ask again when it has ended.
        case busy
        /// There is no room, or the worker stops.
        case closed
    }

    /// Begins a claim for all free slots.
    mutating func beginClaim() -> Result<Call, ClaimObstacle> {
        guard hasRoom else { return .failure(.closed) }
        guard !isClaiming else { return .failure(.busy) }
        let call = Call(limit: free, isIdle: running.isEmpty)
        isClaiming = true
        promised = free
        return .success(call)
    }

    /// Begins a settlement of what has ended, with a claim for the slots that it frees and those that are free.
    ///
    /// While settlements do not get through they go without a claim, and one by one if the store turned them down: so
    /// one that it will not have does not hold up the others.
    mutating func beginSettling(count: Int, bytes: Int) -> Call? {
        guard !pending.isEmpty else { return nil }
        var size = 0
        var taken = 0
        while taken < min(count, pending.count) {
            size += pending[taken].byteCount
            if taken > 0, size > bytes { break }
            taken += 1
        }
        var call = Call(settlements: Array(pending.prefix(taken)))
        if troubledSince == nil, !isClaiming, !isDraining, !runsAlone {
            call.limit = free + taken
            call.isIdle = running.isEmpty
            isClaiming = true
            promised = free
        }
        pending.removeFirst(taken)
        inFlight = call.settlements
        return call
    }

    /// Ends a call, whatever came of it.
    ///
    /// - Parameters:
    ///   - call: The call.
    ///   - isKnown: Whether the store has answered; if not, the outcomes are kept.
    ///   - now: The time of its answer.
    mutating func end(_ call: Call, isKnown: Bool, at now: ContinuousClock.Instant) {
        if call.limit > 0 {
            isClaiming = false
            promised = 0
        }
        if !call.settlements.isEmpty {
            inFlight = []
            troubledSince = isKnown ? nil : troubledSince ?? now
            if !isKnown { pending += call.settlements }
        }
        if isKnown { lastContact = now }
    }
}

extension WorkerState.ClaimObstacle: Error {}

extension Settlement {
    fileprivate var byteCount: Int {
        switch outcome {
        case .succeeded(let result): result.content.bytes.count
        case .failed(let failure, _): failure.detail.utf8.count + (failure.answer?.content.bytes.count ?? 0)
        case .canceled: 0
        }
    }
}
