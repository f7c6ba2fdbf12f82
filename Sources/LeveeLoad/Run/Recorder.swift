// Counts and times what happens during a load test.

import Histogram
import NIOCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Everything that the report is made of. It belongs to one event loop, so that counting costs no lock.
struct Recorder {
    /// Latencies in microseconds, to three digits; longer ones than an hour count as an hour.
    struct Latencies {
        static let longest: UInt64 = 3_600_000_000

        private var histogram = Histogram<UInt64>(
            lowestDiscernibleValue: 1,
            highestTrackableValue: longest,
            numberOfSignificantValueDigits: .three
        )

        mutating func record(_ time: TimeAmount) {
            record(microseconds: UInt64(max(0, time.nanoseconds / 1_000)))
        }

        mutating func record(microseconds: UInt64) {
            histogram.record(min(microseconds, Self.longest))
        }

        var count: UInt64 { histogram.totalCount }

        /// How they are spread; `nil` without any.
        var spread: LoadReport.Spread? { LoadReport.Spread(histogram) }

        /// The value that so many per cent do not exceed.
        func milliseconds(atPercentile percentile: Double) -> Double {
            Double(histogram.valueAtPercentile(percentile)) / 1_000
        }
    }

    /// An answer, by what it answers and how.
    struct Answer: Hashable {
        var step: Step
        /// The status, or the name of an event.
        var kind: String
    }

    let start: NIODeadline
    /// The time of day at the start.
    private let startDate: Date
    /// Jobs that a client has begun.
    var begun = 0
    /// Jobs of which a client has seen the end, good or bad.
    var ended = 0
    private(set) var accepted = 0
    private(set) var verified = 0
    private(set) var canceled = 0
    /// Jobs of which a client that only looked on has seen the end.
    private(set) var seen = 0
    /// Jobs that were given up, since a front end had refused them.
    var givenUp = 0
    /// Jobs that ended in an error.
    var failures = 0
    /// Submits that were refused with 503 and a time to come back.
    private(set) var rejections = 0
    private(set) var lastRejection: NIODeadline?
    /// When a front end took the first job after the last refusal.
    private(set) var reopened: NIODeadline?
    private(set) var polls = 0
    private(set) var pollsOfCompleted = 0
    private(set) var requestsOfCompleted = 0
    private(set) var responses = 0
    private(set) var answers: [Answer: Int] = [:]
    private(set) var errors: [String: Int] = [:]
    private(set) var submit = Latencies()
    private(set) var line = Latencies()
    private(set) var service = Latencies()
    private(set) var endToEnd = Latencies()
    /// From the end of a job until its client knew of it.
    private(set) var notice = Latencies()
    private(set) var hints = HintErrors()
    private(set) var timeline: Timeline
    private(set) var lastAccepted: NIODeadline
    private(set) var lastCompleted: NIODeadline

    init(start: NIODeadline, date: Date = .now) {
        self.start = start
        startDate = date
        timeline = Timeline(start: start)
        lastAccepted = start
        lastCompleted = start
    }

    /// Jobs that came to the end they should come to.
    var completed: Int { verified + canceled + seen }

    /// A front end has taken a job, so long after the submit was due.
    mutating func accepted(after time: TimeAmount, at now: NIODeadline) {
        accepted += 1
        submit.record(time)
        timeline.note(at: now) { slice in
            slice.submitted += 1
            slice.submit.record(time)
        }
        lastAccepted = now
        if lastRejection != nil, reopened == nil { reopened = now }
    }

    /// A front end has refused a job for now.
    mutating func rejected(at now: NIODeadline) {
        rejections += 1
        lastRejection = now
        reopened = nil
        timeline.note(at: now) { $0.refused += 1 }
    }

    /// A request has been answered.
    mutating func answered(_ step: Step, with status: Int, at now: NIODeadline) {
        responses += 1
        timeline.note(at: now) { $0.statuses[status, default: 0] += 1 }
        count(Answer(step: step, kind: "\(status)"))
    }

    /// No answer came to a request.
    mutating func unanswered(at now: NIODeadline) {
        timeline.note(at: now) { $0.unanswered += 1 }
    }

    /// A poll, a wait or a stream of events has been answered.
    mutating func polled(at now: NIODeadline) {
        polls += 1
        timeline.note(at: now) { $0.polls += 1 }
    }

    /// The admin door has told of queues or workers.
    mutating func learned(_ news: FleetWatch.News, at now: NIODeadline) {
        timeline.note(at: now) { slice in
            switch news {
            case .queues(let queues): slice.queues = queues
            case .workers(let workers): slice.workers = workers
            }
        }
    }

    /// The end of a job has shown how far off each hint was that its client was given.
    mutating func judged(_ given: [Hint], end: JobEnd, seenAt now: NIODeadline) {
        for (hint, error) in hints.record(given, end: end, seenAt: now) {
            timeline.note(at: hint.at) { $0.hintsOff.record(error) }
        }
    }

    mutating func count(_ answer: Answer) {
        answers[answer, default: 0] += 1
    }

    /// A client has learned that its job has ended. Holds the clock of the store against that of this machine.
    mutating func noticed(_ end: JobEnd, at now: NIODeadline) {
        let seconds = startDate.timeIntervalSince(end.date) + (now - start).inSeconds
        notice.record(.nanoseconds(Int64(seconds * 1e9)))
    }

    /// A client that only looks on has seen the end of its job, so long after it began to.
    mutating func seen(after time: TimeAmount, at now: NIODeadline, polls: Int, requests: Int) {
        seen += 1
        completed(after: time, at: now, polls: polls, requests: requests)
    }

    /// A result has turned out right, so long after the job was due.
    mutating func verified(after time: TimeAmount, at now: NIODeadline, polls: Int, requests: Int) {
        verified += 1
        completed(after: time, at: now, polls: polls, requests: requests)
    }

    /// A job that its client had canceled has ended as that, so long after it was due.
    mutating func canceled(after time: TimeAmount, at now: NIODeadline, polls: Int, requests: Int) {
        canceled += 1
        completed(after: time, at: now, polls: polls, requests: requests)
    }

    private mutating func completed(after time: TimeAmount, at now: NIODeadline, polls: Int, requests: Int) {
        pollsOfCompleted += polls
        requestsOfCompleted += requests
        endToEnd.record(time)
        timeline.note(at: now) { slice in
            slice.completed += 1
            slice.pollsOfCompleted += polls
            slice.roundTrip.record(time)
        }
        lastCompleted = now
    }

    mutating func sampled(_ times: JobHistory.Times) {
        line.record(microseconds: times.line)
        service.record(microseconds: times.service)
    }

    mutating func count(_ failure: Failure) {
        errors[failure.description, default: 0] += 1
    }
}
