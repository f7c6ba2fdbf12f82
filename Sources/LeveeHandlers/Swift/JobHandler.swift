// Handlers written in Swift: a value in, a value out.

public import LeveeWorker

/// Does the work of one type of job on values.
///
/// Bind it to a type by way of ``CodableHandler``, which reads and writes JSON.
public protocol JobHandler: Sendable {
    /// What a payload is read as.
    associatedtype Input: Decodable & Sendable
    /// What a result is written from.
    associatedtype Output: Encodable & Sendable

    /// Whether an attempt takes microseconds and waits for nothing; not by default. See ``PayloadHandler/isQuick``.
    var isQuick: Bool { get }

    /// Makes one attempt at a job.
    ///
    /// - Parameters:
    ///   - input: The payload.
    ///   - context: Who and how far the attempt is, and where to report progress.
    /// - Returns: The result.
    /// - Throws: `JobFailure` for a failure that says what is to happen next; any other error is retried by the policy of
    ///   the type. When the task is canceled the attempt is over: throw whatever comes.
    func run(_ input: Input, context: JobContext) async throws -> Output
}

extension JobHandler {
    public var isQuick: Bool { false }
}

/// A handler made of a closure.
public struct ClosureHandler<Input: Decodable & Sendable, Output: Encodable & Sendable>: JobHandler {
    private let body: @Sendable (Input, JobContext) async throws -> Output

    /// Creates a handler.
    ///
    /// - Parameter body: Makes one attempt at a job.
    public init(_ body: @escaping @Sendable (Input, JobContext) async throws -> Output) {
        self.body = body
    }

    /// Makes one attempt at a job, by calling the closure.
    public func run(_ input: Input, context: JobContext) async throws -> Output {
        try await body(input, context)
    }
}
