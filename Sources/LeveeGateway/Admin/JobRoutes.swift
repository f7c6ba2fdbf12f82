// GET, DELETE /jobs/{id} and POST /jobs/{id}/cancel at the admin door: one job, whosever it is.

import HTTPTypes
import Hummingbird
import LeveeCore

/// Shows a job to operators, calls it off, removes it.
struct JobRoutes: Sendable {
    let inspection: any JobInspection
    let dossiers: any JobDossiers
    let ending: JobEnding

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .get, path: "/jobs/{id}", operation: .getJob) { try await show($1) },
            Endpoint(method: .delete, path: "/jobs/{id}", operation: .removeJob, handler: delete),
            Endpoint(method: .post, path: "/jobs/{id}/cancel", operation: .callOffJob, handler: cancel),
        ] + HistoryRoute(inspection: inspection) { try inspection.id(in: $0) }.endpoints
    }

    private func show(_ context: GatewayContext) async throws -> Response {
        answer(try await document(of: inspection.id(in: context)))
    }

    /// 202 if the job was pending, and is canceled or asked to end; 204 if it had ended, and is removed.
    @Sendable
    private func delete(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try inspection.id(in: context)
        let versions = try EntityTag.versions(of: id, in: request.headers)
        guard try await ending.callOff(id, by: nil, expecting: versions) else {
            let document = try await changed(id)
            context.noteEnd(of: document.record)
            return answer(document, status: .accepted)
        }
        let trace = try await ending.remove(id, by: nil, expecting: versions)
        context.noteRemoval(of: id, in: trace)
        return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }

    /// 200 with the job however often; removes nothing.
    @Sendable
    private func cancel(_ request: Request, context: GatewayContext) async throws -> Response {
        let id = try inspection.id(in: context)
        let versions = try EntityTag.versions(of: id, in: request.headers)
        let hadEnded = try await ending.callOff(id, by: nil, expecting: versions)
        let document = try await changed(id)
        if !hadEnded { context.noteEnd(of: document.record) }
        return answer(document)
    }

    /// The job after its cancellation was stored: who is told that the store fails is not told that nothing was changed.
    private func changed(_ id: JobID) async throws -> JobDocument {
        do {
            return try await document(of: id)
        } catch is StoreError {
            throw Problem.storeSilent
        }
    }

    private func document(of id: JobID) async throws -> JobDocument {
        // The record comes last: what else is said of the job may be older, and never newer, than its version.
        let dossier = try await dossiers.dossier(of: id)
        let place = try await inspection.place(of: id)
        guard let dossier, let place, let record = try await inspection.job(id) else { throw Problem.gone }
        return JobDocument(record: record, place: place, dossier: dossier)
    }

    private func answer(_ document: JobDocument, status: HTTPResponse.Status = .ok) -> Response {
        var answer = PassingAnswer.bytes(document.bytes, "application/json", status: status)
        answer.headers[.eTag] = EntityTag.status(of: document.record)
        return answer
    }
}
