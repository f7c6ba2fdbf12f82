// When jobs are submitted.

/// When jobs are due.
public enum Pacing: Sendable, Equatable {
    /// So many clients, each of which submits its next job when the one before has been verified: the load bends to the
    /// answers.
    case closedLoop(clients: Int)
    /// Jobs arrive on their own, however slow the answers are; each arrival is a client of its own.
    case openLoop(Arrivals)
}

/// How jobs arrive in an open loop: independent of each other, so that the gaps between them are exponential.
public enum Arrivals: Sendable, Equatable {
    /// So many jobs per second on average, as long as there are jobs.
    case poisson(rate: Double)
    /// One rate after the other; no jobs after the last.
    case steps([Step])

    /// A rate that holds for a while.
    public struct Step: Sendable, Equatable, Codable {
        /// Jobs per second on average; 0 is a pause.
        public var rate: Double
        /// How long it holds.
        public var seconds: Double

        /// Creates a step.
        ///
        /// - Parameters:
        ///   - rate: Jobs per second on average; 0 is a pause.
        ///   - seconds: How long it holds, in seconds.
        public init(rate: Double, seconds: Double) {
            self.rate = rate
            self.seconds = seconds
        }
    }
}

/// When a client asks again for a job that has not ended.
public enum PollInterval: Sendable, Equatable {
    /// As the front end says (RFC 9110 section 10.2.3), to the second and without jitter; a second where it says nothing.
    case retryAfter
    /// Always after the same time, whatever the front end says; with 0 as soon as it has the answer.
    case fixed(Duration)
}

/// How a client learns that its job has ended.
public enum DeliveryMode: String, Sendable, Codable, CaseIterable {
    /// It asks for the status until it is sent to the result.
    case poll
    /// It asks for the status with `Prefer: wait` (RFC 7240 section 4.3), again and again until it is sent to the result. The
    /// submit does not wait: a client that loses its connection must know which job to ask for.
    case wait
    /// It reads the job's event stream (WHATWG HTML section 9.2) up to its end, and takes a broken one up where it ended.
    case sse
}

/// Which connections the requests of the clients go over.
public enum ConnectionSharing: Sendable, Equatable {
    /// At most so many to each front end, shared by all: a client that sleeps needs none. A request that finds them all
    /// taken waits its turn, and its latency counts from when it was due.
    case pooled(limit: Int)
    /// One for each client and front end, kept open while the client sleeps.
    case perClient
    /// One for each request that is under way, however long its answer takes; a few are kept open for the next ones.
    case asNeeded
}
