// One file of the dashboard as a response.

import Crypto
import HTTPTypes
import Hummingbird
import LeveeCore
import LeveeDashboard
import NIOCore

/// A file that browsers keep and ask for again by its tag; a new version of Levee shows at the next load.
struct DashboardFile: Sendable {
    /// What the page may do (Content Security Policy Level 3): run scripts and styles of its own, show pictures that it has made of
    /// what it fetched, and speak to where it comes from.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    ].joined(separator: "; ")

    private let body: ByteBuffer
    private let headers: HTTPFields

    init(_ asset: DashboardAsset) {
        body = ByteBuffer(bytes: asset.bytes)
        headers = [
            .contentType: asset.mediaType,
            .eTag: "\"\(Hexadecimal.text(SHA256.hash(data: asset.bytes).prefix(16)))\"",
            .cacheControl: "no-cache",
            .contentSecurityPolicy: Self.policy,
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer",
        ]
    }

    func response(to request: Request) -> Response {
        if let tag = headers[.eTag], !EntityTag.isNoneMatch(request.headers, tag: tag) {
            var headers = headers
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
