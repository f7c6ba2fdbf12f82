// From the id in a path to the job: 404 for a forged one without asking the store, and for another tenant's after asking;
// 410 where nothing is left.

import Hummingbird
import LeveeCore

/// Finds the job that a request is about, and waits for it where the client wants to.
struct JobLookup: Sendable {
    let inspection: any JobInspection
    let room: WaitingRoom

    /// The id in the path; the store is not asked.
    func id(_ context: GatewayContext) throws -> JobID { try inspection.id(in: context) }

    /// The record of the job in the path: one read at most.
    ///
    /// - Throws: ``Problem/gone`` if nothing of the job is left, ``Problem/unknownJob`` if it is not of the tenant who asks.
    func record(_ context: GatewayContext) async throws -> JobRecord {
        try await record(id(context), of: context.tenant)
    }

    /// The record of a tenant's job: one read at most.
    ///
    /// - Throws: ``Problem/gone`` if nothing of the job is left, ``Problem/unknownJob`` if it is not the tenant's.
    func record(_ id: JobID, of tenant: Tenant) async throws -> JobRecord {
        try own(try await room.job(id), tenant)
    }

    private func own(_ record: JobRecord?, _ tenant: Tenant) throws(Problem) -> JobRecord {
        guard let record else { throw .gone }
        guard record.tenant == tenant else { throw .unknownJob }
        return record
    }

    /// The record of a job, as soon as it has ended or the client does not want to wait any longer.
    ///
    /// - Parameters:
    ///   - id: The job.
    ///   - seconds: How long to wait at most; not at all for `nil` and 0.
    ///   - context: Whose client waits.
    /// - Returns: The job, whether it has ended or not.
    /// - Throws: ``Problem/gone`` if nothing of the job is left, ``Problem/unknownJob`` if it is not of the tenant who asks.
    func end(of id: JobID, within seconds: Int?, _ context: GatewayContext) async throws -> JobRecord {
        try await record(id, within: seconds, hearing: .end, context) { $0.state.isTerminal }
    }

    /// The record of a job, as soon as it is as wanted or the client does not want to wait any longer.
    func record(
        _ id: JobID,
        within seconds: Int?,
        hearing interest: WaitingRoom.Interest,
        _ context: GatewayContext,
        when isEnough: @Sendable (JobRecord) -> Bool
    ) async throws -> JobRecord {
        guard let seconds, seconds > 0 else { return try await record(id, of: context.tenant) }
        let deadline = ContinuousClock.now + .seconds(seconds)
        let client = await context.client()
        let record = try await room.job(id, hearing: interest, until: deadline, at: client) { record in
            record.tenant != context.tenant || isEnough(record)
        }
        return try own(record, context.tenant)
    }
}

extension JobInspection {
    /// The id in the path of a request; the store is not asked.
    ///
    /// - Throws: ``Problem/unknownJob`` for an id that this deployment has never given out.
    func id(in context: GatewayContext) throws -> JobID {
        guard let id = recognize(try context.parameters.require("id")) else { throw Problem.unknownJob }
        return id
    }
}
