// How honest `Retry-After` was: what clients were told against what came true.

import Histogram
import NIOCore

/// A hint that a client went by.
struct Hint: Equatable {
    /// When it was given.
    var at: NIODeadline
    /// What `Retry-After` said.
    var seconds: Int
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
    ///   - end: When the job ended.
    ///   - now: When the client saw the end.
    /// - Returns: The hints, each with how far it was off.
    @discardableResult
    mutating func record(_ hints: [Hint], end: JobEnd, seenAt now: NIODeadline) -> [(hint: Hint, error: TimeAmount)] {
        guard let first = hints.first else { return [] }
        // The job was created just before the answer to its submit came.
        let ending = first.at + end.length
        late.record(now - ending)
        return hints.map { hint in
            let truth = max(.nanoseconds(0), ending - hint.at)
            let told = TimeAmount.seconds(Int64(hint.seconds))
            let error = told > truth ? told - truth : truth - told
            off.record(error)
            let share = Double(error.nanoseconds) / Double(max(1_000_000, truth.nanoseconds))
            shares.record(UInt64(min(share * 1_000, 1_000_000)))
            if error <= Self.grace || error.nanoseconds * 2 <= truth.nanoseconds { right += 1 }
            return (hint, error)
        }
    }

    /// The median of how far hints were off, as a share of the truth.
    var medianShare: Double { Double(shares.valueAtPercentile(50)) / 1_000 }
}
