// An error of the gateway is a response: a problem document (RFC 9457).

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

/// What is wrong, and what the client can do about it.
///
/// The `type` is `urn:levee:problem:` and a token that never changes: a name to compare, not an address to fetch.
/// `status` equals the HTTP status, `instance` is the path that was asked for.
struct Problem: Error, HTTPResponseError, Equatable {
    let status: HTTPResponse.Status
    /// The last part of the `type` URI.
    let token: String
    /// What all problems of the type have in common.
    let title: String
    /// What is wrong this time, and what to do about it.
    let detail: String
    /// Header fields beside those of every problem.
    var headers: HTTPFields = [:]
    /// Extension members (RFC 9457 section 3.2), after the standard ones.
    var members: [Member] = []

    static let mediaType = "application/problem+json"

    /// The URI of the problem's type.
    static func type(_ token: String) -> String { "urn:levee:problem:" + token }

    typealias Member = JSONMember

    /// Writes the document.
    ///
    /// - Parameter instance: The path that was asked for; `nil` where no request was read.
    /// - Returns: The document as JSON.
    func document(instance: String?) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 512)
        json.object { json in
            json.member("type", Self.type(token))
            json.member("title", title)
            json.member("status", status.code)
            json.member("detail", detail)
            if let instance { json.member("instance", instance) }
            for member in members { member.write(to: &json) }
        }
        return json.bytes
    }

    func response(from request: Request, context: some RequestContext) -> Response {
        var headers = headers
        headers[.contentType] = Self.mediaType
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        let document = document(instance: request.uri.path)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: document)))
    }

    /// The same problem with the hint when to try again (RFC 9110 section 10.2.3).
    func retry(after seconds: Int) -> Problem {
        var problem = self
        problem.headers[.retryAfter] = String(seconds)
        return problem
    }
}
