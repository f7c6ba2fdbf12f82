// Answers that are out of date at once.

import HTTPTypes
import Hummingbird
import LeveeCore
import NIOCore

/// Puts answers together that nobody may keep.
enum PassingAnswer {
    /// A JSON object whose members the closure writes.
    static func json(status: HTTPResponse.Status = .ok, _ members: (inout JSONWriter) -> Void) -> Response {
        var json = JSONWriter()
        json.object(members)
        return bytes(json.bytes, "application/json", status: status)
    }

    static func bytes(_ bytes: [UInt8], _ mediaType: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
