// GET /resources/{id}: the stored outcome of a job, as its handler left it.

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

/// Serves results and stored failures.
struct ResourceRoute: Sendable {
    let configuration: GatewayConfiguration
    let inspection: any JobInspection
    let representation: JobRepresentation

    var endpoints: [Endpoint] {
        Endpoint.reading("/resources/:name", handler: resource)
    }

    @Sendable
    private func resource(_ request: Request, context: GatewayContext) async throws -> Response {
        let record = try await JobLookup(inspection: inspection).record(context)
        switch record.state {
        case .scheduled, .queued, .running:
            let links = try Links(for: request, publicURL: configuration.publicURL)
            let seconds = await representation.outlook(for: record).hint.seconds
            throw Problem.notReady(record.state, seconds: seconds, monitor: links.url(.monitor, of: record.id))
        case .failed, .canceled:
            var problem = FailureView(record).problem
            problem.headers = representation.outcomeHeaders(of: record)
            throw problem
        case .succeeded:
            return try await result(of: record, request: request)
        }
    }

    private func result(of record: JobRecord, request: Request) async throws -> Response {
        guard let result = record.result else { throw Problem.gone }
        var headers = representation.outcomeHeaders(of: record)
        // The bytes are the handler's: no browser shall take them for something else.
        headers[.xContentTypeOptions] = "nosniff"
        let status = HTTPResponse.Status(code: result.status)
        if let tag = headers[.eTag], !EntityTag.isNoneMatch(request.headers, tag: tag) {
            return Response(status: .notModified, headers: headers)
        }
        guard status != .noContent else { return Response(status: status, headers: headers) }
        // What a handler says of its result is not trusted to fit a header field.
        let isFit = MediaTypeSyntax.isValid(result.mediaType)
        headers[.contentType] = isFit ? result.mediaType : "application/octet-stream"
        if request.method == .head {
            headers[.contentLength] = String(result.length)
            return Response(status: status, headers: headers)
        }
        let bytes: [UInt8]
        if let inline = result.inline {
            bytes = inline
        } else {
            guard let stored = try await inspection.result(of: record.id) else { throw Problem.gone }
            bytes = stored
        }
        return Response(status: status, headers: headers, body: Self.body(of: bytes))
    }

    /// The most bytes that are given to the connection at once.
    private static let chunkBytes = 64 << 10

    /// A body that is written at the pace at which the client reads: a connection with something left to write is not idle.
    private static func body(of bytes: [UInt8]) -> ResponseBody {
        guard bytes.count > chunkBytes else { return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)) }
        return ResponseBody(contentLength: bytes.count) { writer in
            for start in stride(from: 0, to: bytes.count, by: chunkBytes) {
                try await writer.write(ByteBuffer(bytes: bytes[start..<min(start + chunkBytes, bytes.count)]))
            }
            try await writer.finish(nil)
        }
    }
}
