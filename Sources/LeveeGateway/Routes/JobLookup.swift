// From the id in a path to the job: 404 for a forged one without asking the store, and for another tenant's after asking;
// 410 where nothing is left.

import Hummingbird
import LeveeCore

/// Finds the job that a request is about.
struct JobLookup: Sendable {
    let inspection: any JobInspection

    /// The id in the path.
    ///
    /// - Throws: ``Problem/unknownJob`` for an id that this deployment has never given out; the store is not asked.
    func id(_ context: GatewayContext) throws -> JobID {
        guard let id = inspection.recognize(try context.parameters.require("name")) else { throw Problem.unknownJob }
        return id
    }

    /// The record of the job in the path: one read.
    ///
    /// - Throws: ``Problem/gone`` if nothing of the job is left, ``Problem/unknownJob`` if it is not of the tenant who asks.
    func record(_ context: GatewayContext) async throws -> JobRecord {
        try await record(id(context), of: context.tenant)
    }

    /// The record of a tenant's job: one read.
    ///
    /// - Throws: ``Problem/gone`` if nothing of the job is left, ``Problem/unknownJob`` if it is not the tenant's.
    func record(_ id: JobID, of tenant: Tenant) async throws -> JobRecord {
        guard let record = try await inspection.job(id) else { throw Problem.gone }
        guard record.tenant == tenant else { throw Problem.unknownJob }
        return record
    }
}
