// What the status of a job tells of its end.

import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// When a job ended, by the status body of its end.
struct JobEnd: Equatable {
    /// By the clock of the store, to the millisecond.
    var date: Date
    /// From the submit to the end, by that same clock.
    var length: TimeAmount
    /// Where the result lies.
    var result: String?

    /// Reads the body of a status; `nil` where the job has not ended, or the body does not tell both times.
    init?(status: [UInt8]) {
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(status)),
            let created = Self.time(body.createdAt), let completed = Self.time(body.completedAt)
        else { return nil }
        date = completed
        length = .nanoseconds(Int64(completed.timeIntervalSince(created) * 1e9))
        result = body.links?.result
    }

    private static func time(_ text: String) -> Date? {
        try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private struct Body: Decodable {
        struct Links: Decodable {
            var result: String?
        }

        var createdAt: String
        var completedAt: String
        var links: Links?
    }
}
