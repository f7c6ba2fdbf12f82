// How honest `Retry-After` was: what clients were told against what came true.

import Histogram
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A hint that a client went by.
struct Hint: Equatable {
    /// When it was given.
    var at: NIODeadline
    /// What `Retry-After` said.
    var seconds: Int
}

/// When a job ended, by the status body of its end: times of the store, so that no two clocks are compared.
struct JobSpan: Equatable {
    /// From the submit to the end.
    var length: TimeAmount

    /// Reads the body of a status; `nil` where it does not tell both times.
    init?(status: [UInt8]) {
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(status)),
            let created = Self.time(body.createdAt), let completed = Self.time(body.completedAt)
        else { return nil }
        length = .nanoseconds(Int64(completed.timeIntervalSince(created) * 1e9))
    }

    private static func time(_ text: String) -> Date? {
        try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private struct Body: Decodable {
        var createdAt: String
        var completedAt: String
    }
}

/// How far hints were off, and how late clients were for them.
struct HintErrors {
    /// A hint is right if it is off by at most half the truth, or by this.
    static let grace = TimeAmount.seconds(2)

    private(set) var off = Recorder.Latencies()
    private(set) var late = Recorder.Latencies()
    /// How far hints were off, in thousandths of the truth.
    private var shares = Histogram<UInt64>(
        lowestDiscernibleValue: 1,
        highestTrackableValue: 1_000_000,
        numberOfSignificantValueDigits: .three
    )
    private(set) var right = 0

    /// Takes down a job whose end its client has just seen.
    ///
    /// - Parameters:
    ///   - hints: What the client was told, the first with the answer to the submit.
    ///   - span: How long the job took.
    ///   - now: When the client saw the end.
    mutating func record(_ hints: [Hint], span: JobSpan, seenAt now: NIODeadline) {
        guard let first = hints.first else { return }
        // The job was created just before the answer to its submit came.
        let end = first.at + span.length
        late.record(now - end)
        for hint in hints {
            let truth = max(.nanoseconds(0), end - hint.at)
            let told = TimeAmount.seconds(Int64(hint.seconds))
            let error = told > truth ? told - truth : truth - told
            off.record(error)
            let share = Double(error.nanoseconds) / Double(max(1_000_000, truth.nanoseconds))
            shares.record(UInt64(min(share * 1_000, 1_000_000)))
            if error <= Self.grace || error.nanoseconds * 2 <= truth.nanoseconds { right += 1 }
        }
    }

    /// The median of how far hints were off, as a share of the truth.
    var medianShare: Double { Double(shares.valueAtPercentile(50)) / 1_000 }
}
