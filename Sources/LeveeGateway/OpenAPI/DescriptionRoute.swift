// GET /openapi.json: what a door serves, told to machines.

import Crypto
import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

/// Serves the description of a door, which is written once: what it says changes only with the configuration.
struct DescriptionRoute: Sendable {
    private let bytes: [UInt8]
    private let tag: String

    private static let entry = OpenAPIDocument.Entry(
        method: .get,
        path: OpenAPIDocument.path,
        scopes: [],
        refusals: [],
        operation: .description
    )

    /// Describes a door.
    ///
    /// - Parameters:
    ///   - guide: What there is to say of the door as a whole.
    ///   - entries: Everything else that is served there.
    ///   - fields: The header fields that every answer may have.
    init(_ guide: OpenAPIDocument.Guide, of entries: [OpenAPIDocument.Entry], everywhere fields: [FieldDescription]) {
        var json = JSONWriter(reservingCapacity: 64 << 10)
        OpenAPIDocument(guide: guide, entries: entries + [Self.entry], everywhere: fields).tree.write(to: &json)
        bytes = json.bytes
        tag = "\"\(Hexadecimal.text(SHA256.hash(data: bytes).prefix(16)))\""
    }

    var endpoint: Endpoint {
        Endpoint(
            method: Self.entry.method,
            path: Self.entry.path,
            scopes: Self.entry.scopes,
            operation: Self.entry.operation,
            handler: describe
        )
    }

    @Sendable
    private func describe(_ request: Request, context: GatewayContext) -> Response {
        var headers: HTTPFields = [.eTag: tag, .cacheControl: "public, max-age=60"]
        guard EntityTag.isNoneMatch(request.headers, tag: tag) else {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = "application/json"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
