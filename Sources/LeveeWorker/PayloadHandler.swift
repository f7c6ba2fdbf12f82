// What runs a job: bytes in, bytes out.

public import LeveeCore

/// Does the work of one type of job.
///
/// The task in which ``handle(_:payload:context:)`` runs is canceled when the attempt is to end early: its timeout has
/// passed, somebody asked for the end of the job, the lease is lost, or the worker stops. A handler that does not heed
/// cancellation keeps its slot until it returns.
public protocol PayloadHandler: Sendable {
    /// Whether it reads payloads with ``JobContext/reader(of:)``, and so takes them as blobs too; not by default: a payload
    /// then comes with all its bytes, however many.
    var readsBlobs: Bool { get }

    /// Whether an attempt takes microseconds and waits for nothing; not by default. Such attempts run one after the other in
    /// one task, begin only when those before them have ended, and are not canceled once they have begun. If one takes longer
    /// than its timeout all the same, those behind it are handed back. An attempt with a payload of more than 64 KiB is not
    /// quick, whatever its handler.
    var isQuick: Bool { get }

    /// Makes one attempt at a job.
    ///
    /// - Parameters:
    ///   - job: The job and the lease on it.
    ///   - payload: What the client sent.
    ///   - context: Who and how far the attempt is, and where to report progress.
    /// - Returns: The result to store.
    /// - Throws: `JobFailure` for a failure that says what is to happen next; any other error fails the attempt with the
    ///   code ``JobFailure/handlerErrorCode`` and is retried by the policy of the type.
    func handle(_ job: LeasedJob, payload: Content, context: JobContext) async throws -> JobResult
}

extension PayloadHandler {
    public var readsBlobs: Bool { false }
    public var isQuick: Bool { false }
}

/// A type of job together with what runs it.
public struct HandlerBinding: Sendable {
    /// The rules of the type; the worker heeds its timeout, its retry policy and the limit of its results.
    public var type: JobType
    /// What runs its jobs.
    public var handler: any PayloadHandler

    /// The most bytes of a payload with which an attempt can be quick: to go through more of them takes its time.
    private static let maxQuickBytes = 64 << 10

    /// Binds a handler to a type.
    ///
    /// - Parameters:
    ///   - type: The rules of the type.
    ///   - handler: What runs its jobs.
    public init(type: JobType, handler: any PayloadHandler) {
        self.type = type
        self.handler = handler
    }

    /// Whether an attempt at the job is so short that a task of its own would cost more.
    func isQuick(for job: LeasedJob) -> Bool {
        guard let payload = job.payload else { return handler.isQuick }
        return handler.isQuick && payload.blob == nil && payload.bytes.count <= Self.maxQuickBytes
    }
}
