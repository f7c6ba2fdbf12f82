// What happened when, as the report has it.

import NIOCore

extension LoadReport {
    /// The course of a test: one point after the other, from its start to its end.
    public struct Series: Codable, Sendable, Equatable {
        /// How much time a point stands for, in seconds: one, or more in a test of over ten minutes. The last stands for what was
        /// left.
        public var secondsPerPoint: Double
        /// The points.
        public var points: [Point]
        /// The admin door that was asked for queues and workers; `nil` if none was.
        public var adminDoor: String?
        /// How many questions it did not answer, by what came instead.
        public var adminTroubles: [String: Int]

        /// What happened in the time of one point.
        public struct Point: Codable, Sendable, Equatable {
            /// Its beginning, in seconds since the start.
            public var from: Double
            /// Its length, in seconds.
            public var length: Double
            /// Jobs that front ends took.
            public var submitted: Int
            /// Jobs that were verified, canceled or seen to end.
            public var completed: Int
            /// Submits that were refused with 503 and a time to come back.
            public var refused: Int
            /// Polls, waits and streams of events that were answered.
            public var polls: Int
            /// Polls per job, of the jobs that were completed in it; `nil` without any.
            public var pollsPerJob: Double?
            /// Answers by their status.
            public var statuses: [String: Int]
            /// Requests to which no answer came.
            public var unanswered: Int
            /// From when a submit was due until it was accepted, of those accepted in it; `nil` without any.
            public var submit: Times?
            /// From when a job was due until it was completed, of those completed in it; `nil` without any.
            public var roundTrip: Times?
            /// How far each `Retry-After` was off that was given in it, of the jobs whose end is known; `nil` without any.
            public var hintsOff: Times?
            /// What lay in the queues when it was last looked at; `nil` where that is not known.
            public var queues: Queues?
            /// What workers there were; `nil` where that is not known.
            public var workers: Workers?
        }

        /// Percentiles in milliseconds, to two digits.
        public struct Times: Codable, Sendable, Equatable {
            /// The median.
            public var p50: Double
            /// Ninety-five in a hundred are not above it.
            public var p95: Double
            /// Ninety-nine in a hundred are not above it.
            public var p99: Double
            /// The largest.
            public var max: Double
        }

        /// Jobs, of all queues together.
        public struct Queues: Codable, Sendable, Equatable {
            /// Those that are ready to run.
            public var ready: Int
            /// Those that workers have.
            public var inFlight: Int
            /// Those that are due later.
            public var scheduled: Int
        }

        /// Workers, of all queues together.
        public struct Workers: Codable, Sendable, Equatable {
            /// Those that take jobs.
            public var working: Int
            /// Those that only end what they run.
            public var draining: Int
            /// How many the autoscaler wants; `nil` without one.
            public var desired: Int?
            /// How many jobs those that take jobs can run at once.
            public var slots: Int
            /// How many jobs run, on those that drain too.
            public var busy: Int
        }
    }
}

extension LoadReport.Series {
    init(_ timeline: Timeline, until end: NIODeadline, adminDoor: String?, adminTroubles: [String: Int]) {
        secondsPerPoint = timeline.width.inSeconds
        points = timeline.spans(until: end).map { Point($0.slice, from: $0.from, length: $0.length) }
        self.adminDoor = adminDoor
        self.adminTroubles = adminTroubles
    }
}

extension LoadReport.Series.Point {
    fileprivate init(_ slice: Slice, from: Double, length: Double) {
        self.from = from
        self.length = length
        submitted = slice.submitted
        completed = slice.completed
        refused = slice.refused
        polls = slice.polls
        pollsPerJob = slice.completed > 0 ? Double(slice.pollsOfCompleted) / Double(slice.completed) : nil
        statuses = Dictionary(uniqueKeysWithValues: slice.statuses.map { ("\($0.key)", $0.value) })
        unanswered = slice.unanswered
        submit = .init(slice.submit)
        roundTrip = .init(slice.roundTrip)
        hintsOff = .init(slice.hintsOff)
        queues = slice.queues
        workers = slice.workers
    }
}

extension LoadReport.Series.Times {
    fileprivate init?(_ latencies: Slice.Latencies) {
        guard let p50 = latencies.milliseconds(atPercentile: 50), let p95 = latencies.milliseconds(atPercentile: 95),
            let p99 = latencies.milliseconds(atPercentile: 99), let max = latencies.milliseconds(atPercentile: 100)
        else { return nil }
        self.init(p50: p50, p95: p95, p99: p99, max: max)
    }
}
