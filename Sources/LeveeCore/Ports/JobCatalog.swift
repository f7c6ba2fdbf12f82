// The port through which operators look over all jobs, and call off what waits.

/// Lists jobs by where they are, and empties queues; for operators, who see the jobs of all tenants.
public protocol JobCatalog: Sendable {
    /// Lists jobs: those that run, then those that are queued, the next to run first, then those that are scheduled, the next
    /// due first, then those that have ended, the last first, of which each queue remembers a thousand.
    ///
    /// A job that stays where it is while pages are read stands on one of them; one that moves on may stand on two, or on none.
    ///
    /// - Parameters:
    ///   - filter: Which jobs.
    ///   - cursor: Where the last page ended; `nil` for the first page.
    ///   - limit: The most to list, at least 1.
    /// - Returns: A page, which may be short, even empty, with more to come, since the work of one call is bounded.
    /// - Throws: ``StoreError`` if the store was not reached.
    func jobs(_ filter: JobFilter, after cursor: JobCursor?, limit: Int) async throws(StoreError) -> JobListing

    /// Cancels jobs that wait in a queue, ready or scheduled, a bounded number at a time.
    ///
    /// - Parameters:
    ///   - queue: The queue.
    ///   - cursor: Where the call before ended; `nil` for the first.
    /// - Returns: How many were canceled, and where to go on.
    /// - Throws: ``StoreError`` if the store was not reached.
    func cancelWaiting(in queue: String, after cursor: EmptyingCursor?) async throws(StoreError) -> Emptying
}

/// Which jobs are to be listed.
public struct JobFilter: Sendable, Equatable {
    /// The states they may be in.
    public var states: Set<JobState>
    /// Their type; `nil` for all.
    public var type: String?
    /// Their queue; `nil` for all.
    public var queue: String?

    /// Creates a filter; see the properties.
    public init(states: Set<JobState> = Set(JobState.allCases), type: String? = nil, queue: String? = nil) {
        self.states = states
        self.type = type
        self.queue = queue
    }
}

/// Where a page of jobs ended: a text that only the store can read. It stays good when the jobs there move on.
public struct JobCursor: Sendable, Hashable {
    public let text: String

    /// Takes a cursor over, as a page named it or as somebody claims that one did.
    public init(_ text: String) {
        self.text = text
    }
}

/// What a listing came to.
public enum JobListing: Sendable, Equatable {
    case page(JobPage)
    /// No process has ever used a queue of that name.
    case unknownQueue
    /// No page has ever ended there.
    case unknownCursor
}

/// Some of the jobs of a deployment.
public struct JobPage: Sendable, Equatable {
    /// The jobs, without the bytes of their results.
    public var jobs: [JobRecord]
    /// Where the next page begins; `nil` if this is the last.
    public var next: JobCursor?

    /// Creates a page; see the properties.
    public init(jobs: [JobRecord], next: JobCursor?) {
        self.jobs = jobs
        self.next = next
    }
}

/// Where the emptying of a queue has come to: a text that only the store can read.
public struct EmptyingCursor: Sendable, Hashable {
    public let text: String

    /// Takes a cursor over.
    public init(_ text: String) {
        self.text = text
    }
}

/// One step of emptying a queue.
public struct Emptying: Sendable, Equatable {
    /// How many jobs were canceled.
    public var canceled: Int
    /// Where to go on; `nil` if everything was gone through.
    public var next: EmptyingCursor?

    /// Creates a step; see the properties.
    public init(canceled: Int, next: EmptyingCursor?) {
        self.canceled = canceled
        self.next = next
    }
}
