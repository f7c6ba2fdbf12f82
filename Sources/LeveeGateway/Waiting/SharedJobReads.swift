// Many requests that read the same job at once cost one read.

import LeveeCore
import Synchronization

/// Reads jobs, equal ones once.
///
/// A read that is under way may have seen the job as it was before the caller asked, so nobody joins it: all that come meanwhile
/// share the next one.
final class SharedJobReads: Sendable {
    private typealias Outcome = Result<JobRecord?, StoreError>

    private enum Turn {
        /// Read, for all that wait for the same.
        case lead
        case shared(Outcome)
    }

    /// Those that wait for the next read of a job; there is an entry while one is under way.
    private let waiting = Mutex<[JobID: [CheckedContinuation<Turn, Never>]]>([:])
    private let inspection: any JobInspection

    init(inspection: any JobInspection) {
        self.inspection = inspection
    }

    /// Reads a job; the read begins after the call.
    ///
    /// - Returns: `nil` if nothing of it is left.
    /// - Throws: ``StoreError`` if it could not be read.
    func job(_ id: JobID) async throws(StoreError) -> JobRecord? {
        var company: [CheckedContinuation<Turn, Never>] = []
        let isFirst = waiting.withLock { waiting in
            if waiting[id] == nil { waiting[id] = [] } else { return false }
            return true
        }
        if !isFirst {
            let turn = await withCheckedContinuation { continuation in
                let isAlone = waiting.withLock { waiting in
                    // The read may have ended since the first look.
                    guard waiting[id] != nil else {
                        waiting[id] = []
                        return true
                    }
                    waiting[id]?.append(continuation)
                    return false
                }
                if isAlone { continuation.resume(returning: .lead) }
            }
            if case .shared(let outcome) = turn { return try outcome.get() }
            company = waiting.withLock { waiting in
                defer { waiting[id] = [] }
                return waiting[id] ?? []
            }
        }
        let outcome: Outcome
        do throws(StoreError) {
            outcome = .success(try await inspection.job(id))
        } catch {
            outcome = .failure(error)
        }
        if case .failure = outcome, Task.isCancelled {
            // Only the one who read has given up: the others read under the next lead.
            waiting.withLock { $0[id]?.insert(contentsOf: company, at: 0) }
            company = []
        }
        finish(id)
        for continuation in company { continuation.resume(returning: .shared(outcome)) }
        return try outcome.get()
    }

    /// Gives the lead to one of those that came meanwhile, if any did.
    private func finish(_ id: JobID) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Turn, Never>? in
            guard let first = waiting[id]?.first else {
                waiting[id] = nil
                return nil
            }
            waiting[id]?.removeFirst()
            return first
        }
        next?.resume(returning: .lead)
    }
}
