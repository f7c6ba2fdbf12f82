// What the answer of a receiver means.

import LeveeCore

/// What came of an attempt to send a webhook.
enum WebhookAnswer: Sendable, Equatable {
    case delivered
    /// Not now; where the receiver has said so, not before this time is over.
    case later(after: Duration?, reason: String)
    /// Never.
    case never(reason: String)

    /// Judges an answer: 2xx is a delivery, 410 the wish to get no more, all else, redirects included, a failure that may pass.
    ///
    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - retryAfter: The field `Retry-After` of 429 and 503 (RFC 9110 section 10.2.3) in seconds.
    init(status: UInt, retryAfter: String?) {
        switch status {
        case 200..<300: self = .delivered
        case 410: self = .never(reason: "the receiver answered 410 Gone")
        case 429, 503:
            let seconds = retryAfter.flatMap { Int($0) }.flatMap { $0 >= 0 ? Duration.seconds($0) : nil }
            self = .later(after: seconds, reason: "the receiver answered \(status)")
        case 300..<400:
            self = .later(after: nil, reason: "the receiver answered \(status), and redirects are not followed")
        default: self = .later(after: nil, reason: "the receiver answered \(status)")
        }
    }
}
