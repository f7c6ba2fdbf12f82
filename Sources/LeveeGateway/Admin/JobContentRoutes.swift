// GET /jobs/{id}/payload and /jobs/{id}/result at the admin door: what went into a job and what came out of it.

import HTTPTypes
import Hummingbird
import LeveeCore

/// Hands operators bytes of others. They are for saving and for the eyes of the dashboard, which makes pictures and text of them; no
/// browser shall run any of them under this origin.
struct JobContentRoutes: Sendable {
    /// What a browser may do with the bytes if it shows them after all: nothing.
    static let policy = "default-src 'none'; sandbox"
    /// What a browser may want them for: a script of the dashboard, and a person who saves them (Fetch Metadata, section 2.1).
    private static let destinations: Set<String> = ["empty", "document"]

    let inspection: any JobInspection
    let dossiers: any JobDossiers
    let blobs: (any BlobStore)?

    var endpoints: [Endpoint] {
        [
            Endpoint(method: .get, path: "/jobs/{id}/payload", operation: .getPayload, handler: payload),
            Endpoint(method: .get, path: "/jobs/{id}/result", operation: .getResult, handler: result),
        ]
    }

    @Sendable
    private func payload(_ request: Request, context: GatewayContext) async throws -> Response {
        try Self.check(request)
        let id = try inspection.id(in: context)
        guard let content = try await dossiers.storedPayload(of: id) else {
            throw try await inspection.job(id) == nil ? Problem.gone : Problem.payloadGone
        }
        return try await answer(content, named: "\(id)-payload")
    }

    /// The bytes of a handler that has succeeded, or those with which it has failed.
    @Sendable
    private func result(_ request: Request, context: GatewayContext) async throws -> Response {
        try Self.check(request)
        let id = try inspection.id(in: context)
        guard let record = try await inspection.job(id) else { throw Problem.gone }
        guard let result = record.answer else { throw Problem.noResult(record.state) }
        var content = Content(mediaType: result.mediaType, bytes: [])
        content.blob = result.blob
        if result.blob == nil {
            guard let bytes = try await inspection.bytes(of: result, id) else { throw Problem.gone }
            content.bytes = bytes
        }
        return try await answer(content, named: "\(id)-result")
    }

    private static func check(_ request: Request) throws(Problem) {
        guard let destination = request.headers[.fetchDestination] else { return }
        guard destinations.contains(destination) else { throw .notForPages(destination) }
    }

    private func answer(_ content: Content, named name: String) async throws -> Response {
        // What clients and handlers say of their bytes is not trusted to fit a header field.
        let isFit = MediaTypeSyntax.isValid(content.mediaType)
        let mediaType = isFit ? content.mediaType : "application/octet-stream"
        let ending = Content.fileEnding(ofType: mediaType).map { ".\($0)" } ?? ""
        let reader = try await ContentReader(content, blobs: blobs)
        return Response(
            status: .ok,
            headers: [
                .contentType: mediaType,
                .contentDisposition: "attachment; filename=\"\(name)\(ending)\"",
                .contentSecurityPolicy: Self.policy,
                .xContentTypeOptions: "nosniff",
                .cacheControl: "no-store",
            ],
            body: ResponseBody(reader, length: content.length)
        )
    }
}
