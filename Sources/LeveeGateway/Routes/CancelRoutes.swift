// DELETE /jobs/{id} and POST /jobs/{id}/cancel: the end of a job on request.

import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeTracing
import Logging

/// Calls jobs off, and removes those that have ended.
struct CancelRoutes: Sendable {
    let configuration: GatewayConfiguration
    let submission: any JobSubmission
    let lookup: JobLookup
    let representation: JobRepresentation
    let blobs: BlobKeeper?

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .delete, path: "/jobs/{id}", operation: .delete, handler: delete),
            Endpoint(method: .post, path: "/jobs/{id}/cancel", operation: .cancel, handler: cancel),
        ]
    }

    /// 202 if the job was pending, and is canceled or asked to end; 204 if it had ended, and is removed.
    @Sendable
    private func delete(_ request: Request, context: GatewayContext) async throws -> Response {
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let id = try lookup.id(context)
        let versions = try EntityTag.versions(of: id, in: request.headers)
        guard try await callOff(id, expecting: versions, context) else {
            let record = try await changed(id, context)
            note(record, context)
            return await representation.pending(record, links: links)
        }
        // An ended job cannot be pending again, so whatever is not removed now is gone.
        let held = try await blobs?.blobs(of: id) ?? []
        let reply = try await submission.remove(id, by: context.tenant, expecting: versions)
        CrashPoint.removeStored.reach()
        guard reply == .removed else { throw Problem.gone }
        context.logger.info("job removed", metadata: ["job": "\(id)"])
        await blobs?.release(held, of: id)
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    /// 200 with the status however often; removes nothing.
    @Sendable
    private func cancel(_ request: Request, context: GatewayContext) async throws -> Response {
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let id = try lookup.id(context)
        let versions = try EntityTag.versions(of: id, in: request.headers)
        let hadEnded = try await callOff(id, expecting: versions, context)
        let headers: HTTPFields = [.contentLocation: links.url(.monitor, of: id)]
        let record = try await changed(id, context)
        if !hadEnded { note(record, context) }
        return await representation.status(of: record, as: .ok, links: links, headers: headers)
    }

    /// The job after its cancellation was stored: who is told that the store fails is not told that nothing was changed.
    private func changed(_ id: JobID, _ context: GatewayContext) async throws -> JobRecord {
        do {
            return try await lookup.record(id, of: context.tenant)
        } catch is StoreError {
            throw Problem.storeSilent
        }
    }

    /// Tells of a job whose end was asked for.
    private func note(_ record: JobRecord, _ context: GatewayContext) {
        context.logger.info(
            record.state.isTerminal ? "job canceled" : "job asked to end",
            metadata: record.logged
        )
    }

    /// Asks for the end of a job.
    ///
    /// - Returns: Whether it had ended before.
    private func callOff(_ id: JobID, expecting versions: [Int]?, _ context: GatewayContext) async throws -> Bool {
        let reply = try await submission.cancel(id, by: context.tenant, expecting: versions)
        CrashPoint.cancelStored.reach()
        switch reply {
        case nil: throw Problem.gone
        case .foreign: throw Problem.unknownJob
        case .stale: throw Problem.preconditionFailed
        case .canceled, .asked: return false
        case .ended: return true
        }
    }
}
