// DELETE /jobs/{id} and POST /jobs/{id}/cancel: the end of a job on request.

import HTTPTypes
import Hummingbird
import LeveeCore

/// Calls jobs off, and removes those that have ended.
struct CancelRoutes: Sendable {
    let configuration: GatewayConfiguration
    let ending: JobEnding
    let lookup: JobLookup
    let representation: JobRepresentation

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
        guard try await ending.callOff(id, by: context.tenant, expecting: versions) else {
            let record = try await changed(id, context)
            context.noteEnd(of: record)
            return await representation.pending(record, links: links)
        }
        let trace = try await ending.remove(id, by: context.tenant, expecting: versions)
        context.noteRemoval(of: id, in: trace)
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    /// 200 with the status however often; removes nothing.
    @Sendable
    private func cancel(_ request: Request, context: GatewayContext) async throws -> Response {
        let links = try Links(for: request, publicURL: configuration.publicURL)
        let id = try lookup.id(context)
        let versions = try EntityTag.versions(of: id, in: request.headers)
        let hadEnded = try await ending.callOff(id, by: context.tenant, expecting: versions)
        let headers: HTTPFields = [.contentLocation: links.url(.monitor, of: id)]
        let record = try await changed(id, context)
        if !hadEnded { context.noteEnd(of: record) }
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
}
