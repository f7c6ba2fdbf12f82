// Turns a wake-up into jobs: as many as there are free slots.

import LeveeCore

/// Claims when it is told that there is something to claim.
struct Claimer: Sendable {
    let session: Session

    /// Claims for all free slots; with none free, or at the end, the wake-up goes to another worker.
    func answer(_ wakeUp: WakeUp) async throws(StoreError) {
        CrashPoint.wakeHeard.reach()
        while true {
            switch session.withState({ $0.beginClaim() }) {
            case .success(let call):
                try await claim(call)
                return
            case .failure(.busy): await session.room.wait()
            case .failure(.closed):
                try await session.leasing.release([], by: wakeUp)
                return
            }
        }
    }

    private func claim(_ call: WorkerState.Call) async throws(StoreError) {
        guard let request = session.request(call) else { return }
        do throws(StoreError) {
            let jobs = try await session.leasing.claim(request)
            CrashPoint.claimAnswered.reach(if: !jobs.isEmpty)
            session.finish(call, isKnown: true, claimed: jobs)
        } catch {
            session.finish(call, isKnown: false, claimed: [])
            throw error
        }
    }
}

extension Session {
    /// Ends a call: takes in what was claimed in the same step that gives up the slots promised to it.
    func finish(_ call: WorkerState.Call, isKnown: Bool, claimed: [LeasedJob]) {
        if call.limit > 0, isKnown { metrics.claimed(claimed.count) }
        start(claimed) { $0.end(call, isKnown: isKnown, at: .now) }
        room.ring()
    }
}
