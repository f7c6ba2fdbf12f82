// The end of a job on request: what both doors have in common.

import Hummingbird
import LeveeCore
import LeveeTracing
import Logging

/// Calls jobs off, and removes those that have ended, with what lies outside the store.
struct JobEnding: Sendable {
    let submission: any JobSubmission
    let blobs: BlobKeeper?

    /// Asks for the end of a job.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - tenant: Who asks; `nil` for who may ask for all.
    ///   - versions: Those that the client has seen, if it says so.
    /// - Returns: Whether it had ended before.
    /// - Throws: ``Problem`` if there is no such job for the tenant, or it has changed.
    func callOff(_ id: JobID, by tenant: Tenant?, expecting versions: [Int]?) async throws -> Bool {
        let reply = try await submission.cancel(id, by: tenant, expecting: versions)
        CrashPoint.cancelStored.reach()
        switch reply {
        case nil: throw Problem.gone
        case .foreign: throw Problem.unknownJob
        case .stale: throw Problem.preconditionFailed
        case .canceled, .asked: return false
        case .ended: return true
        }
    }

    /// Removes a job that has ended: it cannot be pending again, so whatever is not removed now is gone.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - tenant: Who asks; `nil` for who may ask for all.
    ///   - versions: Those that the client has seen, if it says so.
    /// - Returns: The trace that it belonged to.
    /// - Throws: ``Problem/gone`` if somebody else was faster.
    func remove(_ id: JobID, by tenant: Tenant?, expecting versions: [Int]?) async throws -> TraceContext? {
        let held = try await blobs?.blobs(of: id) ?? []
        let reply = try await submission.remove(id, by: tenant, expecting: versions)
        CrashPoint.removeStored.reach()
        guard case .removed(let trace) = reply else { throw Problem.gone }
        await blobs?.release(held, of: id)
        return trace
    }
}

extension GatewayContext {
    /// Tells the log of a job whose end was asked for.
    func noteEnd(of record: JobRecord) {
        logger.info(record.state.isTerminal ? "job canceled" : "job asked to end", metadata: record.logged)
    }

    /// Tells the log of a job that was removed, and of the trace that it belonged to.
    func noteRemoval(of id: JobID, in trace: TraceContext?) {
        logger.info("job removed", metadata: id.logged(in: trace))
    }
}
