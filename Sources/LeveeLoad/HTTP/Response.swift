// What a front end answered, as far as the generator looks at it.

import NIOCore

/// A whole response.
struct Response: Equatable {
    var status: Int
    /// `Retry-After` in seconds (RFC 9110 section 10.2.3); `nil` without one, and where it is a date.
    var retryAfter: Int?
    var location: String?
    /// Whether the body is a problem document (RFC 9457 section 3), by its media type.
    var isProblem: Bool
    /// Whether the body is a stream of events (WHATWG HTML section 9.2), by its media type.
    var isEventStream = false
    /// Whether the server will close the connection after it.
    var closes: Bool
    var body: ByteBuffer
}

/// Why a response cannot be one. The connection it came over is of no use any more.
enum ResponseError: Error, Equatable, CustomStringConvertible {
    case malformedStatusLine
    case malformedField
    case headTooLong
    case contradictoryLength
    case noLength
    case malformedChunk
    case bodyTooLong
    case unexpectedBytes

    var description: String {
        switch self {
        case .malformedStatusLine: "malformed status line"
        case .malformedField: "malformed header field"
        case .headTooLong: "header over 16 KiB"
        case .contradictoryLength: "contradictory length"
        case .noLength: "no length"
        case .malformedChunk: "malformed chunk"
        case .bodyTooLong: "body over 64 MiB"
        case .unexpectedBytes: "bytes that nobody asked for"
        }
    }
}
