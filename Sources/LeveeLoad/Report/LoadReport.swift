// What came of a load test.

/// The figures of a load test.
public struct LoadReport: Codable, Sendable, Equatable {
    /// How it ended.
    public enum Ending: String, Codable, Sendable {
        /// All jobs have ended.
        case complete
        /// The time was up before that.
        case timeLimit
        /// Somebody ended it.
        case cancelled
    }

    /// What made the report, and how it is made again; `nil` if that was not told.
    public var program: Program?
    /// When it began, RFC 3339 in UTC.
    public var startedAt: String
    /// How it ended.
    public var ending: Ending
    /// How long it took, in seconds.
    public var seconds: Double
    /// What it was told to do.
    public var settings: Settings
    /// What became of the jobs.
    public var jobs: Jobs
    /// From the last refusal until a front end took a job again, in seconds; `nil` where none was refused, or none was
    /// taken after that.
    public var reopenedAfterSeconds: Double?
    /// How fast they went.
    public var rates: Rates
    /// How long they took.
    public var latency: Latency
    /// How many answers of each kind, such as `submit 202` or `wait 302`, and how many events of each name.
    public var answers: [String: Int]
    /// How honest `Retry-After` was; `nil` where clients did not go by it.
    public var hints: Hints?
    /// How many errors of each kind, such as `poll 500` or `wrong result`. An error that passed is counted too.
    public var errors: [String: Int]
    /// What the generator did and took.
    public var generator: Generator
    /// What happened when.
    public var series: Series
    /// How latencies are spread.
    public var spread: Spreads

    /// What made a report.
    public struct Program: Codable, Sendable, Equatable {
        /// Its version.
        public var version: String
        /// A command that runs the same test again.
        public var command: String

        /// Creates the description of a program.
        ///
        /// - Parameters:
        ///   - version: Its version.
        ///   - command: A command that runs the same test again.
        public init(version: String, command: String) {
            self.version = version
            self.command = command
        }
    }

    /// What the test was told to do.
    public struct Settings: Codable, Sendable, Equatable {
        /// The base URLs of the front ends.
        public var targets: [String]
        /// The job type; several with commas between them.
        public var type: String
        /// How clients learned of the end of their jobs.
        public var mode: DeliveryMode
        /// How many jobs they only looked at; 0 where they submitted them.
        public var watched: Int
        /// Whether they canceled their jobs.
        public var cancels: Bool
        /// Whether they followed their jobs to the end.
        public var follows: Bool
        /// Whether they came back after a refusal, when they were told to.
        public var returnsAfterRefusal: Bool
        /// Clients of a closed loop; `nil` in an open one.
        public var clients: Int?
        /// Arrivals of an open loop, such as `poisson 100/s`; `nil` in a closed one.
        public var arrivals: String?
        /// The steps of an open loop that has some.
        public var steps: [Arrivals.Step]?
        /// Whether results are compared with what they must be, not only seen to be there.
        public var comparesResults: Bool
        /// What arrivals and types were drawn from.
        public var seed: UInt64
        /// The most jobs that there could be.
        public var jobs: Int
        /// The time limit, in seconds.
        public var timeLimitSeconds: Double
        /// The fixed poll interval, in milliseconds; `nil` where `Retry-After` was honoured.
        public var pollIntervalMilliseconds: Double?
        /// The most connections to each front end; `nil` where each client had its own.
        public var connections: Int?
    }

    /// What became of the jobs.
    public struct Jobs: Codable, Sendable, Equatable {
        /// Begun by a client.
        public var begun: Int
        /// Taken by a front end.
        public var submitted: Int
        /// Ended with the right result.
        public var verified: Int
        /// Ended as canceled, after their client had asked for it.
        public var canceled: Int
        /// Seen to have ended, by a client that only looked on.
        public var seen: Int
        /// Ended with an error.
        public var failed: Int
        /// Begun, but come to no end when the test ended.
        public var unfinished: Int
        /// Submits that were refused with 503, a problem document and a time to come back.
        public var rejections: Int
        /// Given up, since a front end had refused them.
        public var givenUp: Int
    }

    /// How fast it went.
    public struct Rates: Codable, Sendable, Equatable {
        /// Submits per second, until the last was accepted.
        public var submitsPerSecond: Double
        /// Jobs verified, canceled or seen to end per second, until the last of them.
        public var jobsPerSecond: Double
        /// Polls per second of the whole time.
        public var pollsPerSecond: Double
        /// Polls, waits or streams of events per job that was verified, canceled or seen to end; `nil` without any.
        public var pollsPerJob: Double?
        /// Requests of all kinds that were answered per such job, looks at its history aside; `nil` without any.
        public var requestsPerJob: Double?
    }

    /// How long it took; each `nil` where nothing was measured.
    public struct Latency: Codable, Sendable, Equatable {
        /// From when a submit was due until it was accepted.
        public var submit: Percentiles?
        /// From queued to started, by the histories of a sample of the jobs.
        public var line: Percentiles?
        /// From started to ended, by the histories of a sample of the jobs.
        public var service: Percentiles?
        /// From the end of a job, by the clock of the store, until its client had the answer or the event that tells of it;
        /// only where front ends are on this machine, since the clock of another one may be ahead or behind. 0 stands for
        /// anything up to a millisecond.
        public var notice: Percentiles?
        /// From when a job was due until its result was verified, or it was seen to be canceled.
        public var endToEnd: Percentiles?
    }

    /// How far `Retry-After` was from the truth: the time from the answer to the end of the job.
    public struct Hints: Codable, Sendable, Equatable {
        /// How many hints were given.
        public var count: UInt64
        /// The median of how far they were off, in seconds.
        public var medianOffSeconds: Double
        /// The median of how far they were off, as a share of the truth.
        public var medianOffShare: Double
        /// The share of hints that were off by at most half the truth, or 2 s.
        public var rightShare: Double
        /// How long after the end of a job its client saw it, in seconds: the median.
        public var medianLateSeconds: Double
        /// The time in which nine in ten clients saw it, in seconds.
        public var p90LateSeconds: Double
    }

    /// Percentiles in milliseconds.
    public struct Percentiles: Codable, Sendable, Equatable {
        /// How many values.
        public var count: UInt64
        /// The median.
        public var p50: Double
        /// Ninety in a hundred are not above it.
        public var p90: Double
        /// Ninety-nine in a hundred are not above it.
        public var p99: Double
        /// All but one in a thousand are not above it.
        public var p999: Double
        /// The largest.
        public var max: Double
    }

    /// What the generator did and took.
    public struct Generator: Codable, Sendable, Equatable {
        /// Requests that were answered.
        public var requests: Int
        /// Requests that were sent again, since the server had closed an idle connection under them.
        public var resent: Int
        /// Connections that were made.
        public var connections: Int
        /// Processor time, in seconds.
        public var cpuSeconds: Double
        /// Processor time for each request, in microseconds; `nil` without any.
        public var cpuMicrosecondsPerRequest: Double?

        /// Processor time against wall time: near 1 the one thread of the generator was the limit.
        ///
        /// - Parameter seconds: How long the test took.
        /// - Returns: 0 to about 1.
        public func load(over seconds: Double) -> Double { seconds > 0 ? cpuSeconds / seconds : 0 }
    }

    /// Whether every job that was taken came to the end it should come to, and nothing went wrong.
    public var isClean: Bool {
        let done = settings.follows ? jobs.verified + jobs.canceled + jobs.seen : jobs.submitted
        return ending == .complete && errors.isEmpty && done + jobs.givenUp == jobs.begun
    }
}
