// What happened in one slice of the time of a test.

import Histogram
import NIOCore

/// Counts, latencies and the last look at the fleet, of one slice of time.
struct Slice {
    /// Latencies in microseconds to two digits: coarse, since there are many slices. Takes no memory before the first.
    struct Latencies {
        private var histogram: Histogram<UInt32>?

        mutating func record(_ time: TimeAmount) {
            if histogram == nil { histogram = Histogram(numberOfSignificantValueDigits: .two) }
            let longest = Int64(Recorder.Latencies.longest)
            histogram?.record(UInt64(max(0, min(time.nanoseconds / 1_000, longest))))
        }

        mutating func add(_ other: Latencies) {
            guard let added = other.histogram else { return }
            if histogram == nil { histogram = added } else { histogram?.add(added) }
        }

        /// The memory it takes.
        var bytes: Int { histogram?.estimatedFootprintInBytes ?? 0 }

        /// The value that so many per cent do not exceed, in milliseconds; `nil` without any.
        func milliseconds(atPercentile percentile: Double) -> Double? {
            histogram.map { Double($0.valueAtPercentile(percentile)) / 1_000 }
        }
    }

    var submitted = 0
    var completed = 0
    var refused = 0
    var polls = 0
    var pollsOfCompleted = 0
    var statuses: [Int: Int] = [:]
    /// Requests to which no answer came.
    var unanswered = 0
    var submit = Latencies()
    var roundTrip = Latencies()
    /// How far hints were off that were given in it.
    var hintsOff = Latencies()
    var queues: LoadReport.Series.Queues?
    var workers: LoadReport.Series.Workers?

    /// Becomes one with the slice that follows it.
    mutating func add(_ later: Slice) {
        submitted += later.submitted
        completed += later.completed
        refused += later.refused
        polls += later.polls
        pollsOfCompleted += later.pollsOfCompleted
        statuses.merge(later.statuses, uniquingKeysWith: +)
        unanswered += later.unanswered
        submit.add(later.submit)
        roundTrip.add(later.roundTrip)
        hintsOff.add(later.hintsOff)
        queues = later.queues ?? queues
        workers = later.workers ?? workers
    }
}
