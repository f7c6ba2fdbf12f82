// What a handler knows of the attempt it makes.

public import LeveeCore
import LeveeTracing
public import Logging

/// One attempt at a job, as its handler sees it.
public struct JobContext: Sendable {
    /// The id of the job: the same over all attempts, so that work done twice can be recognised.
    public var id: JobID { job.lease.id }
    /// The name of the job's type.
    public var type: String { job.type }
    /// The number of this attempt, from 1.
    public var attempt: Int { job.attempt }
    /// How many failed attempts end the job.
    public var maxAttempts: Int { job.maxAttempts }
    /// The number of the claim; grows with each, so that an outside system can turn away a worker that was overtaken.
    public var fence: Int { job.lease.fence }
    /// When the attempt will be canceled because it took too long.
    public let deadline: ContinuousClock.Instant
    /// The span of the attempt, for whatever the handler asks elsewhere; Swift code finds it in `ServiceContext.current` too.
    public let trace: TraceContext?

    /// A logger that names the job; made anew each time, so keep it where there is much to say.
    public var logger: Logger {
        var logger = log
        for (key, value) in job.logged(in: trace) { logger[metadataKey: key] = value }
        return logger
    }

    private let job: LeasedJob
    private let log: Logger
    private let blobs: (any BlobStore)?
    private let onProgress: @Sendable (Progress) -> Void

    /// Creates a context; a worker does so for each attempt, a test for the handler under test.
    ///
    /// - Parameters:
    ///   - job: The job and the lease on it.
    ///   - deadline: When the attempt will be canceled because it took too long.
    ///   - logger: Where the handler logs; what it says names the job.
    ///   - trace: The span of the attempt.
    ///   - blobs: Where payloads and results lie that are too large for the store, if anywhere.
    ///   - onProgress: Told of each report.
    public init(
        job: LeasedJob,
        deadline: ContinuousClock.Instant,
        logger: Logger,
        trace: TraceContext? = nil,
        blobs: (any BlobStore)? = nil,
        onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.job = job
        self.deadline = deadline
        log = logger
        self.trace = trace
        self.blobs = blobs
        self.onProgress = onProgress
    }

    /// Begins to read a payload, wherever its bytes lie; for handlers that say they can.
    ///
    /// - Parameter payload: The payload as the handler was given it.
    /// - Returns: What hands out the bytes piece by piece.
    /// - Throws: `BlobError` if they are not there; the handler lets it through.
    public func reader(of payload: Content) async throws(BlobError) -> ContentReader {
        try await ContentReader(payload, blobs: blobs)
    }

    /// What takes in a result piece by piece, so that a large one is never in memory as a whole.
    public func collector() -> ContentCollector {
        ContentCollector(name: .result(of: id, fence: fence), blobs: blobs)
    }

    /// Says how far the attempt has come. Cheap and without waiting: only the last word travels, with the worker's next
    /// heartbeat, at most twice a second.
    ///
    /// - Parameter progress: How far it has come.
    public func report(_ progress: Progress) {
        onProgress(progress)
    }
}
